// The few words in which the schemas of the two databases differ, and how a step of it is taken by one process alone.

import type { CreateTableBuilder, Kysely } from 'kysely';
import type { Tables } from '../tables.ts';

/** What can be done to a row. */
export type RowChange = 'insert' | 'update' | 'delete';

/** What a migration, and what runs migrations, asks a dialect for. */
export interface SchemaWords {
  /** Begins a table with a key that counts up by itself and is never used twice. */
  countingKey(table: CreateTableBuilder<string>, column: string): CreateTableBuilder<string>;
  /** The type of a 64-bit integer. */
  readonly bigint: 'integer' | 'bigint';
  /** Between `create index`, or `drop index`, and its name: what keeps no writer waiting. For steps outside of a transaction. */
  readonly beside: '' | 'concurrently';
  /** The names of the tables there are: read off the catalogue alone, so that whoever changes a table meanwhile is in nobody's way. */
  tables(db: Kysely<Tables>): Promise<ReadonlySet<string>>;
  /** From now on the counter `head` moves whenever rows of `table` are changed so, whoever does it. */
  countChanges(db: Kysely<unknown>, table: string, on: readonly RowChange[], head: string): Promise<void>;
  /**
   * Runs `work` while no other process is at such a step, as one transaction; `outside`: without one, where a database builds
   * indexes beside its writers only then. Throws what `work` throws, with nothing kept of a transaction.
   */
  step(db: Kysely<Tables>, outside: boolean, work: (own: Kysely<Tables>) => Promise<void>): Promise<void>;
}
