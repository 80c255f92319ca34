// Keeps the size that a resize gave a server. Nothing is left of the old one that a host would have to remove: it was resized
// where it is.

import { migrationOf, patchMigration } from '../../db/server-migrations.ts';
import { holdSize } from '../../db/server-usage.ts';
import { patchServer } from '../../db/servers.ts';
import { fault } from '../../model/faults.ts';
import { POWER_STATE } from '../../model/power-state.ts';
import type { RequestContext } from '../request-context.ts';
import { recordAtOnce } from './move-records.ts';
import type { ServerWriteDeps } from './server-writes.ts';
import { recordAction, requireAllowed } from './server-writes.ts';

/** Confirms it. Faults: not found, policy, lock, state, not-resized, service-unavailable. */
export async function confirmResize(deps: ServerWriteDeps, context: RequestContext, id: string): Promise<void> {
  const authorised = await deps.access.servers.one(context.caller, id, 'os_compute_api:servers:confirm_resize');
  await deps.store.transaction(async (tx) => {
    const server = await deps.access.servers.again(tx, authorised);
    requireAllowed('confirmResize', server, context.caller);
    const migration = await migrationOf(tx, server.id, ['finished']);
    if (migration === null) throw fault('not-resized');
    if (!deps.hosts.isUp(migration.sourceHost)) throw fault('service-unavailable');
    const at = deps.clock.wall();
    const actionSeq = await recordAction(tx, deps.clock, context, server, 'confirmResize', 'done');
    const event = { actionSeq, event: 'compute_confirm_resize', host: migration.sourceHost, at };
    await recordAtOnce(tx, event, null);
    await patchServer(tx, server.id, {
      vmState: server.powerState === POWER_STATE.shutdown ? 'stopped' : 'active',
      taskState: null,
      oldFlavor: null,
      oldVmState: null,
      updatedAt: at,
    });
    await holdSize(tx, server.id, [server.flavor]);
    await patchMigration(tx, migration.seq, { status: 'confirmed' }, at);
  });
}
