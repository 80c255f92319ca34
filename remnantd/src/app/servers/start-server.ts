// Starts a server that is stopped (Nova: os-start).

import type { RequestContext } from '../request-context.ts';
import type { ServerWriteDeps } from './server-writes.ts';
import { orderOnServer } from './server-writes.ts';

/** Starts it; the host does it, the action tells how it went. Faults: not found, policy, lock, state. */
export async function startServer(deps: ServerWriteDeps, context: RequestContext, id: string): Promise<void> {
  const server = await deps.access.servers.one(context.caller, id, 'os_compute_api:servers:start', 'mapping');
  await orderOnServer(deps, context, server, {
    action: 'start',
    event: 'compute_start_instance',
    order: { kind: 'power-on' },
  });
}
