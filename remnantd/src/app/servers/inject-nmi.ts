// Injects an NMI and waits for the hypervisor to take it (the first spec's action): the caller gets the reason in hand.

import { fault } from '../../model/faults.ts';
import type { RequestContext } from '../request-context.ts';
import type { DumpDeps } from './request-dump.ts';
import { requestDump } from './request-dump.ts';

/** What the synchronous action needs. */
export interface InjectNmiDeps extends DumpDeps {
  /** How long the caller waits, ms; a driver that declares a longer bound is given that. */
  readonly nmiWaitMs: number;
}

/**
 * Sends the NMI. Faults: not found, policy, lock, host, state (ACTIVE or ERROR only), call-not-spoken, dump-running;
 * nmi-failed with the driver's or hypervisor's reason; nmi-unanswered when it may have been sent.
 */
export async function injectNmi(deps: InjectNmiDeps, context: RequestContext, id: string): Promise<void> {
  const server = await deps.access.servers.one(context.caller, id, 'os_compute_api:servers:inject_nmi', 'mapping');
  const boundMs = server.host === null ? null : (deps.hosts.find(server.host)?.offered?.nmiBoundMs ?? null);
  const waitMs = Math.max(deps.nmiWaitMs, boundMs ?? 0);
  const queued = await requestDump(deps, context, server, {
    action: 'inject_nmi',
    event: 'compute_inject_nmi',
    deadlineMs: waitMs,
  });
  // Waiting begins before the ring: a fast host must not answer into the void.
  const outcome = deps.dispatcher.outcomeOf(queued.id, waitMs);
  await Promise.all([outcome, deps.dispatcher.ring(queued)]);
  // Nobody took it in time: then it is certain that nothing was sent, and that is what the caller is told.
  const ended = (await outcome) ?? (await deps.dispatcher.expire(queued.id));
  if (ended === null || ended.result === 'unknown') {
    throw fault('nmi-unanswered', { seconds: Math.round(waitMs / 1000), request: context.requestId });
  }
  if (ended.result === 'error') throw fault('nmi-failed', { reason: ended.reason });
}
