// Where servers are that others are placed by: the members of a group, and servers named in a hint.

import type { HostName } from '../model/ids.ts';
import { asId } from '../model/ids.ts';
import type { Db } from './store.ts';

/** How many members of a group each host has, one on its way to another host there; those without a host count nowhere. */
export async function groupMembers(db: Db, groupId: string): Promise<Map<HostName, number>> {
  const rows = await db
    .selectFrom('servers')
    .leftJoin('migrations', (join) =>
      join.onRef('migrations.server_id', '=', 'servers.id').on('migrations.status', '=', 'pre-migrating'),
    )
    .select((e) => [e.fn.coalesce('migrations.dest_host', 'servers.host').as('host'), e.fn.countAll<number>().as('n')])
    .where('servers.group_id', '=', groupId)
    .where('servers.deleted_at', 'is', null)
    .where('servers.host', 'is not', null)
    .groupBy((e) => e.fn.coalesce('migrations.dest_host', 'servers.host'))
    .execute();
  return new Map(rows.map(({ host, n }) => [asId<HostName>(host ?? ''), n]));
}

/** How many servers of a user are in a group. */
export async function countMembers(db: Db, groupId: string, userId: string): Promise<number> {
  const row = await db
    .selectFrom('servers')
    .select((e) => e.fn.countAll<number>().as('n'))
    .where('group_id', '=', groupId)
    .where('user_id', '=', userId)
    .where('deleted_at', 'is', null)
    .executeTakeFirstOrThrow();
  return row.n;
}

/** The hosts of those of `ids` that are servers of the project now. */
export async function hostsOfServers(db: Db, ids: readonly string[], projectId: string): Promise<HostName[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .selectFrom('servers')
    .select('host')
    .distinct()
    .where(
      'id',
      'in',
      ids.map((id) => id.toLowerCase()),
    )
    .where('project_id', '=', projectId)
    .where('deleted_at', 'is', null)
    .execute();
  return rows.flatMap(({ host }) => (host === null ? [] : [asId<HostName>(host)]));
}
