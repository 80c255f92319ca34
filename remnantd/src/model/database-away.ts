// What the store throws when the database cannot do now what it was asked. It is nobody's mistake: the same may work in a
// moment, so the API answers 503, and whatever runs in a loop tries again at its next turn.

/**
 * The database does not answer, is too slow, or is too busy. Nothing of the transaction is kept, with one exception: when the
 * connection was lost while it committed, nobody can say whether it is.
 */
export class DatabaseAway extends Error {
  override readonly name = 'DatabaseAway';

  /** `why`: what was met, for a log. */
  constructor(why: string, cause?: unknown) {
    super(`the database cannot be used now: ${why}`, { cause });
  }
}
