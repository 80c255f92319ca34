// Migrations of servers: rows in, rows out. (`migrations/` beside this file is about the schema, and has nothing to do with it.)

import type { Insertable, Selectable } from 'kysely';
import type { EmbeddedFlavor } from '../model/flavor.ts';
import type { HostName, ServerId } from '../model/ids.ts';
import { asId } from '../model/ids.ts';
import type { Migration, MigrationKind, MigrationStatus } from '../model/migration.ts';
import { UNDER_WAY } from '../model/migration.ts';
import type { MigrationFilter, MigrationPage } from '../model/migration-query.ts';
import type { Db } from './store.ts';
import type { MigrationsTable } from './tables.ts';

function toMigration(row: Selectable<MigrationsTable>): Migration {
  return {
    seq: row.seq,
    id: row.id,
    serverId: asId(row.server_id),
    projectId: asId(row.project_id),
    userId: asId(row.user_id),
    kind: row.kind as MigrationKind,
    status: row.status as MigrationStatus,
    sourceHost: asId(row.source_host),
    sourceNode: row.source_node,
    destHost: row.dest_host === null ? null : asId(row.dest_host),
    destNode: row.dest_node,
    oldFlavor: JSON.parse(row.old_flavor) as EmbeddedFlavor,
    newFlavor: JSON.parse(row.new_flavor) as EmbeddedFlavor,
    oldFlavorSeq: row.old_flavor_seq,
    newFlavorSeq: row.new_flavor_seq,
    actionSeq: row.action_seq,
    leftoverOn: row.leftover_on === null ? null : asId(row.leftover_on),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

/** A migration that is not in the database yet. */
export type NewMigration = Omit<Migration, 'seq' | 'leftoverOn' | 'updatedAt' | 'oldFlavorSeq' | 'newFlavorSeq'>;

/** Adds a migration, with the numbers that its flavors have now. */
export async function insertMigration(tx: Db, migration: NewMigration): Promise<void> {
  const row: Insertable<MigrationsTable> = {
    id: migration.id,
    server_id: migration.serverId,
    project_id: migration.projectId,
    user_id: migration.userId,
    kind: migration.kind,
    status: migration.status,
    source_host: migration.sourceHost,
    source_node: migration.sourceNode,
    dest_host: migration.destHost,
    dest_node: migration.destNode,
    old_flavor: JSON.stringify(migration.oldFlavor),
    new_flavor: JSON.stringify(migration.newFlavor),
    old_flavor_seq: await flavorSeq(tx, migration.oldFlavor.id),
    new_flavor_seq: await flavorSeq(tx, migration.newFlavor.id),
    action_seq: migration.actionSeq,
    leftover_on: null,
    created_at: migration.createdAt,
    updated_at: null,
  };
  await tx.insertInto('migrations').values(row).execute();
}

async function flavorSeq(db: Db, id: string): Promise<number | null> {
  const row = await db.selectFrom('flavors').select('seq').where('id', '=', id).executeTakeFirst();
  return row?.seq ?? null;
}

/** The newest migration of a server that is in one of `statuses`; null if there is none. */
export async function migrationOf(
  db: Db,
  server: ServerId,
  statuses: readonly MigrationStatus[],
): Promise<Migration | null> {
  const row = await db
    .selectFrom('migrations')
    .selectAll()
    .where('server_id', '=', server)
    .where('status', 'in', statuses)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? null : toMigration(row);
}

/** The migration of a server that began with an action; null if there is none. */
export async function migrationOfAction(db: Db, server: ServerId, actionSeq: number): Promise<Migration | null> {
  const row = await db
    .selectFrom('migrations')
    .selectAll()
    .where('server_id', '=', server)
    .where('action_seq', '=', actionSeq)
    .executeTakeFirst();
  return row === undefined ? null : toMigration(row);
}

/** Confirms what is left of resizes of a server that is deleted, or made anew. */
export async function confirmAll(tx: Db, server: ServerId, at: number): Promise<void> {
  await tx
    .updateTable('migrations')
    .set({ status: 'confirmed', updated_at: at })
    .where('server_id', '=', server)
    .where('status', '=', 'finished')
    .execute();
}

/** Changes how far a migration is. `leftoverOn`: the host that still has a guest of it, where that is to be changed. */
export async function patchMigration(
  tx: Db,
  seq: number,
  patch: { readonly status?: MigrationStatus; readonly leftoverOn?: HostName | null },
  at: number,
): Promise<void> {
  await tx
    .updateTable('migrations')
    .set({
      updated_at: at,
      ...(patch.status === undefined ? {} : { status: patch.status }),
      ...(patch.leftoverOn === undefined ? {} : { leftover_on: patch.leftoverOn }),
    })
    .where('seq', '=', seq)
    .execute();
}

/** The migrations that left a guest on a host, oldest first: of one server on one host, or all. */
export async function leftovers(
  db: Db,
  of: { readonly server: ServerId; readonly host: HostName } | null,
): Promise<Migration[]> {
  let rows = db.selectFrom('migrations').selectAll().where('leftover_on', 'is not', null);
  if (of !== null) rows = rows.where('leftover_on', '=', of.host).where('server_id', '=', of.server);
  return (await rows.orderBy('leftover_on').orderBy('seq').execute()).map(toMigration);
}

/** True if servers were evacuated from `host` that it may still have guests of. */
export async function hasEvacuated(db: Db, host: HostName): Promise<boolean> {
  const row = await db
    .selectFrom('migrations')
    .select('seq')
    .where('source_host', '=', host)
    .where('status', '=', 'done')
    .where('kind', '=', 'evacuation')
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** True if a migration from or to `host` is not over; those of servers that were deleted are. */
export async function hasMigrationUnderWay(db: Db, host: HostName): Promise<boolean> {
  const row = await db
    .selectFrom('migrations')
    .innerJoin('servers', 'servers.id', 'migrations.server_id')
    .select('migrations.seq')
    .where('migrations.status', 'in', UNDER_WAY)
    .where((e) => e.or([e('source_host', '=', host), e('dest_host', '=', host)]))
    .where('servers.deleted_at', 'is', null)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** A host, and the size of a server that is on its way there. */
export interface ExpectedServer {
  readonly host: HostName;
  readonly flavor: EmbeddedFlavor;
}

/** The servers that are being made on another host than their rows say: their room there is taken. One query. */
export async function expectedServers(db: Db): Promise<ExpectedServer[]> {
  const rows = await db
    .selectFrom('migrations')
    .innerJoin('servers', 'servers.id', 'migrations.server_id')
    .select(['migrations.dest_host', 'migrations.new_flavor'])
    .where('migrations.status', '=', 'pre-migrating')
    .where('servers.deleted_at', 'is', null)
    .execute();
  return rows.flatMap(({ dest_host: host, new_flavor: flavor }) =>
    host === null ? [] : [{ host: asId<HostName>(host), flavor: JSON.parse(flavor) as EmbeddedFlavor }],
  );
}

/** True if a server is being made on `host`, which its row does not name yet. */
export async function isExpectedOn(db: Db, server: ServerId, host: HostName): Promise<boolean> {
  return (await migrationOf(db, server, ['pre-migrating']))?.destHost === host;
}

/** A migration by its UUID; null if there is none. */
export async function findMigration(db: Db, id: string): Promise<Migration | null> {
  const row = await db.selectFrom('migrations').selectAll().where('id', '=', id).executeTakeFirst();
  return row === undefined ? null : toMigration(row);
}

/** All that match, oldest first, or one page of them, newest first. */
export async function migrationsMatching(
  db: Db,
  filter: MigrationFilter,
  page: MigrationPage | null,
): Promise<Migration[]> {
  let rows = db.selectFrom('migrations').selectAll();
  if (filter.statuses !== null) rows = rows.where('status', 'in', filter.statuses);
  const { host, sourceHost } = filter;
  if (host !== null) rows = rows.where((e) => e.or([e('source_host', '=', host), e('dest_host', '=', host)]));
  if (sourceHost !== null) rows = rows.where('source_host', '=', sourceHost);
  if (filter.kind !== null) rows = rows.where('kind', '=', filter.kind);
  if (filter.serverId !== null) rows = rows.where('server_id', '=', filter.serverId);
  if (filter.userId !== null) rows = rows.where('user_id', '=', filter.userId);
  if (filter.projectId !== null) rows = rows.where('project_id', '=', filter.projectId);
  if (filter.changedSince !== null) rows = rows.where('updated_at', '>=', filter.changedSince);
  if (filter.changedBefore !== null) rows = rows.where('updated_at', '<=', filter.changedBefore);
  if (page === null) return (await rows.orderBy('seq').execute()).map(toMigration);
  if (page.before !== null) rows = rows.where('seq', '<', page.before);
  return (await rows.orderBy('seq', 'desc').limit(page.limit).execute()).map(toMigration);
}
