// Deletes a server: its host removes the guest; where there is no host, or the host cannot be reached, the row is deleted at
// once (Nova's local delete) and the guest is removed when the host comes back.

import { beginEvent, finishEvent } from '../../db/instance-actions.ts';
import { patchServer } from '../../db/servers.ts';
import type { Queued } from '../../dispatch/queue-command.ts';
import { queueCommand } from '../../dispatch/queue-command.ts';
import type { HostTable } from '../../liveness/host-table.ts';
import { recordChange } from '../record-change.ts';
import type { RequestContext } from '../request-context.ts';
import type { ServerWriteDeps } from './server-writes.ts';
import { recordAction, requireAllowed } from './server-writes.ts';

/** What deleting needs. */
export interface DeleteServerDeps extends ServerWriteDeps {
  readonly hosts: HostTable;
}

/** The event a deletion shows as. */
export const TERMINATE = 'compute_terminate_instance';

/** Deletes it. One that is being deleted already is deleted once. Faults: not found, policy, lock. */
export async function deleteServer(deps: DeleteServerDeps, context: RequestContext, id: string): Promise<void> {
  const authorised = await deps.access.servers.one(context.caller, id, 'os_compute_api:servers:delete');
  const queued = await deps.store.transaction(async (tx): Promise<Queued | null> => {
    const server = await deps.access.servers.again(tx, authorised);
    requireAllowed('delete', server, context.caller);
    if (server.taskState === 'deleting') {
      await recordChange(tx, deps.clock, context, { target: `server ${server.id}`, detail: { already: 'deleting' } });
      return null;
    }
    const at = deps.clock.wall();
    const here = server.host === null || !deps.hosts.isUp(server.host);
    const actionSeq = await recordAction(tx, deps.clock, context, server, 'delete', here ? 'done' : 'accepted');
    if (server.host === null || here) {
      const event = { actionSeq, event: TERMINATE };
      await beginEvent(tx, { ...event, host: server.host, at });
      await finishEvent(tx, { ...event, at, result: 'Success', details: null });
      await patchServer(tx, server.id, deletedAt(at));
      return null;
    }
    await patchServer(tx, server.id, { taskState: 'deleting', updatedAt: at });
    return queueCommand(tx, deps.clock, deps.bounds, {
      server: server.id,
      host: server.host,
      order: { kind: 'destroy' },
      actionSeq,
      event: TERMINATE,
    });
  });
  if (queued !== null) await deps.dispatcher.ring(queued);
  // Deleted here and now: what its host has not taken yet, it shall not take.
  else await deps.dispatcher.failQueuedOf(authorised.id, 'the server was deleted');
}

/** What of a row changes when its server is gone. */
export function deletedAt(at: number) {
  return {
    vmState: 'deleted',
    taskState: null,
    powerState: 0,
    terminatedAt: at,
    deletedAt: at,
    updatedAt: at,
  } as const;
}
