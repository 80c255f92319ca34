// A clock that runs like any other and can be moved on: bounds of half a minute are then over at once. Frozen, nothing
// that repeats runs, so that a test can count what one request costs.

import { randomBytes, randomUUID } from 'node:crypto';
import type { Clock } from '../../src/ports/clock.ts';

interface Call {
  readonly due: number;
  readonly run: () => void;
}

/** A clock in a test's hands. */
export interface TestClock extends Clock {
  /** Moves on by `ms`, wall clock and monotonic, and runs what falls due, oldest first. */
  advance(ms: number): void;
  /** Frozen, moves on by `ms` and runs nothing, as if this process had been stopped for so long. */
  leap(ms: number): void;
  /** Stands still until `thaw`; `advance` still moves it. */
  freeze(): void;
  thaw(): void;
  /** Runs nothing any more. */
  stop(): void;
}

/** How a clock differs from the one of any other test: ahead by so much, and the clock of which machine's life. */
export interface ClockOdds {
  readonly monoAheadMs?: number;
  readonly wallAheadMs?: number;
  readonly epoch?: string;
}

/** A clock that starts now. */
export function testClock({ monoAheadMs = 0, wallAheadMs = 0, epoch = 'test' }: ClockOdds = {}): TestClock {
  const startedAt = Date.now() + wallAheadMs;
  let base = performance.now();
  let passed = 0;
  let frozen = false;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  const calls = new Set<Call>();

  const elapsed = () => passed + (frozen ? 0 : performance.now() - base);
  const settle = () => {
    passed = elapsed();
    base = performance.now();
  };
  const earliest = () => [...calls].reduce<Call | null>((a, b) => (a === null || b.due < a.due ? b : a), null);
  const arm = () => {
    clearTimeout(timer);
    const next = stopped || frozen ? null : earliest();
    if (next !== null) timer = setTimeout(runDue, Math.max(0, next.due - elapsed()));
  };
  const runDue = () => {
    for (let next = earliest(); next !== null && next.due <= elapsed(); next = earliest()) {
      calls.delete(next);
      next.run();
    }
    arm();
  };

  return {
    wall: () => Math.floor(startedAt + elapsed()),
    mono: () => 1_000_000 + monoAheadMs + elapsed(),
    epoch,
    after: (ms, run) => {
      const call = { due: elapsed() + ms, run };
      calls.add(call);
      arm();
      return () => calls.delete(call);
    },
    uuid: () => randomUUID(),
    secret: (bytes) => randomBytes(bytes).toString('base64url'),
    advance: (ms) => {
      passed += ms;
      runDue();
    },
    leap: (ms) => {
      passed += ms;
    },
    freeze: () => {
      settle();
      // A whole number: what is added to it and taken off again comes out even.
      passed = Math.ceil(passed);
      frozen = true;
      arm();
    },
    thaw: () => {
      base = performance.now();
      frozen = false;
      arm();
    },
    stop: () => {
      stopped = true;
      calls.clear();
      clearTimeout(timer);
    },
  };
}
