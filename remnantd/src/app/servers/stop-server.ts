// Stops a server (Nova: os-stop).

import type { RequestContext } from '../request-context.ts';
import type { ServerWriteDeps } from './server-writes.ts';
import { orderOnServer } from './server-writes.ts';

/** Powers it off; the host does it, the action tells how it went. Faults: not found, policy, lock, state. */
export async function stopServer(deps: ServerWriteDeps, context: RequestContext, id: string): Promise<void> {
  const server = await deps.access.servers.one(context.caller, id, 'os_compute_api:servers:stop', 'mapping');
  await orderOnServer(deps, context, server, {
    action: 'stop',
    event: 'compute_stop_instance',
    order: { kind: 'power-off' },
  });
}
