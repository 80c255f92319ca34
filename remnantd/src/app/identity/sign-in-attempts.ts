// Slows down who guesses passwords: after a few wrong ones in a row for a name from an address, the next tries are refused
// without a look for 1 s, then 2 s, 4 s ... up to a bound. The right password is refused too while it lasts, and ends it
// after. Kept in memory, and bounded; a stranger at another address cannot lock anybody out. Each process counts for itself: of
// several, each lets a guesser try as often.

import { LruMap } from '../../lib/lru-map.ts';
import { fault } from '../../model/faults.ts';
import type { Clock } from '../../ports/clock.ts';

/** How patient it is. */
export interface AttemptBounds {
  /** So many wrong passwords in a row cost nothing. */
  readonly free: number;
  /** No wait is longer, ms. */
  readonly longestMs: number;
}

interface Entry {
  readonly failures: number;
  /** On the monotonic clock. */
  readonly failedAt: number;
  readonly waitMs: number;
}

/** So many names at most are remembered: the one not tried for longest goes first. */
const MOST = 10_000;
/** After this long without a try a name is as good as new, ms. */
const FORGOTTEN_MS = 15 * 60_000;
const FIRST_WAIT_MS = 1_000;

/** What is remembered of failed sign-ins. */
export class SignInAttempts {
  readonly #clock: Pick<Clock, 'mono'>;
  readonly #bounds: AttemptBounds;
  /** The one that failed longest ago goes first: being refused keeps nobody in mind. */
  readonly #entries = new LruMap<string, Entry>(MOST);

  constructor(clock: Pick<Clock, 'mono'>, bounds: AttemptBounds) {
    this.#clock = clock;
    this.#bounds = bounds;
  }

  /** Fault too-many-attempts while `key` has to wait. */
  admit(key: string): void {
    const entry = this.#current(key);
    const leftMs = entry === null ? 0 : entry.failedAt + entry.waitMs - this.#clock.mono();
    if (leftMs > 0) throw fault('too-many-attempts', { seconds: Math.ceil(leftMs / 1000) });
  }

  /** A wrong password. */
  failed(key: string): void {
    const failures = (this.#current(key)?.failures ?? 0) + 1;
    const beyond = failures - this.#bounds.free;
    const waitMs = beyond < 0 ? 0 : Math.min(FIRST_WAIT_MS * 2 ** beyond, this.#bounds.longestMs);
    this.#entries.set(key, { failures, failedAt: this.#clock.mono(), waitMs });
  }

  /** The right one: what was before is forgotten. */
  succeeded(key: string): void {
    this.#entries.delete(key);
  }

  /** How many names are remembered. */
  get size(): number {
    return this.#entries.size;
  }

  #current(key: string): Entry | null {
    const entry = this.#entries.peek(key);
    return entry === undefined || this.#clock.mono() - entry.failedAt > FORGOTTEN_MS ? null : entry;
  }
}
