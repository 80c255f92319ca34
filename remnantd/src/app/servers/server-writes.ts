// What the writes on servers share: the request they act for, and the one transaction in which the state table is asked,
// the intent recorded, and the command queued. Nothing is rung before it is committed.

import type { Access } from '../../access/access.ts';
import type { Authorised } from '../../access/authorised.ts';
import { insertAction } from '../../db/instance-actions.ts';
import { patchServer } from '../../db/servers.ts';
import type { Db, Store } from '../../db/store.ts';
import type { Dispatcher } from '../../dispatch/dispatcher.ts';
import type { CommandBounds, Queued } from '../../dispatch/queue-command.ts';
import { queueCommand } from '../../dispatch/queue-command.ts';
import type { HostTable } from '../../liveness/host-table.ts';
import type { Caller } from '../../model/caller.ts';
import type { CommandKind, Order } from '../../model/command.ts';
import { fault, refusalFault } from '../../model/faults.ts';
import type { HostName } from '../../model/ids.ts';
import type { QuotaNumbers } from '../../model/quota.ts';
import type { Server } from '../../model/server.ts';
import type { ServerActionName } from '../../model/server-states.ts';
import { refusal, SERVER_ACTIONS, wordOf } from '../../model/server-states.ts';
import type { Clock } from '../../ports/clock.ts';
import { recordChange } from '../record-change.ts';
import type { RequestContext } from '../request-context.ts';

/** What every write on a server needs. */
export interface ServerWriteDeps {
  readonly access: Access;
  readonly store: Store;
  readonly clock: Clock;
  readonly dispatcher: Pick<
    Dispatcher,
    'ring' | 'outcomeOf' | 'expire' | 'takenForMs' | 'failQueuedOf' | 'endQueuedIn'
  >;
  readonly bounds: CommandBounds;
  /** The quotas of the configuration. */
  readonly quotas: QuotaNumbers;
  readonly hosts: HostTable;
}

/** Throws unless `action` may run on `server` now. */
export function requireAllowed(action: ServerActionName, server: Server, caller: Caller): void {
  const why = refusal(action, server, caller.isAdmin);
  if (why !== null) throw refusalFault(why, server.id, wordOf(action));
}

/** The host of a server that needs one. */
export function hostOf(server: Server): HostName {
  if (server.host === null) throw fault('instance-not-ready', { id: server.id });
  return server.host;
}

/** Whether the agent of `host` knows the call; only a host that has presented itself can be known not to. */
export function isSpoken(hosts: HostTable, host: HostName, kind: CommandKind): boolean {
  const agent = hosts.find(host);
  return agent?.offered == null || agent.calls.includes(kind);
}

/** Throws call-not-spoken where the agent of `host` does not know the call (second spec: 400). */
export function requireSpoken(hosts: HostTable, host: HostName, kind: CommandKind): void {
  if (!isSpoken(hosts, host, kind)) throw fault('call-not-spoken', { host, call: kind });
}

/**
 * Records the instance action of this request, and its entry in the audit, and gives back the action's number.
 * `result`: `done` when nothing is left for the host to do. `detail` is for the audit; never a secret.
 */
export async function recordAction(
  tx: Db,
  clock: Clock,
  context: RequestContext,
  server: Server,
  action: string,
  result: 'accepted' | 'done' = 'accepted',
  detail?: object,
): Promise<number> {
  await recordChange(tx, clock, context, {
    target: `server ${server.id}`,
    result,
    ...(detail === undefined ? {} : { detail }),
  });
  return insertAction(tx, {
    serverId: server.id,
    requestId: context.requestId,
    action,
    userId: context.caller.userId,
    // Nova notes the project that asked, which for an admin need not be the server's.
    projectId: context.caller.projectId ?? server.projectId,
    startTime: clock.wall(),
  });
}

/** A plain order: what it is called, in Nova's words, and what the host must do. */
export interface ServerOrder {
  readonly action: ServerActionName;
  readonly event: string;
  readonly order: Order;
}

/** Checks, records, queues and rings. Faults: those of the state table, call-not-spoken. */
export async function orderOnServer(
  deps: ServerWriteDeps,
  context: RequestContext,
  authorised: Authorised<Server>,
  what: ServerOrder,
): Promise<void> {
  const queued = await deps.store.transaction(async (tx): Promise<Queued> => {
    const server = await deps.access.servers.again(tx, authorised);
    requireAllowed(what.action, server, context.caller);
    const host = hostOf(server);
    requireSpoken(deps.hosts, host, what.order.kind);
    const actionSeq = await recordAction(tx, deps.clock, context, server, wordOf(what.action));
    await patchServer(tx, server.id, { taskState: SERVER_ACTIONS[what.action].during, updatedAt: deps.clock.wall() });
    return queueCommand(tx, deps.clock, deps.bounds, {
      server: server.id,
      host,
      order: what.order,
      actionSeq,
      event: what.event,
    });
  });
  await deps.dispatcher.ring(queued);
}
