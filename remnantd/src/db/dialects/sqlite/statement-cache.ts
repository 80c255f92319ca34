// Prepared statements of one SQLite connection, kept by their SQL: preparing a statement costs several times what a small
// query costs. Bounded, since lists of values give texts of every length: the one unused for longest goes first.

import type { SqliteDatabase, SqliteStatement } from 'kysely';
import { LruMap } from '../../../lib/lru-map.ts';

/** Many more than the texts the daemon has, not counting lists of values; a statement takes a few KiB. */
const KEPT = 256;

/**
 * The database as kysely drives it, each statement prepared once. `onQuery` hears of each one that is about to run: kysely
 * asks for it anew each time. Nothing else may change the schema meanwhile.
 */
export function withKeptStatements(database: SqliteDatabase, onQuery: () => void = () => {}): SqliteDatabase {
  const kept = new LruMap<string, SqliteStatement>(KEPT);
  return {
    close: () => database.close(),
    prepare: (sql) => {
      onQuery();
      const known = kept.get(sql);
      if (known !== undefined) return known;
      const statement = database.prepare(sql);
      kept.set(sql, statement);
      return statement;
    },
  };
}
