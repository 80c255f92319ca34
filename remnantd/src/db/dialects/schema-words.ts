// The few words in which the schemas of the two databases differ.

import type { CreateTableBuilder } from 'kysely';

/** What a migration asks a dialect for. */
export interface SchemaWords {
  /** Begins a table with a key that counts up by itself and is never used twice. */
  countingKey(table: CreateTableBuilder<string>, column: string): CreateTableBuilder<string>;
  /** The type of a 64-bit integer. */
  readonly bigint: 'integer' | 'bigint';
}
