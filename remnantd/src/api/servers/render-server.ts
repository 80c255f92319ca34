// Renders servers for a reader: asks the policy which fields it may see, once, and takes host_status from memory (R4). Lists
// are put together from texts that are kept by the version of each row; host_status is never kept.

import type { RuleTarget } from '../../access/authorise.ts';
import type { Authorised } from '../../access/authorised.ts';
import { asciiBytes, asciiJson } from '../../lib/ascii-json.ts';
import type { Server, ServerStamp } from '../../model/server.ts';
import type { ApiDeps } from '../deps.ts';
import type { CallerRequest, Reply } from '../operation.ts';
import * as rules from './rules.ts';
import type { ServerContext, ServerGate, ServerNow, ServerView } from './shape.ts';
import { SERVER_SHAPE } from './shape.ts';

/** What rendering needs. */
export type RenderDeps = Pick<ApiDeps, 'access' | 'hosts'>;

/** A function from server to object for this request. `target`: the one server asked for; none for a list. */
export function serverRenderer(
  deps: RenderDeps,
  request: CallerRequest,
  view: ServerView,
  target?: RuleTarget,
): (server: Server) => Record<string, unknown> {
  const { granted, context } = readerOf(deps, request, target);
  const render = SERVER_SHAPE.render(request.version, view, granted);
  return (server) => render(server, context, nowOf(deps, server));
}

/** The answer of a list: these servers in their order, and the link to its next page when there is one. */
export async function serverListReply(
  deps: RenderDeps & Pick<ApiDeps, 'texts'>,
  request: CallerRequest,
  view: ServerView,
  stamps: readonly Authorised<ServerStamp>[],
  next: object | null,
): Promise<Reply> {
  const parts = ['{"servers":['];
  for (const text of await serverTexts(deps, request, view, stamps)) parts.push(parts.length > 1 ? ',' : '', text);
  parts.push(next === null ? ']}' : `],"servers_links":${asciiJson([next])}}`);
  return { json: asciiBytes(parts) };
}

/**
 * The JSON in ASCII of each of these servers, in their order, in at most one query. A server that was changed since its
 * stamp is shown as it is now; one that was deleted since is left out.
 */
async function serverTexts(
  deps: RenderDeps & Pick<ApiDeps, 'texts'>,
  request: CallerRequest,
  view: ServerView,
  stamps: readonly Authorised<ServerStamp>[],
): Promise<string[]> {
  const { granted, context } = readerOf(deps, request);
  const text = SERVER_SHAPE.text(request.version, view, granted);
  // The whole context, spread out so that only what JSON can say of it can ever be added to it.
  const texts = deps.texts.of([text.id, { ...context, links: { ...context.links } }]);
  const found = stamps.map((stamp) => texts.get(stamp));
  const missing = stamps.filter((_, i) => found[i] === null);
  const fresh = new Map((await deps.access.servers.stamped(missing)).map((server) => [server.seq, server]));
  const list: string[] = [];
  stamps.forEach((stamp, i) => {
    let kept = found[i] ?? null;
    let shown: ServerStamp = stamp;
    if (kept === null) {
      const server = fresh.get(stamp.seq);
      if (server === undefined || server.deletedAt !== stamp.deletedAt) return;
      kept = texts.put(server, text.keep(server, context));
      shown = server;
    }
    list.push(kept.before + text.live(nowOf(deps, shown)) + kept.after);
  });
  return list;
}

/** What this reader may see, and what its texts depend on. */
function readerOf(
  deps: RenderDeps,
  { caller, links }: CallerRequest,
  target?: RuleTarget,
): { granted: ServerGate[]; context: ServerContext } {
  const granted: ServerGate[] = [];
  if (deps.access.permits(caller, rules.EXTENDED_ATTRIBUTES.name, target)) granted.push('extended');
  if (deps.access.permits(caller, rules.HOST_STATUS.name, target)) granted.push('host-status');
  else if (deps.access.permits(caller, rules.HOST_STATUS_UNKNOWN.name, target)) granted.push('host-status-unknown');
  const flavorSpecs = deps.access.permits(caller, rules.FLAVOR_SPECS.name, target);
  return { granted, context: { links, isAdmin: caller.isAdmin, flavorSpecs } };
}

function nowOf(deps: RenderDeps, server: ServerStamp): ServerNow {
  return { hostStatus: deps.hosts.status(server.deletedAt === null ? server.host : null) };
}
