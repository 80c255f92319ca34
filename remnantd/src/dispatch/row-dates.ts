// When rows were made whose bounds another machine's clock set. Nobody compares two clocks: what was not there at one look and
// is there at the next was made between them, give or take the longest transaction. A look that comes late makes the
// interval wider and never wrong, and what was there at the first look may be of any age.

import { LONGEST_TRANSACTION_MS } from '../db/store.ts';
import type { Clock } from '../ports/clock.ts';

/** Between which readings of this process's monotonic clock something was made. */
export interface Dated {
  /** -Infinity where it was there when this process came. */
  readonly after: number;
  readonly by: number;
}

/** The dates that one process gave to rows of one kind. */
export class RowDates {
  readonly #clock: Clock;
  #dates = new Map<string, Dated>();
  #lookedAt = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Reads all rows of that kind there are, dates those that are new, and forgets those that are gone. `keysOf` names what of a
   * row is to be dated, for as long as it stays as it is.
   */
  async look<T>(read: () => Promise<readonly T[]>, keysOf: (row: T) => readonly string[]): Promise<readonly T[]> {
    const lookedAt = this.#clock.mono();
    const rows = await read();
    // Of two looks at a time the later one counts: the earlier may lack what was there before the later began.
    if (lookedAt < this.#lookedAt) return rows;
    const dates = new Map<string, Dated>();
    for (const key of rows.flatMap(keysOf)) dates.set(key, this.date(key));
    this.#dates = dates;
    this.#lookedAt = lookedAt;
    return rows;
  }

  /** When something was made that is there now. */
  date(key: string): Dated {
    const known = this.#dates.get(key);
    if (known !== undefined) return known;
    // What a transaction read before the last look began may be committed behind it.
    const dated = { after: this.#lookedAt - LONGEST_TRANSACTION_MS, by: this.#clock.mono() };
    this.#dates.set(key, dated);
    return dated;
  }
}
