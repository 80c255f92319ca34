// PostgreSQL: transactions are serialisable, so that what holds with SQLite's one writer holds here; one that lost against
// another is done again. Reads have connections of their own: writers that wait for each other keep no reader waiting.

import { setTimeout as pause } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import { Kysely as KyselyDb, PostgresDialect, sql } from 'kysely';
import type { CustomTypesConfig, PoolConfig } from 'pg';
import { types as pgTypes } from 'pg';
import { DatabaseAway } from '../../../model/database-away.ts';
import type { Tables } from '../../tables.ts';
import type { SchemaWords } from '../schema-words.ts';
import type { PoolBounds, PoolNews } from './bounded-pool.ts';
import { boundedPool } from './bounded-pool.ts';
import { isLost, mayHaveLost } from './error-kind.ts';
import { schemaStep } from './schema-step.ts';

/** How migrations speak to PostgreSQL. */
export const postgresWords: SchemaWords = {
  countingKey: (table, column) => table.addColumn(column, 'bigserial', (c) => c.primaryKey()),
  bigint: 'bigint',
  beside: 'concurrently',
  tables: async (db) => {
    const { rows } = await sql<{ name: string }>`
      select tablename as name from pg_tables where schemaname = current_schema()`.execute(db);
    return new Set(rows.map(({ name }) => name));
  },
  countChanges: async (db, table, on, head) => {
    await sql`create or replace function move_head() returns trigger language plpgsql as $$
      begin update heads set n = n + 1 where name = tg_argv[0]; return null; end $$`.execute(db);
    // Once a statement, however many rows it changes.
    await sql`create trigger ${sql.id(`${table}_moves_${head}`)} after ${sql.raw(on.join(' or '))} on ${sql.table(table)}
      for each statement execute function move_head(${sql.lit(head)})`.execute(db);
  },
  step: schemaStep,
};

const CONNECTIONS = 8;
/** Until a read is answered, the wait for a connection included, ms. */
const READ_MS = 3_000;
/** The server gives up a read before we do: its connection is then good for the next. */
const SERVER_READ_MS = 2_000;
/** A transaction that lost is done again as long as no more than this has passed since the first try began, ms. */
const AGAIN_MS = 10_000;
/** The first wait before another try, ms, doubled up to the last; a random part of it is waited. */
const [FIRST_WAIT_MS, LAST_WAIT_MS] = [2, 64];
/** How often a key that is taken may have been taken by another just then. */
const TAKEN_TRIES = 5;

/** An open PostgreSQL. */
export interface OpenPostgres {
  /** Cannot write. */
  readonly read: Kysely<Tables>;
  /** Runs `work`, again when its transaction lost against another one. */
  readonly transaction: <T>(work: (tx: Kysely<Tables>) => Promise<T>) => Promise<T>;
  readonly close: () => Promise<void>;
}

/** What it is opened with. */
export interface PostgresParts {
  /** The longest a transaction may take, ms. */
  readonly longestMs: number;
  /** Hears of each statement. */
  readonly onQuery: () => void;
  readonly news: PoolNews;
  /** Milliseconds on a clock that only runs forward. */
  readonly mono: () => number;
  /** At least 0, less than 1. */
  readonly random: () => number;
}

/** Opens the database at `url` (`postgresql://…`); it connects when it is asked something. */
export function openPostgres(url: string, parts: PostgresParts): OpenPostgres {
  const { longestMs, onQuery, news, mono, random } = parts;
  const open = (config: PoolConfig, bounds: PoolBounds) => {
    const pool = boundedPool({ connectionString: url, max: CONNECTIONS, types, ...config }, bounds, news, mono);
    return new KyselyDb<Tables>({ dialect: new PostgresDialect({ pool }), log: onQuery });
  };
  const read = open(
    { options: '-c default_transaction_read_only=on', statement_timeout: SERVER_READ_MS },
    { connectMs: READ_MS, answerMs: READ_MS, transactionMs: null },
  );
  const write = open(
    { statement_timeout: longestMs, idle_in_transaction_session_timeout: longestMs },
    { connectMs: READ_MS, answerMs: longestMs, transactionMs: longestMs },
  );
  const once = <T>(work: (tx: Kysely<Tables>) => Promise<T>) =>
    write.transaction().setIsolationLevel('serializable').execute(work);
  // Those that lost come one after the other: all at once, they would lose against each other again and again.
  let lastInLine: Promise<unknown> = Promise.resolve();
  const again = async <T>(work: (tx: Kysely<Tables>) => Promise<T>, began: number): Promise<T> => {
    let waitMs = FIRST_WAIT_MS;
    for (let tried = 1; ; tried += 1) {
      if (mono() - began > AGAIN_MS) throw new DatabaseAway('too many transactions want the same rows');
      try {
        // oxlint-disable-next-line no-await-in-loop
        return await once(work);
      } catch (error) {
        if (!isLost(error) && !(mayHaveLost(error) && tried < TAKEN_TRIES)) throw error;
      }
      // Against another process: not both at the same moment again.
      // oxlint-disable-next-line no-await-in-loop
      await pause(random() * waitMs);
      waitMs = Math.min(LAST_WAIT_MS, waitMs * 2);
    }
  };
  return {
    read,
    transaction: async (work) => {
      const began = mono();
      try {
        return await once(work);
      } catch (error) {
        if (!isLost(error) && !mayHaveLost(error)) throw error;
      }
      const turn = lastInLine.then(() => again(work, began));
      lastInLine = turn.catch(() => {});
      return turn;
    },
    // A server that stands still does not even take leave.
    close: async () => {
      await Promise.race([Promise.all([read.destroy(), write.destroy()]), pause(READ_MS, null, { ref: false })]);
    },
  };
}

/** The same database for migrations, which take as long as they take: one connection. Destroy it. */
export function openForMigrations(url: string, mono: () => number): Kysely<Tables> {
  const pool = boundedPool(
    { connectionString: url, max: 1, types },
    { connectMs: 10_000, answerMs: null, transactionMs: null },
    { worked: () => {}, failed: () => {} },
    mono,
  );
  return new KyselyDb<Tables>({ dialect: new PostgresDialect({ pool }) });
}

/** 64-bit numbers come as numbers: none of ours is beyond 2^53. */
const types: CustomTypesConfig = {
  getTypeParser: (...asked: Parameters<typeof pgTypes.getTypeParser>) =>
    asked[0] === pgTypes.builtins.INT8 ? Number : (pgTypes.getTypeParser(...asked) as unknown),
};
