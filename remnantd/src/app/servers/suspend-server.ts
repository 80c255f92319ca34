// Suspends a running server: its memory goes to the disk of its host.

import type { RequestContext } from '../request-context.ts';
import type { ServerWriteDeps } from './server-writes.ts';
import { orderOnServer } from './server-writes.ts';

/** Puts its memory away; the host does it, the action tells how it went. Faults: not found, policy, lock, state. */
export async function suspendServer(deps: ServerWriteDeps, context: RequestContext, id: string): Promise<void> {
  const server = await deps.access.servers.one(context.caller, id, 'os_compute_api:os-suspend-server:suspend');
  await orderOnServer(deps, context, server, {
    action: 'suspend',
    event: 'compute_suspend_instance',
    order: { kind: 'suspend' },
  });
}
