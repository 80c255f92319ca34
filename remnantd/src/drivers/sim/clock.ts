// The time a simulated data centre runs on. Only what is passed in here moves a guest on, so a test can own all of it.

/** Where a world takes its time from. */
export interface SimClock {
  /** Wall clock, ms since 1970; it may jump. */
  readonly now: () => number;
  /** CLOCK_MONOTONIC in ms (what `process.hrtime` reads), so that marks of different processes can be compared. */
  readonly mono: () => number;
  /** Calls `run` once after `ms`; the result cancels it. */
  readonly defer: (ms: number, run: () => void) => () => void;
}
