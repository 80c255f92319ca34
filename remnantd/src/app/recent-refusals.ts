// Which refusals were recorded in the last minute, so that asking in vain again and again does not fill the audit. Kept in
// memory, and bounded: one that is forgotten early is recorded once more than it had to be.

import { LruMap } from '../lib/lru-map.ts';
import type { Clock } from '../ports/clock.ts';

/** How long a refusal stands for those after it, ms. */
const STANDS_MS = 60_000;
/** So many at most are remembered: the one not met for longest goes first. */
const MOST = 4096;

interface Entry {
  /** When it was recorded, on the monotonic clock. */
  readonly at: number;
  readonly leftOut: number;
}

/** The refusals of the last minute. */
export class RecentRefusals {
  readonly #clock: Pick<Clock, 'mono'>;
  readonly #entries = new LruMap<string, Entry>(MOST);

  constructor(clock: Pick<Clock, 'mono'>) {
    this.#clock = clock;
  }

  /** Null when `key` was recorded within a minute; else it is to be recorded, with how many were left out since the last time. */
  admit(key: string): number | null {
    const now = this.#clock.mono();
    const known = this.#entries.get(key);
    const stands = known !== undefined && now - known.at < STANDS_MS;
    this.#entries.set(key, stands ? { at: known.at, leftOut: known.leftOut + 1 } : { at: now, leftOut: 0 });
    return stands ? null : (known?.leftOut ?? 0);
  }

  /** As if `key` had never been met. */
  forget(key: string): void {
    this.#entries.delete(key);
  }

  /** How many are remembered. */
  get size(): number {
    return this.#entries.size;
  }
}
