// Artefacts: what is known of the files that came of dumps. Their bytes are on their hosts, and nowhere else. A row stays when
// its file is deleted, so that whoever looks for the file learns what became of it.

import type { Insertable, Selectable } from 'kysely';
import type { Artefact } from '../model/dump.ts';
import type { ArtefactId, DumpId, HostName, ProjectId, UserId } from '../model/ids.ts';
import { asId } from '../model/ids.ts';
import type { PanicFacts } from '../model/panic-facts.ts';
import type { ArtefactFormat, ExtractFacts } from '../model/wire.ts';
import type { ArtefactsTable } from './dump-tables.ts';
import type { Db } from './store.ts';

/** An artefact that came. */
export type NewArtefact = Omit<
  Artefact,
  'deletedAt' | 'deletedBy' | 'erasedAt' | 'panic' | 'dmesgBytes' | 'extractError'
>;

function toArtefact(row: Selectable<ArtefactsTable>): Artefact {
  return {
    id: asId(row.id),
    dumpId: asId(row.dump_id ?? ''),
    serverId: asId(row.server_id),
    projectId: asId(row.project_id ?? ''),
    host: asId(row.host),
    source: row.source as Artefact['source'],
    format: row.format as ArtefactFormat,
    bytes: row.bytes,
    sha256: row.sha256,
    createdAt: row.created_at,
    overQuota: row.over_quota === 1,
    expiresAt: row.expires_at,
    deletedAt: row.deleted_at,
    deletedBy: row.deleted_by === null ? null : asId(row.deleted_by),
    erasedAt: row.erased_at,
    panic: row.panic === null ? null : (JSON.parse(row.panic) as PanicFacts),
    dmesgBytes: row.dmesg_bytes,
    extractError: row.extract_error,
  };
}

function toRow(artefact: Omit<NewArtefact, 'dumpId' | 'projectId'>) {
  return {
    id: artefact.id,
    server_id: artefact.serverId,
    host: artefact.host,
    source: artefact.source,
    format: artefact.format,
    bytes: artefact.bytes,
    sha256: artefact.sha256,
    created_at: artefact.createdAt,
    over_quota: artefact.overQuota ? 1 : 0,
    expires_at: artefact.expiresAt,
  } as const;
}

/** Adds an artefact; one that is there already stays as it is. */
export async function insertArtefact(db: Db, artefact: NewArtefact): Promise<void> {
  await insert(db, { ...toRow(artefact), dump_id: artefact.dumpId, project_id: artefact.projectId });
}

/** Adds an artefact that belongs to no dump, for its host to erase. */
export async function insertUnwanted(db: Db, artefact: Omit<NewArtefact, 'dumpId' | 'projectId'>): Promise<void> {
  await insert(db, { ...toRow(artefact), dump_id: null, project_id: null, deleted_at: artefact.createdAt });
}

async function insert(db: Db, row: Insertable<ArtefactsTable>): Promise<void> {
  await db
    .insertInto('artefacts')
    .values(row)
    .onConflict((c) => c.column('id').doNothing())
    .execute();
}

/** The artefacts of a dump, oldest first, deleted ones too. */
export async function artefactsOf(db: Db, dump: DumpId): Promise<Artefact[]> {
  const rows = await db.selectFrom('artefacts').selectAll().where('dump_id', '=', dump).orderBy('seq').execute();
  return rows.map(toArtefact);
}

/** One artefact of a dump, deleted ones too; null if there is none. */
export async function findArtefact(db: Db, dump: DumpId, id: string): Promise<Artefact | null> {
  const row = await db
    .selectFrom('artefacts')
    .selectAll()
    .where('id', '=', id)
    .where('dump_id', '=', dump)
    .executeTakeFirst();
  return row === undefined ? null : toArtefact(row);
}

/** True if there is an artefact of that id, whoever's it is. */
export async function isArtefactKnown(db: Db, id: ArtefactId): Promise<boolean> {
  return (await db.selectFrom('artefacts').select('id').where('id', '=', id).executeTakeFirst()) !== undefined;
}

/** Bytes of a project's artefacts that are not deleted. */
async function projectBytes(db: Db, project: ProjectId): Promise<number> {
  const { bytes } = await db
    .selectFrom('artefacts')
    .select((s) => s.fn.coalesce(s.fn.sum<number | string>('bytes'), s.val(0)).as('bytes'))
    .where('project_id', '=', project)
    .where('deleted_at', 'is', null)
    .executeTakeFirstOrThrow();
  return Number(bytes);
}

/** How many bytes more a project may keep that may keep `most`; less than nothing when it has more than that. */
export async function projectRoom(db: Db, project: ProjectId, most: number): Promise<number> {
  return most - (await projectBytes(db, project));
}

/** Marks an artefact deleted; false when it was already. `by` null: it ran out. */
export async function markDeleted(db: Db, id: ArtefactId, at: number, by: UserId | null): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('artefacts')
    .set({ deleted_at: at, deleted_by: by })
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Artefacts whose time was over at `now`, at most `limit`. */
export async function artefactsOver(db: Db, now: number, limit: number): Promise<Artefact[]> {
  const rows = await db
    .selectFrom('artefacts')
    .selectAll()
    .where('deleted_at', 'is', null)
    .where('expires_at', '<=', now)
    .orderBy('expires_at')
    .limit(limit)
    .execute();
  return rows.map(toArtefact);
}

/** Hosts that have something to erase. */
export async function hostsToErase(db: Db): Promise<HostName[]> {
  const rows = await db
    .selectFrom('artefacts')
    .select('host')
    .distinct()
    .where('deleted_at', 'is not', null)
    .where('erased_at', 'is', null)
    .execute();
  return rows.map((row) => asId(row.host));
}

/** What a host has to erase, oldest first, at most `limit`. */
export async function toErase(db: Db, host: HostName, limit: number): Promise<ArtefactId[]> {
  const rows = await db
    .selectFrom('artefacts')
    .select('id')
    .where('deleted_at', 'is not', null)
    .where('erased_at', 'is', null)
    .where('host', '=', host)
    .orderBy('seq')
    .limit(limit)
    .execute();
  return rows.map((row) => asId(row.id));
}

/** Marks artefacts erased: their host said so. */
export async function markErased(db: Db, ids: readonly ArtefactId[], at: number): Promise<void> {
  await db
    .updateTable('artefacts')
    .set({ erased_at: at })
    .where('id', 'in', ids)
    .where('erased_at', 'is', null)
    .execute();
}

/** Keeps what was taken out of an artefact of `host`; gives its dump, null when that host has no such artefact. */
export async function keepExtract(db: Db, host: HostName, facts: ExtractFacts): Promise<DumpId | null> {
  const row = await db
    .updateTable('artefacts')
    .set({
      panic: facts.panic === null ? null : JSON.stringify(facts.panic),
      dmesg_bytes: facts.bytes,
      extract_error: facts.error,
    })
    .where('id', '=', facts.artefact)
    .where('host', '=', host)
    .where('deleted_at', 'is', null)
    .returning('dump_id')
    .executeTakeFirst();
  return row === undefined || row.dump_id === null ? null : asId(row.dump_id);
}

/** True if the guest handed something over in this dump, be it deleted. */
export async function hasGuestArtefact(db: Db, dump: DumpId): Promise<boolean> {
  const rows = db.selectFrom('artefacts').select('id').where('dump_id', '=', dump).where('source', '=', 'guest');
  return (await rows.executeTakeFirst()) !== undefined;
}
