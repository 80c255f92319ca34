// Ends the rescue of a server: it boots from its own disk again.

import type { RequestContext } from '../request-context.ts';
import type { ServerWriteDeps } from './server-writes.ts';
import { orderOnServer } from './server-writes.ts';

/** It runs from its own again, also one that was off before. Faults: not found, policy, lock, state. */
export async function unrescueServer(deps: ServerWriteDeps, context: RequestContext, id: string): Promise<void> {
  const server = await deps.access.servers.one(context.caller, id, 'os_compute_api:os-unrescue');
  await orderOnServer(deps, context, server, {
    action: 'unrescue',
    event: 'compute_unrescue_instance',
    order: { kind: 'unrescue' },
  });
}
