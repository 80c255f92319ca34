// What SQL of servers the two databases say differently: patterns, and looking into JSON columns.

import type { Expression, ExpressionBuilder, SqlBool } from 'kysely';
import { PostgresAdapter } from 'kysely';
import type { AddressPattern, ServerColumn, TagMatch } from '../../model/server-query.ts';
import type { Db } from '../store.ts';
import type { Tables } from '../tables.ts';
import { postgresServerWords } from './postgres/server-words.ts';
import { sqliteServerWords } from './sqlite/server-words.ts';

/** Builds conditions on servers. */
export type ServerBuilder = ExpressionBuilder<Tables, 'servers'>;

/** Conditions each database has its own words for. */
export interface ServerWords {
  /**
   * The value of `column`, as text, has a place where `pattern` fits, case ignored; null never has. A time's text is
   * `2024-03-01 10:00:00`, as Nova's database writes it.
   */
  matches(e: ServerBuilder, column: ServerColumn, pattern: string): Expression<SqlBool>;
  /** The value of `column` is one of `values`; of none, it never is. `common`: no index of the column is to be used. */
  isOneOf(
    e: ServerBuilder,
    column: ServerColumn | 'seq',
    values: readonly (string | number)[],
    common?: boolean,
  ): Expression<SqlBool>;
  /** How the server's tags stand to `tags`. A server has a tag once. */
  tagged(e: ServerBuilder, tags: readonly string[], have: TagMatch): Expression<SqlBool>;
  /** One of the server's fixed addresses fits one of the patterns, case and all. */
  addressed(e: ServerBuilder, patterns: readonly AddressPattern[]): Expression<SqlBool>;
}

/** The words of the database behind `db`. */
export function serverWords(db: Db): ServerWords {
  return db.getExecutor().adapter instanceof PostgresAdapter ? postgresServerWords : sqliteServerWords;
}
