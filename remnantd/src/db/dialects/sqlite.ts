// SQLite: one writer and, beside it, a read-only connection (WAL lets readers go on while it writes). synchronous=FULL: what
// was answered 202 is on the disk. Kysely gives each connection to one transaction at a time, so writers queue up here.

import { chmodSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import SQLite from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import { patternMatcher } from '../pattern-matcher.ts';
import type { Tables } from '../tables.ts';
import type { SchemaWords } from './schema-words.ts';
import { withKeptStatements } from './statement-cache.ts';

/** How migrations speak to SQLite. */
export const sqliteWords: SchemaWords = {
  countingKey: (table, column) => table.addColumn(column, 'integer', (c) => c.primaryKey().autoIncrement()),
  bigint: 'integer',
};

/** Opens (and makes, readable by its owner only) the database file at `path`. `stopwatch`: as patternMatcher takes it. */
export function openSqlite(
  path: string,
  onQuery: () => void,
  stopwatch: () => number,
): { read: Kysely<Tables>; write: Kysely<Tables>; close(): Promise<void> } {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const writer = new SQLite(path);
  chmodSync(path, 0o600);
  writer.pragma('journal_mode = WAL');
  writer.pragma('synchronous = FULL');
  writer.pragma('busy_timeout = 5000');
  const reader = new SQLite(path, { readonly: true });
  reader.pragma('busy_timeout = 5000');
  const patterns = patternMatcher(stopwatch);
  reader.function('regexp', { deterministic: true }, (pattern, text) =>
    typeof pattern === 'string' && typeof text === 'string' && patterns.matches(pattern, text) ? 1 : 0,
  );
  const open = (database: SQLite.Database, onRun: () => void) =>
    new Kysely<Tables>({ dialect: new SqliteDialect({ database: withKeptStatements(database, onRun) }) });
  const read = open(reader, () => {
    patterns.begin();
    onQuery();
  });
  const write = open(writer, onQuery);
  return {
    read,
    write,
    close: async () => {
      await read.destroy();
      await write.destroy();
    },
  };
}

/**
 * Takes `path` (made, readable by its owner only) for this process alone, until the result is called or the process ends, however it ends.
 * Throws when another process has it.
 */
export function takeAlone(path: string): () => void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const lock = new SQLite(path, { timeout: 0 });
  // Before anything is written: its journal takes the mode of the file.
  chmodSync(path, 0o600);
  try {
    lock.pragma('locking_mode = EXCLUSIVE');
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    throw new Error(`${path}: another process has it`, { cause: error });
  }
  return () => lock.close();
}
