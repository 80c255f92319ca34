// Deletes a server: its host removes the guest; where there is no host, or the host cannot be reached, the row is deleted at
// once (Nova's local delete) and the guest is removed when the host comes back.

import { confirmAll, migrationOf } from '../../db/server-migrations.ts';
import { patchServer } from '../../db/servers.ts';
import type { Queued } from '../../dispatch/queue-command.ts';
import { queueCommand } from '../../dispatch/queue-command.ts';
import { recordChange } from '../record-change.ts';
import type { RequestContext } from '../request-context.ts';
import { recordAtOnce } from './move-records.ts';
import type { ServerWriteDeps } from './server-writes.ts';
import { recordAction, requireAllowed } from './server-writes.ts';

/** The event a deletion shows as. */
export const TERMINATE = 'compute_terminate_instance';

/** The rules by which a server may be deleted; Nova's forceDelete has its own. */
export type DeletionRule = 'os_compute_api:servers:delete' | 'os_compute_api:os-deferred-delete:force';

/** Deletes it. One that is being deleted already is deleted once. Faults: not found, policy, lock. */
export async function deleteServer(
  deps: ServerWriteDeps,
  context: RequestContext,
  id: string,
  rule: DeletionRule = 'os_compute_api:servers:delete',
): Promise<void> {
  const authorised = await deps.access.servers.one(context.caller, id, rule);
  const queued = await deps.store.transaction(async (tx): Promise<Queued | 'gone' | null> => {
    const server = await deps.access.servers.again(tx, authorised);
    requireAllowed('delete', server, context.caller);
    if (server.taskState === 'deleting') {
      await recordChange(tx, deps.clock, context, { target: `server ${server.id}`, detail: { already: 'deleting' } });
      return null;
    }
    const at = deps.clock.wall();
    // One that is being made on another host is on neither for certain: each is asked to remove what it has of it.
    const moves = (await migrationOf(tx, server.id, ['pre-migrating'])) !== null;
    const here = server.host === null || moves || !deps.hosts.isReached(server.host);
    const actionSeq = await recordAction(tx, deps.clock, context, server, 'delete', here ? 'done' : 'accepted');
    if (server.host === null || here) {
      await recordAtOnce(tx, { actionSeq, event: TERMINATE, host: server.host, at }, null);
      await patchServer(tx, server.id, deletedAt(at));
      await confirmAll(tx, server.id, at);
      return 'gone';
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
  // What its host has not taken yet, it shall not take; of one that is being deleted that may be the removal itself.
  if (queued === 'gone') await deps.dispatcher.failQueuedOf(authorised.id, 'the server was deleted');
  else if (queued !== null) await deps.dispatcher.ring(queued);
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
