// Locks a server: until it is unlocked, only an admin can act on it.

import { patchServer } from '../../db/servers.ts';
import { recordChange } from '../record-change.ts';
import type { RequestContext } from '../request-context.ts';
import type { ServerWriteDeps } from './server-writes.ts';
import { recordAction } from './server-writes.ts';

/** Locks it, with a reason from 2.73 on. Locking one's own locked server again changes nothing (Nova). */
export async function lockServer(
  deps: ServerWriteDeps,
  context: RequestContext,
  id: string,
  reason: string | null,
): Promise<void> {
  const authorised = await deps.access.servers.one(context.caller, id, 'os_compute_api:os-lock-server:lock');
  await deps.store.transaction(async (tx) => {
    const server = await deps.access.servers.again(tx, authorised);
    const own = context.caller.projectId === server.projectId;
    if (own && server.lockedBy !== null) {
      await recordChange(tx, deps.clock, context, { target: `server ${server.id}`, detail: { already: 'locked' } });
      return;
    }
    await recordAction(tx, deps.clock, context, server, 'lock', 'done');
    await patchServer(tx, server.id, {
      lockedBy: own ? 'owner' : 'admin',
      lockedReason: reason,
      updatedAt: deps.clock.wall(),
    });
  });
}
