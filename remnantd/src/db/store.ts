// The database as the rest of the daemon holds it: a handle to read with, and transactions to write in. No transaction is
// held across a wait for anything but the database.

import type { Kysely } from 'kysely';
import { openSqlite, sqliteWords } from './dialects/sqlite/open-sqlite.ts';
import { migrate } from './migrate.ts';
import type { OutageNews } from './outage.ts';
import { Outage } from './outage.ts';
import type { Tables } from './tables.ts';

/** A handle queries run on: the reader, or a transaction. */
export type Db = Kysely<Tables>;

/** An open database. */
export interface Store {
  /** Reads what is committed. Never used to write. */
  readonly read: Db;
  /**
   * Runs `work` in one transaction and commits it; a throw rolls back and comes through. It may run again, when another
   * transaction won against it: what it does outside of the database must bear that.
   */
  transaction<T>(work: (tx: Db) => Promise<T>): Promise<T>;
  /** How many statements have run since the start: for metrics, and for the proof that host_status costs none. */
  queries(): number;
  close(): Promise<void>;
}

/**
 * The longest that may pass from the first statement of a transaction to its commit, ms: one that takes longer is rolled back. On
 * PostgreSQL this is held by our clock and by the server's; only a server that stands still within the commit itself is not seen.
 * On SQLite it waits for the writers of other processes (`remnantd enroll`) before its first statement, and for nobody after it.
 */
export const LONGEST_TRANSACTION_MS = 5_000;

/** What a store is opened with, beside its url. */
export interface StoreOptions {
  /** Measures, ms, on a clock that only runs forward: not the clock port's time, which a test may stop. */
  readonly stopwatch?: () => number;
  /** At least 0, less than 1. */
  readonly random?: () => number;
  /** Told, once each, when the database goes away and when it is back. */
  readonly onOutage?: OutageNews;
}

const POSTGRES = /^postgres(?:ql)?:\/\//;

/**
 * Opens the database at `url` and brings it to the newest schema.
 * `url`: `sqlite:PATH` or `postgresql://USER@HOST/DATABASE`.
 * Throws an Error naming the url when it is of another kind, and DatabaseAway or another Error when it cannot be opened. Whatever
 * is asked of the store later may throw DatabaseAway.
 */
export async function openStore(url: string, options: StoreOptions = {}): Promise<Store> {
  if (POSTGRES.test(url)) return openOnPostgres(url, options);
  if (!url.startsWith('sqlite:'))
    throw new Error(`database.url "${url}": only sqlite:PATH and postgresql://… are known`);
  const { stopwatch = () => performance.now() } = options;
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

async function openOnPostgres(url: string, options: StoreOptions): Promise<Store> {
  // Loaded where it is used: on SQLite a start does without all of it.
  const { openForMigrations, openPostgres, postgresWords } = await import('./dialects/postgres/open-postgres.ts');
  const { stopwatch: mono = () => performance.now(), random = Math.random } = options;
  const migrating = openForMigrations(url, mono);
  try {
    await migrate(migrating, postgresWords);
  } finally {
    await migrating.destroy();
  }
  let queries = 0;
  const opened = openPostgres(url, {
    longestMs: LONGEST_TRANSACTION_MS,
    onQuery: () => {
      queries += 1;
    },
    news: new Outage(options.onOutage ?? { away: () => {}, back: () => {} }, mono),
    mono,
    random,
  });
  return { ...opened, queries: () => queries };
}
