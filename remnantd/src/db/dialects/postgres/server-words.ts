// PostgreSQL's words for patterns and for looking into JSON columns, which are text here as in SQLite.

import type { Expression, SqlBool } from 'kysely';
import { sql } from 'kysely';
import { ignoringCase } from '../../../lib/ignoring-case.ts';
import { linearRegex } from '../../../lib/linear-regex.ts';
import type { AddressPattern, ServerColumn, TagMatch } from '../../../model/server-query.ts';
import type { ServerBuilder, ServerWords } from '../server-words.ts';

const TIMES: ReadonlySet<ServerColumn> = new Set<ServerColumn>([
  'created_at',
  'updated_at',
  'launched_at',
  'terminated_at',
]);

function matches(e: ServerBuilder, column: ServerColumn, pattern: string): Expression<SqlBool> {
  // As on the other database: what is no pattern fits nowhere.
  if (linearRegex(pattern) === null) return sql<SqlBool>`false`;
  const value = e.ref(column);
  const text = TIMES.has(column)
    ? sql`to_char(to_timestamp(${value} / 1000) at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS')`
    : sql`cast(${value} as text)`;
  return sql<SqlBool>`${text} ~ ${ignoringCase(pattern)}`;
}

function isOneOf(
  e: ServerBuilder,
  column: ServerColumn | 'seq',
  values: readonly (string | number)[],
): Expression<SqlBool> {
  if (values.length === 0) return sql<SqlBool>`false`;
  const list = values.every((value) => typeof value === 'number')
    ? sql`cast(${values} as bigint[])`
    : sql`cast(${values} as text[])`;
  return sql<SqlBool>`${e.ref(column)} = any(${list})`;
}

function tagged(e: ServerBuilder, tags: readonly string[], have: TagMatch): Expression<SqlBool> {
  const wanted = [...new Set(tags)];
  const own = sql`cast(${e.ref('tags')} as jsonb)`;
  const list = sql`cast(${wanted} as text[])`;
  switch (have) {
    case 'all':
      return sql<SqlBool>`${own} ?& ${list}`;
    case 'any':
      return sql<SqlBool>`${own} ?| ${list}`;
    case 'not-all':
      return sql<SqlBool>`not (${own} ?& ${list})`;
    case 'not-any':
      return sql<SqlBool>`not (${own} ?| ${list})`;
  }
}

function addressed(e: ServerBuilder, patterns: readonly AddressPattern[]): Expression<SqlBool> {
  const fits = patterns.map(
    ({ version, matches: pattern }) =>
      sql`(address ->> 'version' = ${String(version)} and address ->> 'addr' ~ ${pattern})`,
  );
  return sql<SqlBool>`exists (
    select 1 from jsonb_each(cast(${e.ref('addresses')} as jsonb)) as network, jsonb_array_elements(network.value) as address
    where address ->> 'type' = 'fixed' and (${sql.join(fits, sql` or `)}))`;
}

/** PostgreSQL's. */
export const postgresServerWords: ServerWords = { matches, isOneOf, tagged, addressed };
