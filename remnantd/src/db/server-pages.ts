// Pages of servers by keyset: a page begins behind a row's sort values, never at an offset, so it costs the same
// however far down it lies. Joins nothing.

import type { Expression, ExpressionBuilder, SelectQueryBuilder, SqlBool } from 'kysely';
import type { ProjectId } from '../model/ids.ts';
import { asId } from '../model/ids.ts';
import type { Server, ServerStamp } from '../model/server.ts';
import type { ServerColumn, ServerFilter, ServerPage, ServerRows } from '../model/server-query.ts';
import type { ServerWords } from './dialects/server-words.ts';
import { serverWords } from './dialects/server-words.ts';
import { findServer, toServer } from './servers.ts';
import type { Db } from './store.ts';
import type { Tables } from './tables.ts';

type Builder = ExpressionBuilder<Tables, 'servers'>;

/** Columns that may be null. */
const NULLABLE: ReadonlySet<ServerColumn> = new Set<ServerColumn>([
  'description',
  'host',
  'node',
  'task_state',
  'locked_by',
  'image_id',
  'availability_zone',
  'key_name',
  'root_device_name',
  'launched_at',
  'terminated_at',
]);

function condition(e: Builder, filter: ServerFilter, words: ServerWords): Expression<SqlBool> {
  if ('equals' in filter) {
    return filter.equals === null ? e(filter.column, 'is', null) : e(filter.column, '=', filter.equals as never);
  }
  if ('in' in filter) return words.isOneOf(e, filter.column, filter.in, filter.common);
  if ('matches' in filter) return words.matches(e, filter.column, filter.matches);
  if ('tags' in filter) return words.tagged(e, filter.tags, filter.have);
  if ('addresses' in filter) return words.addressed(e, filter.addresses);
  if ('atLeast' in filter) return e(filter.column, '>=', filter.atLeast as never);
  return e(filter.column, '<=', filter.atMost as never);
}

/** Rows that come after `values` in the given order; nulls sort as the smallest value. */
function behind(
  e: Builder,
  keys: readonly { readonly column: ServerColumn; readonly dir: 'asc' | 'desc'; readonly value: unknown }[],
): Expression<SqlBool> {
  // Behind by the first key, or equal in it and behind by the rest: grows with the keys, not with their square.
  const behindAll = keys.reduceRight<Expression<SqlBool>>((rest, key) => {
    const isNull = key.value === null;
    const further =
      key.dir === 'asc'
        ? isNull
          ? e(key.column, 'is not', null)
          : e(key.column, '>', key.value as never)
        : isNull
          ? e.lit(false)
          : e.or([e(key.column, '<', key.value as never), e(key.column, 'is', null)]);
    return e.or([further, e.and([e(key.column, 'is not distinct from', key.value as never), rest])]);
  }, e.lit(false));
  const [first] = keys;
  if (first?.column !== 'created_at') return behindAll;
  // Says nothing new, but lets the index begin at the page: it cannot from alternatives. This order has one, and no nulls.
  return e.and([e('created_at', first.dir === 'asc' ? '>=' : '<=', first.value as never), behindAll]);
}

/** Soft-deleted servers count as deleted in lists, and only there (Nova). */
function isAmong(e: Builder, rows: Exclude<ServerRows, 'all'>): Expression<SqlBool> {
  switch (rows) {
    case 'live':
      return e.and([e('deleted_at', 'is', null), e('vm_state', '!=', 'soft-delete')]);
    case 'kept':
      return e('deleted_at', 'is', null);
    case 'deleted':
      return e.or([e('deleted_at', 'is not', null), e('vm_state', '=', 'soft-delete')]);
    case 'gone':
      return e('deleted_at', 'is not', null);
  }
}

/** One page, in the asked order; what it leaves open is ordered by the id, upwards (Nova). */
export async function pageOfServers(db: Db, query: ServerPage): Promise<Server[]> {
  if (query.limit === 0) return [];
  const page = await rowsOfPage(db, query);
  return (await page.selectAll().execute()).map(toServer);
}

/** The same page as stamps alone, for readers who may have what they need of a row already. */
export async function pageOfStamps(db: Db, query: ServerPage): Promise<ServerStamp[]> {
  if (query.limit === 0) return [];
  const page = await rowsOfPage(db, query);
  const rows = await page.select(['id', 'seq', 'version', 'host', 'deleted_at']).execute();
  return rows.map((row) => ({
    id: asId(row.id),
    seq: row.seq,
    version: row.version,
    host: row.host === null ? null : asId(row.host),
    deletedAt: row.deleted_at,
  }));
}

/** The servers with these numbers, in no order; one query however many. */
export async function serversNumbered(db: Db, seqs: readonly number[]): Promise<Server[]> {
  const rows = db.selectFrom('servers').selectAll();
  return (await rows.where((e) => serverWords(db).isOneOf(e, 'seq', seqs)).execute()).map(toServer);
}

/** The rows of a page in their order; which columns of them is still to be said. */
export async function rowsOfPage(db: Db, query: ServerPage): Promise<SelectQueryBuilder<Tables, 'servers', object>> {
  const order: ServerPage['sort'] = query.sort.some((key) => key.column === 'id')
    ? query.sort
    : [...query.sort, { column: 'id', dir: 'asc' }];
  let page = db.selectFrom('servers');
  if (query.projectId !== null) page = page.where('project_id', '=', query.projectId);
  const { rows } = query;
  if (rows !== 'all') page = page.where((e) => isAmong(e, rows));
  const words = serverWords(db);
  for (const filter of query.filters) page = page.where((e) => condition(e, filter, words));
  if (query.after !== null) {
    const row = await db.selectFrom('servers').selectAll().where('id', '=', query.after.id).executeTakeFirstOrThrow();
    page = page.where((e) =>
      behind(
        e,
        order.map((key) => ({ ...key, value: row[key.column] })),
      ),
    );
  }
  for (const { column, dir } of order) {
    // Nulls are the smallest, as in MySQL; said only where there are some, since indexes have been made without.
    if (!NULLABLE.has(column)) page = page.orderBy(column, dir);
    else page = page.orderBy(column, (o) => (dir === 'asc' ? o.asc().nullsFirst() : o.desc().nullsLast()));
  }
  return page.limit(query.limit);
}

/** The row a marker names, deleted ones too; null if there is none in `projectId` (null: any project). */
export async function findMarker(db: Db, id: string, projectId: ProjectId | null): Promise<Server | null> {
  const found = await findServer(db, id);
  return found !== null && (projectId === null || found.projectId === projectId) ? found : null;
}
