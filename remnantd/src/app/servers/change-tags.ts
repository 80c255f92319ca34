// Changes a server's tags. They say nothing of what runs, so a lock does not keep them; they are kept in order, each once.

import { patchServer } from '../../db/servers.ts';
import { fault } from '../../model/faults.ts';
import type { Server } from '../../model/server.ts';
import type { ServerActionName } from '../../model/server-states.ts';
import { recordChange } from '../record-change.ts';
import type { RequestContext } from '../request-context.ts';
import type { ServerWriteDeps } from './server-writes.ts';
import { requireAllowed } from './server-writes.ts';

type Deps = Pick<ServerWriteDeps, 'access' | 'store' | 'clock'>;

/** Tags a server may have. */
const MOST_TAGS = 50;

/** In order, each once. */
export function tidyTags(tags: readonly string[]): string[] {
  return [...new Set(tags)].toSorted();
}

/** Puts `tags`, valid ones, in the place of all there are, and gives them back as they are kept. */
export async function replaceTags(
  deps: Deps,
  context: RequestContext,
  id: string,
  tags: readonly string[],
): Promise<readonly string[]> {
  const kept = tidyTags(tags);
  await change(
    deps,
    context,
    { id, rule: 'os_compute_api:os-server-tags:update_all', action: 'update tags' },
    () => kept,
  );
  return kept;
}

/** Removes all. */
export async function removeTags(deps: Deps, context: RequestContext, id: string): Promise<void> {
  await change(
    deps,
    context,
    { id, rule: 'os_compute_api:os-server-tags:delete_all', action: 'delete tags' },
    () => [],
  );
}

/**
 * Adds one; true when it was not there. `problem`: what is wrong with it, told once the server may be changed.
 * Faults tag-invalid, too-many-tags (Nova: even for one that is there).
 */
export async function addTag(
  deps: Deps,
  context: RequestContext,
  id: string,
  { tag, problem }: { readonly tag: string; readonly problem: string | null },
): Promise<boolean> {
  let added = false;
  await change(
    deps,
    context,
    { id, rule: 'os_compute_api:os-server-tags:update', action: 'update tag' },
    ({ tags }) => {
      if (problem !== null) throw fault('tag-invalid', { tag, why: problem });
      if (tags.length >= MOST_TAGS) throw fault('too-many-tags', { most: MOST_TAGS });
      added = !tags.includes(tag);
      return added ? tidyTags([...tags, tag]) : null;
    },
  );
  return added;
}

/** Removes one. Fault tag-not-there. */
export async function removeTag(deps: Deps, context: RequestContext, id: string, tag: string): Promise<void> {
  await change(deps, context, { id, rule: 'os_compute_api:os-server-tags:delete', action: 'delete tag' }, (server) => {
    if (!server.tags.includes(tag)) throw fault('tag-not-there', { id: server.id, tag });
    return server.tags.filter((one) => one !== tag);
  });
}

/** One change; `next` gives null when there is nothing to do. */
async function change(
  deps: Deps,
  context: RequestContext,
  what: { readonly id: string; readonly rule: string; readonly action: ServerActionName },
  next: (server: Server) => readonly string[] | null,
): Promise<void> {
  const authorised = await deps.access.servers.one(context.caller, what.id, what.rule, 'mapping');
  await deps.store.transaction(async (tx) => {
    const server = await deps.access.servers.again(tx, authorised);
    requireAllowed(what.action, server, context.caller);
    const tags = next(server);
    const detail = { tags: tags ?? server.tags };
    await recordChange(tx, deps.clock, context, { target: `server ${server.id}`, detail });
    if (tags !== null) await patchServer(tx, server.id, { tags });
  });
}
