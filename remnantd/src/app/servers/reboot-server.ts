// Reboots a server: softly, by asking the guest, or hard, by cutting its power. A hard one gets a server out of most of what
// it may be stuck in.

import type { RequestContext } from '../request-context.ts';
import type { ServerWriteDeps } from './server-writes.ts';
import { orderOnServer } from './server-writes.ts';

/** Reboots it; the host does it, the action tells how it went. Faults: not found, policy, lock, state. */
export async function rebootServer(
  deps: ServerWriteDeps,
  context: RequestContext,
  id: string,
  how: 'soft' | 'hard',
): Promise<void> {
  const server = await deps.access.servers.one(context.caller, id, 'os_compute_api:servers:reboot');
  await orderOnServer(deps, context, server, {
    action: how === 'soft' ? 'reboot' : 'hard reboot',
    event: 'compute_reboot_instance',
    order: { kind: 'reboot', how },
  });
}
