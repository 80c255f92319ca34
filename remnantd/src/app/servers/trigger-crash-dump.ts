// Triggers a crash dump in a server (Nova 2.17): accepted at once, followed afterwards.

import type { RequestContext } from '../request-context.ts';
import type { DumpDeps } from './request-dump.ts';
import { requestDump, TRIGGER } from './request-dump.ts';

/** Asks for the dump. Faults: not found, policy, lock, host, state, call-not-spoken, dump-running. */
export async function triggerCrashDump(deps: DumpDeps, context: RequestContext, id: string): Promise<void> {
  const rule = 'os_compute_api:servers:trigger_crash_dump';
  const server = await deps.access.servers.one(context.caller, id, rule, 'mapping');
  const { queued } = await requestDump(deps, context, server, TRIGGER);
  await deps.dispatcher.ring(queued);
}
