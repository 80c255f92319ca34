// Ends dumps that waited long enough: with a verdict that says what was looked for and what could not be seen. Any process may
// end any dump: a bound that another machine's clock set is surely over once the whole wait has passed since it was seen here.

import { findDump, runningDumps } from '../db/dumps.ts';
import type { Db, Store } from '../db/store.ts';
import type { RowDates } from '../dispatch/row-dates.ts';
import type { Dump } from '../model/dump.ts';
import type { Bound, FollowDeps } from './follow-dump.ts';
import { endOverdue, lengthOf, waitAnew } from './follow-dump.ts';
import type { UnheardDumps } from './unheard-dumps.ts';

/** What going over all running dumps needs. */
export interface TakeUpDeps extends FollowDeps {
  readonly store: Store;
  /** Told of one that cannot be moved on: the others are all the same. */
  readonly onError: (what: string, error: unknown) => void;
}

/** What looking over dumps needs. */
export interface DumpLookDeps extends TakeUpDeps {
  /** Of bounds that another machine's clock set. */
  readonly dates: RowDates;
  /** Of dumps whose bound was over while their host was not heard. */
  readonly unheard: UnheardDumps;
}

interface OnClock {
  readonly epoch: string | null;
  readonly at: number;
}

/** Goes on with the dumps that run, after a time in which nobody did: what guests did then is yet to be told. */
export async function takeUpDumps(deps: TakeUpDeps): Promise<void> {
  for (const seen of await runningDumps(deps.store.read)) {
    await moveOn(deps, seen, (tx, dump) => waitAnew(tx, deps, dump));
  }
}

/** Works on one dump as it is by now, in a transaction of its own, unless it ended meanwhile. */
async function moveOn(
  { store, onError }: TakeUpDeps,
  seen: Dump,
  work: (tx: Db, dump: Dump) => Promise<void>,
): Promise<void> {
  try {
    await store.transaction(async (tx) => {
      const dump = await findDump(tx, seen.serverId, seen.id);
      if (dump !== null && dump.endedAt === null) await work(tx, dump);
    });
  } catch (error) {
    onError(`dump ${seen.id}`, error);
  }
}

/** Looks over all running dumps once. */
export async function endOverdueDumps(deps: DumpLookDeps): Promise<void> {
  const { store, dates, clock, unheard } = deps;
  const foreign = (dump: Dump) =>
    (['wait', 'whole'] as const).flatMap((bound) => {
      const set = setAt(dump, bound);
      return set === null || set.epoch === clock.epoch ? [] : [keyOf(dump, bound, set)];
    });
  const running = await dates.look(() => runningDumps(store.read), foreign);
  const over = running.filter((dump) => boundOver(deps, dump) !== null);
  // A bound that was set anew is waited past anew.
  unheard.keep(over);
  for (const seen of over) {
    const stands = unheard.stands(seen);
    // All of it ends in any case; anything less waits for what the host may have to tell.
    const whole = isOver(deps, seen, 'whole');
    if (stands === 'waits' && !whole) continue;
    await moveOn(deps, seen, async (tx, dump) => {
      // What came in meanwhile may have given it more time.
      const bound = boundOver(deps, dump);
      if (bound !== null) await endOverdue(tx, deps, dump, bound, stands !== 'seen');
    });
  }
}

/** The bound of this dump that is surely over; null while none is. */
function boundOver(deps: Pick<DumpLookDeps, 'clock' | 'bounds' | 'dates'>, dump: Dump): Bound | null {
  // The command for the memory has bounds of its own, and always an outcome.
  if (dump.wait === 'memory') return null;
  return (['wait', 'whole'] as const).find((bound) => isOver(deps, dump, bound)) ?? null;
}

function isOver({ clock, bounds, dates }: Pick<DumpLookDeps, 'clock' | 'bounds' | 'dates'>, dump: Dump, bound: Bound) {
  const set = setAt(dump, bound);
  if (set === null) return false;
  const own = set.epoch === clock.epoch;
  return clock.mono() >= (own ? set.at : dates.date(keyOf(dump, bound, set)).by + lengthOf(bounds, dump, bound));
}

function setAt({ epoch, due, wholeEpoch, wholeBy }: Dump, bound: Bound): OnClock | null {
  const [set, at] = bound === 'wait' ? [epoch, due] : [wholeEpoch, wholeBy];
  return at === null ? null : { epoch: set, at };
}

/** A bound that was set anew is another one. */
function keyOf({ id }: Dump, bound: Bound, { epoch, at }: OnClock): string {
  return `${id} ${bound} ${epoch} ${at}`;
}
