// Pauses a server: its CPUs stand still, its memory stays.

import type { RequestContext } from '../request-context.ts';
import type { ServerWriteDeps } from './server-writes.ts';
import { orderOnServer } from './server-writes.ts';

/** Pauses it; the host does it, the action tells how it went. Faults: not found, policy, lock, state. */
export async function pauseServer(deps: ServerWriteDeps, context: RequestContext, id: string): Promise<void> {
  const server = await deps.access.servers.one(context.caller, id, 'os_compute_api:os-pause-server:pause');
  await orderOnServer(deps, context, server, {
    action: 'pause',
    event: 'compute_pause_instance',
    order: { kind: 'pause' },
  });
}
