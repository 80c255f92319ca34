// Renders servers for a reader: asks the policy which fields it may see, once, and takes host_status from memory (R4).

import type { RuleTarget } from '../../access/authorise.ts';
import type { Server } from '../../model/server.ts';
import type { ApiDeps } from '../deps.ts';
import type { CallerRequest } from '../operation.ts';
import type { Render } from '../shape.ts';
import * as rules from './rules.ts';
import type { ServerContext, ServerGate, ServerView } from './shape.ts';
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
  const { caller } = request;
  const granted: ServerGate[] = [];
  if (deps.access.permits(caller, rules.EXTENDED_ATTRIBUTES.name, target)) granted.push('extended');
  if (deps.access.permits(caller, rules.HOST_STATUS.name, target)) granted.push('host-status');
  else if (deps.access.permits(caller, rules.HOST_STATUS_UNKNOWN.name, target)) granted.push('host-status-unknown');
  const context: ServerContext = {
    links: request.links,
    hostStatus: (server) => deps.hosts.status(server.deletedAt === null ? server.host : null),
    isAdmin: caller.isAdmin,
    flavorSpecs: deps.access.permits(caller, rules.FLAVOR_SPECS.name, target),
  };
  const render: Render<Server, ServerContext> = SERVER_SHAPE.render(request.version, view, granted);
  return (server) => render(server, context);
}
