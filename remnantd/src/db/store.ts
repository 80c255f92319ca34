// The database as the rest of the daemon holds it: a handle to read with, and transactions to write in. No transaction is
// held across a wait for anything but the database.

import type { Kysely } from 'kysely';
import { openSqlite, sqliteWords } from './dialects/sqlite.ts';
import { migrate } from './migrate.ts';
import type { Tables } from './tables.ts';

/** A handle queries run on: the reader, or a transaction. */
export type Db = Kysely<Tables>;

/** An open database. */
export interface Store {
  /** Reads what is committed. Never used to write. */
  readonly read: Db;
  /** Runs `work` in one transaction and commits it; a throw rolls back and comes through. */
  transaction<T>(work: (tx: Db) => Promise<T>): Promise<T>;
  /** How many statements have run since the start: for metrics, and for the proof that host_status costs none. */
  queries(): number;
  close(): Promise<void>;
}

/**
 * Opens the database at `url` and brings it to the newest schema.
 * `url`: `sqlite:PATH`. `stopwatch` measures what matching costs, ms; not the clock port's time, which a test may stop.
 * Throws an Error naming the url when it is of another kind or cannot be opened.
 */
export async function openStore(url: string, stopwatch = () => performance.now()): Promise<Store> {
  if (!url.startsWith('sqlite:')) throw new Error(`database.url "${url}": only sqlite:PATH is known`);
  let queries = 0;
  const count = () => {
    queries += 1;
  };
  const opened = openSqlite(url.slice('sqlite:'.length), count, stopwatch);
  await migrate(opened.write, sqliteWords);
  return {
    read: opened.read,
    transaction: (work) => opened.write.transaction().execute(work),
    queries: () => queries,
    close: () => opened.close(),
  };
}
