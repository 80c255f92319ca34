// A clock that stands still until it is told to go on: what a guest does over seconds is then tested in no time at all.
// Calls that fall due run in the order of their time, each at its own time.

import type { SimClock } from './clock.ts';

/** A clock in a test's hands. */
export interface ManualClock extends SimClock {
  /** Moves on by `ms` and runs what falls due on the way. */
  advance(ms: number): void;
  /** Makes the wall clock jump by `ms` (either way); the monotonic clock and pending calls do not notice. */
  jump(ms: number): void;
}

/** A clock that starts at `startsAt` (wall clock in ms). */
export function manualClock(startsAt = 1_800_000_000_000): ManualClock {
  let passed = 0;
  let skew = 0;
  let pending: { readonly due: number; readonly run: () => void }[] = [];
  return {
    now: () => startsAt + passed + skew,
    mono: () => 1_000 + passed,
    defer(ms, run) {
      const call = { due: passed + ms, run };
      pending.push(call);
      return () => {
        pending = pending.filter((other) => other !== call);
      };
    },
    advance(ms) {
      const until = passed + ms;
      for (;;) {
        const next = pending.reduce<(typeof pending)[number] | undefined>(
          (first, call) => (call.due <= until && (first === undefined || call.due < first.due) ? call : first),
          undefined,
        );
        if (next === undefined) break;
        pending = pending.filter((other) => other !== next);
        passed = Math.max(passed, next.due);
        next.run();
      }
      passed = until;
    },
    jump(ms) {
      skew += ms;
    },
  };
}
