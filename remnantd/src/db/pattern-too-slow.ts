// What a database says of strangers' patterns that it will not go on with.

/** A statement's patterns took longer than they may, or are none to this database. */
export class PatternTooSlow extends Error {
  override readonly name = 'PatternTooSlow';
}
