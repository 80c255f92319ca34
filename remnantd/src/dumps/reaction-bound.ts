// Ends dumps whose guest showed no reaction within its bound: with `unknown`, and the reason says what was looked for and
// what could not be seen.

import { endDump, evidenceOf, runningDumps } from '../db/dumps.ts';
import type { Store } from '../db/store.ts';
import type { Dump, DumpEvidence } from '../model/dump.ts';
import type { Clock } from '../ports/clock.ts';

/** What watching the bound needs. */
export interface BoundDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly reactMs: number;
}

/** Looks over all running dumps once. */
export async function endUnanswered(deps: BoundDeps): Promise<void> {
  for (const dump of await runningDumps(deps.store.read)) {
    if (!overdue(deps.clock, dump)) continue;
    await deps.store.transaction(async (tx) => {
      const reason = noReaction(dump, await evidenceOf(tx, dump.id), deps.reactMs);
      await endDump(tx, dump.id, 'unknown', reason, deps.clock.wall());
    });
  }
}

/** A bound set on another machine's clock, or before this machine booted, is over. */
function overdue(clock: Clock, dump: Dump): boolean {
  if (dump.phase !== 'sent' || dump.reactBy === null) return false;
  return dump.epoch !== clock.epoch || clock.mono() >= dump.reactBy;
}

function noReaction(dump: Dump, seen: readonly DumpEvidence[], reactMs: number): string {
  const parts = [`no reaction of the guest was seen within ${Math.round(reactMs / 1000)} s`];
  if (dump.meaning === null) parts.push('whether the NMI was sent is not known');
  if (dump.meaning === 'latched') parts.push('the server was paused: its NMI waits until it resumes');
  if (seen.some((entry) => entry.kind === 'blind')) parts.push('the host could not be watched all the time');
  parts.push('it may have ignored the NMI, or have no panic device to tell with');
  return parts.join('; ');
}
