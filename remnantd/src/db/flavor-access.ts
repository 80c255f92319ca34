// Which projects may use flavors that are not public.

import type { ProjectId } from '../model/ids.ts';
import { asId } from '../model/ids.ts';
import type { Db } from './store.ts';

/** The projects that were given the flavor `id`, by their ids. */
export async function projectsOfFlavor(db: Db, id: string): Promise<ProjectId[]> {
  const rows = await db
    .selectFrom('flavor_access')
    .select('project_id')
    .where('flavor_id', '=', id)
    .orderBy('project_id')
    .execute();
  return rows.map((row) => asId<ProjectId>(row.project_id));
}

/** The ids of the flavors that `project` was given, as a part of another query. */
export function flavorsOpenTo(db: Db, project: ProjectId) {
  return db.selectFrom('flavor_access').select('flavor_id').where('project_id', '=', project);
}

/** True if `project` was given the flavor `id`. */
export async function isFlavorOpenTo(db: Db, id: string, project: ProjectId): Promise<boolean> {
  const row = await flavorsOpenTo(db, project).where('flavor_id', '=', id).executeTakeFirst();
  return row !== undefined;
}

/** Gives the flavor `id` to `project`, which must not have it yet. */
export async function addFlavorAccess(db: Db, id: string, project: ProjectId): Promise<void> {
  await db.insertInto('flavor_access').values({ flavor_id: id, project_id: project }).execute();
}

/** Takes the flavor `id` from `project`. False if it did not have it. */
export async function removeFlavorAccess(db: Db, id: string, project: ProjectId): Promise<boolean> {
  const done = await db
    .deleteFrom('flavor_access')
    .where('flavor_id', '=', id)
    .where('project_id', '=', project)
    .executeTakeFirst();
  return done.numDeletedRows > 0n;
}
