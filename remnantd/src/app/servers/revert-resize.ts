// Gives a server back the size it had before a resize, and the state: one that was off is off.

import { migrationOf, patchMigration } from '../../db/server-migrations.ts';
import { patchServer } from '../../db/servers.ts';
import { queueCommand } from '../../dispatch/queue-command.ts';
import { fault } from '../../model/faults.ts';
import { SERVER_ACTIONS } from '../../model/server-states.ts';
import type { RequestContext } from '../request-context.ts';
import type { ServerWriteDeps } from './server-writes.ts';
import { hostOf, recordAction, requireAllowed, requireSpoken } from './server-writes.ts';

/** Reverts it. Faults: not found, policy, lock, state, not-resized, call-not-spoken. */
export async function revertResize(deps: ServerWriteDeps, context: RequestContext, id: string): Promise<void> {
  const authorised = await deps.access.servers.one(context.caller, id, 'os_compute_api:servers:revert_resize');
  const queued = await deps.store.transaction(async (tx) => {
    const server = await deps.access.servers.again(tx, authorised);
    requireAllowed('revertResize', server, context.caller);
    const migration = await migrationOf(tx, server.id, ['finished']);
    if (migration === null) throw fault('not-resized');
    const host = hostOf(server);
    requireSpoken(deps.hosts, host, 'revert-resize');
    const at = deps.clock.wall();
    const actionSeq = await recordAction(tx, deps.clock, context, server, 'revertResize');
    await patchMigration(tx, migration.seq, { status: 'reverting' }, at);
    await patchServer(tx, server.id, { taskState: SERVER_ACTIONS.revertResize.during, updatedAt: at });
    const { vcpus, ram, disk } = migration.oldFlavor;
    return queueCommand(tx, deps.clock, deps.bounds, {
      server: server.id,
      host,
      order: {
        kind: 'revert-resize',
        size: { vcpus, memoryMb: ram, diskGb: disk },
        stopped: server.oldVmState === 'stopped',
      },
      actionSeq,
      event: 'compute_revert_resize',
    });
  });
  await deps.dispatcher.ring(queued);
}
