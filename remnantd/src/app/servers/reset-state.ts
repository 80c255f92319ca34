// Sets a server's state by hand (Nova: os-resetState): for admins who know better than the row. The guest is left alone, and a
// command that runs ends as it would.

import { patchServer } from '../../db/servers.ts';
import type { RequestContext } from '../request-context.ts';
import type { ServerWriteDeps } from './server-writes.ts';
import { recordAction } from './server-writes.ts';

/** Sets it, and says that nothing is being done with the server; no lock stops it. Faults: not found, policy. */
export async function resetState(
  deps: ServerWriteDeps,
  context: RequestContext,
  id: string,
  state: 'active' | 'error',
): Promise<void> {
  const authorised = await deps.access.servers.one(context.caller, id, 'os_compute_api:os-admin-actions:reset_state');
  await deps.store.transaction(async (tx) => {
    const server = await deps.access.servers.again(tx, authorised);
    const before = { vmState: server.vmState, taskState: server.taskState };
    await recordAction(tx, deps.clock, context, server, 'resetState', 'done', { state, before });
    await patchServer(tx, server.id, { vmState: state, taskState: null, updatedAt: deps.clock.wall() });
  });
}
