// SQLite: one writer and, beside it, a read-only connection (WAL lets readers go on while it writes). synchronous=FULL: what
// was answered 202 is on the disk. Kysely gives each connection to one transaction at a time, so writers queue up here.

import { chmodSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import SQLite from 'better-sqlite3';
import type { Driver, QueryCompiler } from 'kysely';
import { CompiledQuery, Kysely, SqliteDialect, SqliteQueryCompiler, sql } from 'kysely';
import type { Tables } from '../../tables.ts';
import type { SchemaWords } from '../schema-words.ts';
import { patternMatcher } from './pattern-matcher.ts';
import { schemaStep } from './schema-step.ts';
import { withKeptStatements } from './statement-cache.ts';

/** How migrations speak to SQLite. */
export const sqliteWords: SchemaWords = {
  countingKey: (table, column) => table.addColumn(column, 'integer', (c) => c.primaryKey().autoIncrement()),
  bigint: 'integer',
  beside: '',
  tables: async (db) => {
    const { rows } = await sql<{ name: string }>`select name from sqlite_master where type = 'table'`.execute(db);
    return new Set(rows.map(({ name }) => name));
  },
  countChanges: async (db, table, on, head) => {
    for (const change of on) {
      const name = sql.id(`${table}_${change}_moves_${head}`);
      // One after the other: they are of one transaction.
      // oxlint-disable-next-line no-await-in-loop
      await sql`create trigger ${name} after ${sql.raw(change)} on ${sql.table(table)}
        begin update heads set n = n + 1 where name = ${sql.lit(head)}; end`.execute(db);
    }
  },
  step: schemaStep,
};

/** How long another process's write is waited for, ms. */
const BUSY_MS = 5_000;

/**
 * Writes a parameter as `+?`, which is the same value. Of a bare `?` that is compared with in a sorted query SQLite notes that another
 * value might have another plan, and makes the plan anew at each run of the kept statement: three to ten times what the query costs.
 */
class SteadyCompiler extends SqliteQueryCompiler {
  protected override getCurrentParameterPlaceholder(): string {
    return '+?';
  }
}

class ReaderDialect extends SqliteDialect {
  override createQueryCompiler(): QueryCompiler {
    return new SteadyCompiler();
  }
}

/** Begins each transaction as the writer: one that read first would fail at once where another process wrote since. */
class WriterDialect extends ReaderDialect {
  override createDriver(): Driver {
    const driver = super.createDriver();
    driver.beginTransaction = async (connection) => {
      await connection.executeQuery(CompiledQuery.raw('begin immediate'));
    };
    return driver;
  }
}

/** Opens (and makes, readable by its owner only) the database file at `path`. `stopwatch`: as patternMatcher takes it. */
export function openSqlite(
  path: string,
  onQuery: () => void,
  stopwatch: () => number,
): { read: Kysely<Tables>; write: Kysely<Tables>; close(): Promise<void> } {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const writer = new SQLite(path);
  chmodSync(path, 0o600);
  // First: others may be opening the same file.
  writer.pragma(`busy_timeout = ${BUSY_MS}`);
  writer.pragma('journal_mode = WAL');
  writer.pragma('synchronous = FULL');
  const reader = new SQLite(path, { readonly: true });
  reader.pragma(`busy_timeout = ${BUSY_MS}`);
  const patterns = patternMatcher(stopwatch);
  reader.function('regexp', { deterministic: true }, (pattern, text) =>
    typeof pattern === 'string' && typeof text === 'string' && patterns.matches(pattern, text) ? 1 : 0,
  );
  const onRead = () => {
    patterns.begin();
    onQuery();
  };
  const read = new Kysely<Tables>({ dialect: new ReaderDialect({ database: withKeptStatements(reader, onRead) }) });
  const write = new Kysely<Tables>({ dialect: new WriterDialect({ database: withKeptStatements(writer, onQuery) }) });
  return {
    read,
    write,
    close: async () => {
      await read.destroy();
      await write.destroy();
    },
  };
}
