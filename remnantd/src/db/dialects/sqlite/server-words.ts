// SQLite's words for patterns and for looking into JSON columns. Lists go in as one JSON parameter, so that no list is too
// long for a statement.

import type { Expression, SqlBool } from 'kysely';
import { sql } from 'kysely';
import { ignoringCase } from '../../../lib/ignoring-case.ts';
import type { AddressPattern, ServerColumn, TagMatch } from '../../../model/server-query.ts';
import type { ServerBuilder as Builder, ServerWords } from '../server-words.ts';

const TIMES: ReadonlySet<ServerColumn> = new Set<ServerColumn>([
  'created_at',
  'updated_at',
  'launched_at',
  'terminated_at',
]);

function matches(e: Builder, column: ServerColumn, pattern: string): Expression<SqlBool> {
  const value = e.ref(column);
  const text = TIMES.has(column)
    ? sql`strftime('%Y-%m-%d %H:%M:%S', ${value} / 1000, 'unixepoch')`
    : sql`cast(${value} as text)`;
  return sql<SqlBool>`${text} regexp ${ignoringCase(pattern)}`;
}

function isOneOf(
  e: Builder,
  column: ServerColumn | 'seq',
  values: readonly (string | number)[],
  common = false,
): Expression<SqlBool> {
  const value = common ? sql`+${e.ref(column)}` : e.ref(column);
  return sql<SqlBool>`${value} in (select value from json_each(${JSON.stringify(values)}))`;
}

function tagged(e: Builder, tags: readonly string[], have: TagMatch): Expression<SqlBool> {
  const wanted = [...new Set(tags)];
  const found = sql<number>`(select count(*) from json_each(${e.ref('tags')}) as tag
    where tag.value in (select value from json_each(${JSON.stringify(wanted)})))`;
  switch (have) {
    case 'all':
      return sql<SqlBool>`${found} = ${wanted.length}`;
    case 'any':
      return sql<SqlBool>`${found} > 0`;
    case 'not-all':
      return sql<SqlBool>`${found} < ${wanted.length}`;
    case 'not-any':
      return sql<SqlBool>`${found} = 0`;
  }
}

function addressed(e: Builder, patterns: readonly AddressPattern[]): Expression<SqlBool> {
  const fits = patterns.map(
    ({ version, matches: pattern }) =>
      sql`(address.value ->> '$.version' = ${version} and address.value ->> '$.addr' regexp ${pattern})`,
  );
  return sql<SqlBool>`exists (select 1 from json_each(${e.ref('addresses')}) as network, json_each(network.value) as address
    where address.value ->> '$.type' = 'fixed' and (${sql.join(fits, sql` or `)}))`;
}

/** SQLite's. */
export const sqliteServerWords: ServerWords = { matches, isOneOf, tagged, addressed };
