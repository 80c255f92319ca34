// Ends dumps whose guest showed no reaction within its bound: with `unknown`, and the reason says what was looked for and
// what could not be seen.

import { evidenceOf, runningDumps } from '../db/dumps.ts';
import type { Store } from '../db/store.ts';
import type { Dump } from '../model/dump.ts';
import { judgeAtBound } from '../model/verdict.ts';
import type { Clock } from '../ports/clock.ts';
import type { EndDeps } from './end-dump.ts';
import { endWith } from './end-dump.ts';

/** What watching the bound needs. */
export interface BoundDeps extends EndDeps {
  readonly store: Store;
  readonly reactMs: number;
}

/** Looks over all running dumps once. */
export async function endUnanswered(deps: BoundDeps): Promise<void> {
  for (const dump of await runningDumps(deps.store.read)) {
    if (!overdue(deps.clock, dump)) continue;
    await deps.store.transaction(async (tx) => {
      const { phase, meaning } = dump;
      const seconds = Math.round(deps.reactMs / 1000);
      await endWith(tx, deps, dump.id, judgeAtBound(await evidenceOf(tx, dump.id), { phase, meaning, seconds }));
    });
  }
}

/** A bound set on another machine's clock, or before this machine booted, is over. */
function overdue(clock: Clock, dump: Dump): boolean {
  if (dump.reactBy === null) return false;
  return dump.epoch !== clock.epoch || clock.mono() >= dump.reactBy;
}
