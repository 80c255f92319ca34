// Injects an NMI and waits for the hypervisor to take it (the first spec's action): the caller gets the reason in hand.

import type { Queued } from '../../dispatch/queue-command.ts';
import type { Outcome } from '../../model/command.ts';
import { fault } from '../../model/faults.ts';
import type { RequestContext } from '../request-context.ts';
import type { DumpDeps } from './request-dump.ts';
import { nmiBoundMs, requestDump } from './request-dump.ts';

/** What the synchronous action needs. */
export interface InjectNmiDeps extends DumpDeps {
  /** How long the caller waits, ms; longer where the driver declares a longer bound. */
  readonly nmiWaitMs: number;
}

/** A host whose driver was given up on has said so within this, ms. */
const TELLING_MS = 2_000;

/**
 * Sends the NMI. Faults: not found, policy, lock, host, state (ACTIVE or ERROR only), call-not-spoken, dump-running;
 * nmi-failed with the driver's or hypervisor's reason; nmi-unanswered when it may have been sent, with the reason where there is one.
 */
export async function injectNmi(deps: InjectNmiDeps, context: RequestContext, id: string): Promise<void> {
  const server = await deps.access.servers.one(context.caller, id, 'os_compute_api:servers:inject_nmi', 'mapping');
  const boundMs = server.host === null ? null : nmiBoundMs(deps.hosts, server.host);
  // Whose NMI takes long may also be longer in taking it, as for any command.
  const takeMs = Math.max(deps.nmiWaitMs, Math.min(boundMs ?? 0, deps.bounds.deadlineMs));
  const from = deps.clock.mono();
  const { queued } = await requestDump(deps, context, server, {
    action: 'inject_nmi',
    event: 'compute_inject_nmi',
    deadlineMs: takeMs,
  });
  const ended = await outcomeOf(deps, queued, takeMs, boundMs);
  if (ended === null || ended.result === 'unknown') {
    const seconds = Math.round((deps.clock.mono() - from) / 1000);
    throw fault('nmi-unanswered', { seconds, request: context.requestId, reason: ended?.reason ?? null });
  }
  if (ended.result === 'error') throw fault('nmi-failed', { reason: ended.reason });
}

/** How it ended; null while its host has had it for as long as its driver may take, and said nothing. */
async function outcomeOf(
  { dispatcher }: InjectNmiDeps,
  queued: Queued,
  takeMs: number,
  boundMs: number | null,
): Promise<Outcome | null> {
  // Waiting begins before the ring: a fast host must not answer into the void.
  const first = dispatcher.outcomeOf(queued.id, takeMs);
  await Promise.all([first, dispatcher.ring(queued)]);
  // Nobody took it in time: then it is certain that nothing was sent, and that is what the caller is told.
  const ended = (await first) ?? (await dispatcher.expire(queued.id));
  if (ended !== null || boundMs === null) return ended;
  const leftMs = boundMs + TELLING_MS - (await dispatcher.takenForMs(queued.id));
  return leftMs <= 0 ? null : dispatcher.outcomeOf(queued.id, leftMs);
}
