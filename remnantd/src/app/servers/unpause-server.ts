// Lets a paused server go on.

import type { RequestContext } from '../request-context.ts';
import type { ServerWriteDeps } from './server-writes.ts';
import { orderOnServer } from './server-writes.ts';

/** Unpauses it; the host does it, the action tells how it went. Faults: not found, policy, lock, state. */
export async function unpauseServer(deps: ServerWriteDeps, context: RequestContext, id: string): Promise<void> {
  const server = await deps.access.servers.one(context.caller, id, 'os_compute_api:os-pause-server:unpause');
  await orderOnServer(deps, context, server, {
    action: 'unpause',
    event: 'compute_unpause_instance',
    order: { kind: 'unpause' },
  });
}
