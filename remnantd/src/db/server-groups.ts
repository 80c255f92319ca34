// Server groups: rows in, rows out, with their members in one more query however many groups there are.

import type { Selectable } from 'kysely';
import type { ProjectId, ServerId, UserId } from '../model/ids.ts';
import { asId } from '../model/ids.ts';
import type { GroupPolicy, PeopledGroup, ServerGroup } from '../model/server-group.ts';
import type { ServerGroupsTable } from './owner-tables.ts';
import { changeServers } from './servers.ts';
import type { Db } from './store.ts';

function toGroup(row: Selectable<ServerGroupsTable>): ServerGroup {
  return {
    id: row.id,
    projectId: asId(row.project_id),
    userId: asId(row.user_id),
    name: row.name,
    policy: row.policy as GroupPolicy,
    maxServerPerHost: row.max_server_per_host,
    createdAt: row.created_at,
  };
}

/** Adds one. */
export async function insertServerGroup(db: Db, group: ServerGroup): Promise<void> {
  await db
    .insertInto('server_groups')
    .values({
      id: group.id,
      project_id: group.projectId,
      user_id: group.userId,
      name: group.name,
      policy: group.policy,
      max_server_per_host: group.maxServerPerHost,
      created_at: group.createdAt,
    })
    .execute();
}

/** One group by its id; null if there is none. */
export async function findServerGroup(db: Db, id: string): Promise<ServerGroup | null> {
  const row = await db.selectFrom('server_groups').selectAll().where('id', '=', id).executeTakeFirst();
  return row === undefined ? null : toGroup(row);
}

/** Groups in the order they were made in: of one project, or of all (null). */
export async function pageOfServerGroups(
  db: Db,
  project: ProjectId | null,
  { limit, offset }: { readonly limit: number; readonly offset: number },
): Promise<ServerGroup[]> {
  let page = db.selectFrom('server_groups').selectAll().orderBy('seq').limit(limit).offset(offset);
  if (project !== null) page = page.where('project_id', '=', project);
  return (await page.execute()).map(toGroup);
}

/** The same groups with their members. */
export async function withMembers(db: Db, groups: readonly ServerGroup[]): Promise<PeopledGroup[]> {
  if (groups.length === 0) return [];
  const rows = await db
    .selectFrom('servers')
    .select(['id', 'group_id'])
    .where(
      'group_id',
      'in',
      groups.map((group) => group.id),
    )
    .where('deleted_at', 'is', null)
    .orderBy('seq')
    .execute();
  const members = Map.groupBy(rows, (row) => row.group_id ?? '');
  return groups.map((group) => ({
    ...group,
    members: (members.get(group.id) ?? []).map((row) => asId<ServerId>(row.id)),
  }));
}

/** How many groups a project has; those that `user` made, where one is named. */
export async function countServerGroups(db: Db, project: ProjectId, user: UserId | null): Promise<number> {
  let all = db
    .selectFrom('server_groups')
    .select((e) => e.fn.countAll<number>().as('n'))
    .where('project_id', '=', project);
  if (user !== null) all = all.where('user_id', '=', user);
  return (await all.executeTakeFirstOrThrow()).n;
}

/** Removes one; the servers that were in it are in none. */
export async function deleteServerGroup(db: Db, id: string): Promise<void> {
  await changeServers(db, { column: 'group_id', is: id }, { group_id: null });
  await db.deleteFrom('server_groups').where('id', '=', id).execute();
}
