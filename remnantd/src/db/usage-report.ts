// Servers that ran in a period, for the report of what projects used: those launched before its end and not gone before its
// beginning, deleted ones too, by project and id; a page of them by keyset.

import type { EmbeddedFlavor } from '../model/flavor.ts';
import type { Db } from './store.ts';

/** What a report says of one server; times in wall-clock ms. */
export interface RanServer {
  readonly id: string;
  readonly name: string;
  readonly projectId: string;
  readonly flavor: EmbeddedFlavor;
  readonly vmState: string;
  readonly launchedAt: number;
  readonly terminatedAt: number | null;
}

/** Which of them. */
export interface RanQuery {
  /** Null: of every project. */
  readonly projectId: string | null;
  readonly from: number;
  readonly until: number;
  readonly limit: number;
  /** The project and the id of the server behind which the page begins. */
  readonly after: { readonly projectId: string; readonly id: string } | null;
}

/** One page. */
export async function serversThatRan(db: Db, query: RanQuery): Promise<RanServer[]> {
  const { projectId, from, until, limit, after } = query;
  let rows = db
    .selectFrom('servers')
    .select(['id', 'name', 'project_id', 'flavor', 'vm_state', 'launched_at', 'terminated_at'])
    .where('launched_at', '<', until)
    .where((e) => e.or([e('terminated_at', 'is', null), e('terminated_at', '>', from)]))
    .orderBy('project_id')
    .orderBy('id')
    .limit(limit);
  if (projectId !== null) rows = rows.where('project_id', '=', projectId);
  if (after !== null) {
    rows = rows.where((e) =>
      e.or([
        e('project_id', '>', after.projectId),
        e.and([e('project_id', '=', after.projectId), e('id', '>', after.id)]),
      ]),
    );
  }
  return (await rows.execute()).map((row) => ({
    id: row.id,
    name: row.name,
    projectId: row.project_id,
    flavor: JSON.parse(row.flavor) as EmbeddedFlavor,
    vmState: row.vm_state,
    launchedAt: row.launched_at ?? 0,
    terminatedAt: row.terminated_at,
  }));
}

/** Where a page begins that follows the server `id`; null when there never was one. */
export async function placeInReport(db: Db, id: string): Promise<RanQuery['after']> {
  const row = await db.selectFrom('servers').select(['id', 'project_id']).where('id', '=', id).executeTakeFirst();
  return row === undefined ? null : { projectId: row.project_id, id: row.id };
}
