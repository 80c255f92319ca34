// Changes a server's metadata: adds to it, replaces it, removes an item. The audit keeps the keys; values are their owner's.

import { patchServer } from '../../db/servers.ts';
import type { Db } from '../../db/store.ts';
import { fault } from '../../model/faults.ts';
import type { QuotaNumbers } from '../../model/quota.ts';
import type { Server } from '../../model/server.ts';
import type { QuotaOwner } from '../quotas/require-quota.ts';
import { limitOf } from '../quotas/require-quota.ts';
import { recordChange } from '../record-change.ts';
import type { RequestContext } from '../request-context.ts';
import type { ServerWriteDeps } from './server-writes.ts';
import { requireAllowed } from './server-writes.ts';

/** Key and value pairs. */
export type Metadata = Server['metadata'];

type Deps = Pick<ServerWriteDeps, 'access' | 'store' | 'clock' | 'quotas'>;

/** Throws fault too-much-metadata for more items than one of `owner`'s servers may have. */
export async function requireFewItems(
  tx: Db,
  configured: QuotaNumbers,
  owner: QuotaOwner,
  metadata: Metadata,
): Promise<void> {
  const items = Object.keys(metadata).length;
  if (items === 0) return;
  const most = await limitOf(tx, configured, owner, 'metadata_items');
  if (most >= 0 && items > most) throw fault('too-much-metadata', { most });
}

/** Adds `items`, or sets those that are there. `rule`: the policy rule of the operation. Gives back the whole. */
export function addMetadata(
  deps: Deps,
  context: RequestContext,
  id: string,
  rule: string,
  items: Metadata,
): Promise<Metadata> {
  return change(deps, context, { id, rule, action: 'update metadata', keys: Object.keys(items) }, (now) => ({
    ...now,
    ...items,
  }));
}

/** Puts `items` in the place of all there is. */
export function replaceMetadata(
  deps: Deps,
  context: RequestContext,
  id: string,
  rule: string,
  items: Metadata,
): Promise<Metadata> {
  return change(deps, context, { id, rule, action: 'update metadata', keys: Object.keys(items) }, () => items);
}

/** Sets the one item `key` to what `items` says. Fault bad-request when it says nothing of it. */
export async function setMetadataItem(
  deps: Deps,
  context: RequestContext,
  id: string,
  rule: string,
  { key, items }: { readonly key: string; readonly items: Metadata },
): Promise<void> {
  await change(
    deps,
    context,
    { id, rule, action: 'update metadata', keys: [key] },
    (now) => ({ ...now, ...items }),
    () => {
      if (!Object.hasOwn(items, key)) throw fault('bad-request', { message: 'Request body and URI mismatch' });
    },
  );
}

/** Removes the item `key`. Fault metadata-not-found, told before a lock. */
export async function removeMetadataItem(
  deps: Deps,
  context: RequestContext,
  id: string,
  rule: string,
  key: string,
): Promise<void> {
  await change(
    deps,
    context,
    { id, rule, action: 'delete metadata', keys: [key] },
    (now) => Object.fromEntries(Object.entries(now).filter(([name]) => name !== key)),
    (now) => {
      if (!Object.hasOwn(now, key)) throw fault('metadata-not-found');
    },
  );
}

/** One change. `precheck` comes before lock and state, as Nova has it. */
async function change(
  deps: Deps,
  context: RequestContext,
  what: {
    readonly id: string;
    readonly rule: string;
    readonly action: 'update metadata' | 'delete metadata';
    readonly keys: readonly string[];
  },
  next: (now: Metadata) => Metadata,
  precheck: (now: Metadata) => void = () => {},
): Promise<Metadata> {
  const authorised = await deps.access.servers.one(context.caller, what.id, what.rule);
  return deps.store.transaction(async (tx) => {
    const server = await deps.access.servers.again(tx, authorised);
    precheck(server.metadata);
    requireAllowed(what.action, server, context.caller);
    const metadata = next(server.metadata);
    await requireFewItems(tx, deps.quotas, server, metadata);
    await recordChange(tx, deps.clock, context, { target: `server ${server.id}`, detail: { keys: what.keys } });
    await patchServer(tx, server.id, { metadata });
    return metadata;
  });
}
