// Pages of servers by keyset: a page begins behind a row's sort values, never at an offset, so it costs the same
// however far down it lies. Joins nothing.

import type { Expression, ExpressionBuilder, SqlBool } from 'kysely';
import { sql } from 'kysely';
import type { ProjectId } from '../model/ids.ts';
import type { Server } from '../model/server.ts';
import type { ServerColumn, ServerFilter, ServerPage } from '../model/server-query.ts';
import { findServer, toServer } from './servers.ts';
import type { Db } from './store.ts';
import type { Tables } from './tables.ts';

type Builder = ExpressionBuilder<Tables, 'servers'>;

function condition(e: Builder, filter: ServerFilter): Expression<SqlBool> {
  if ('equals' in filter) {
    return filter.equals === null ? e(filter.column, 'is', null) : e(filter.column, '=', filter.equals as never);
  }
  if ('in' in filter) return e(filter.column, 'in', filter.in as never);
  if ('matches' in filter) return sql<SqlBool>`${e.ref(filter.column)} regexp ${filter.matches}`;
  if ('atLeast' in filter) return e(filter.column, '>=', filter.atLeast as never);
  return e(filter.column, '<=', filter.atMost as never);
}

/** Rows that come after `values` in the given order; nulls sort as the smallest value. */
function behind(
  e: Builder,
  keys: readonly { readonly column: ServerColumn | 'seq'; readonly dir: 'asc' | 'desc'; readonly value: unknown }[],
): Expression<SqlBool> {
  const alternatives = keys.map((key, i) => {
    const equal = keys.slice(0, i).map((k) => e(k.column, 'is', k.value as never));
    const isNull = key.value === null;
    const further =
      key.dir === 'asc'
        ? isNull
          ? e(key.column, 'is not', null)
          : e(key.column, '>', key.value as never)
        : isNull
          ? e.lit(false)
          : e.or([e(key.column, '<', key.value as never), e(key.column, 'is', null)]);
    return e.and([...equal, further]);
  });
  return e.or(alternatives);
}

/** One page, in the asked order with created_at and the server's number as tie-break. */
export async function pageOfServers(db: Db, query: ServerPage): Promise<Server[]> {
  if (query.limit === 0) return [];
  const last = query.sort.at(-1)?.dir ?? 'desc';
  const order: { column: ServerColumn | 'seq'; dir: 'asc' | 'desc' }[] = [...query.sort, { column: 'seq', dir: last }];
  let page = db.selectFrom('servers').selectAll();
  if (query.projectId !== null) page = page.where('project_id', '=', query.projectId);
  // Soft-deleted servers count as deleted in lists, and only there (Nova).
  if (query.rows === 'live') page = page.where('deleted_at', 'is', null).where('vm_state', '!=', 'soft-delete');
  if (query.rows === 'deleted') {
    page = page.where((e) => e.or([e('deleted_at', 'is not', null), e('vm_state', '=', 'soft-delete')]));
  }
  for (const filter of query.filters) page = page.where((e) => condition(e, filter));
  if (query.after !== null) {
    const row = await db.selectFrom('servers').selectAll().where('id', '=', query.after.id).executeTakeFirstOrThrow();
    page = page.where((e) =>
      behind(
        e,
        order.map((key) => ({ ...key, value: row[key.column] })),
      ),
    );
  }
  for (const key of order) page = page.orderBy(key.column, key.dir);
  return (await page.limit(query.limit).execute()).map(toServer);
}

/** The row a marker names, deleted ones too; null if there is none in `projectId` (null: any project). */
export async function findMarker(db: Db, id: string, projectId: ProjectId | null): Promise<Server | null> {
  const found = await findServer(db, id);
  return found !== null && (projectId === null || found.projectId === projectId) ? found : null;
}
