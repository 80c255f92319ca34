// Resumes a suspended server where it was.

import type { RequestContext } from '../request-context.ts';
import type { ServerWriteDeps } from './server-writes.ts';
import { orderOnServer } from './server-writes.ts';

/** It goes back to the state it was suspended in. Faults: not found, policy, lock, state. */
export async function resumeServer(deps: ServerWriteDeps, context: RequestContext, id: string): Promise<void> {
  const server = await deps.access.servers.one(context.caller, id, 'os_compute_api:os-suspend-server:resume');
  await orderOnServer(deps, context, server, {
    action: 'resume',
    event: 'compute_resume_instance',
    order: { kind: 'resume' },
  });
}
