// When the database is away, said once: from the first thing that failed to the first that worked with nothing having failed
// for a while. Between the two everybody who asks is told, and the log is not.

import type { DatabaseAway } from '../model/database-away.ts';

/** Told of the beginning of an outage, and of its end with how long it was, ms. */
export interface OutageNews {
  readonly away: (why: DatabaseAway) => void;
  readonly back: (afterMs: number) => void;
}

/** A database that is slow for one and quick for the next is not back: so long nothing must have failed, ms. */
const QUIET_MS = 2_000;

/** Follows one database. `mono` reads milliseconds on a clock that only runs forward. */
export class Outage {
  readonly #news: OutageNews;
  readonly #mono: () => number;
  #since: number | null = null;
  #lastFailed = 0;

  constructor(news: OutageNews, mono: () => number) {
    this.#news = news;
    this.#mono = mono;
  }

  /** Something could not be done. */
  failed(why: DatabaseAway): void {
    this.#lastFailed = this.#mono();
    if (this.#since !== null) return;
    this.#since = this.#lastFailed;
    this.#news.away(why);
  }

  /** Something was done. */
  worked(): void {
    if (this.#since === null) return;
    const now = this.#mono();
    if (now - this.#lastFailed < QUIET_MS) return;
    const afterMs = now - this.#since;
    this.#since = null;
    this.#news.back(afterMs);
  }
}
