// Unlocks a server. What another kind of caller locked needs the right to override.

import { patchServer } from '../../db/servers.ts';
import type { RequestContext } from '../request-context.ts';
import type { ServerWriteDeps } from './server-writes.ts';
import { recordAction } from './server-writes.ts';

const OVERRIDE = 'os_compute_api:os-lock-server:unlock:unlock_override';

/** Unlocks it and clears the reason. Fault policy-denied when an admin locked it and the caller is only its owner. */
export async function unlockServer(deps: ServerWriteDeps, context: RequestContext, id: string): Promise<void> {
  const { caller } = context;
  const authorised = await deps.access.servers.one(caller, id, 'os_compute_api:os-lock-server:unlock');
  await deps.store.transaction(async (tx) => {
    const server = await deps.access.servers.again(tx, authorised);
    const kind = caller.projectId === server.projectId ? 'owner' : 'admin';
    if (server.lockedBy !== null && server.lockedBy !== kind) {
      deps.access.authorise(caller, OVERRIDE, { project_id: server.projectId, user_id: server.userId });
    }
    await recordAction(tx, deps.clock, context, server, 'unlock', 'done');
    await patchServer(tx, server.id, { lockedBy: null, lockedReason: null, updatedAt: deps.clock.wall() });
  });
}
