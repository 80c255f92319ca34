// Dumps and their evidence: rows in, rows out. A unique index holds one running dump a server.

import type { Selectable } from 'kysely';
import type { Dump, DumpEvidence } from '../model/dump.ts';
import type { CommandId, DumpId, ServerId } from '../model/ids.ts';
import { asId } from '../model/ids.ts';
import type { DumpPhase, NmiMeaning, Verdict } from '../model/verdict.ts';
import type { Db } from './store.ts';
import type { DumpsTable } from './tables.ts';

function toDump(row: Selectable<DumpsTable>): Dump {
  return {
    seq: row.seq,
    id: asId(row.id),
    serverId: asId(row.server_id),
    projectId: asId(row.project_id),
    requestId: asId(row.request_id),
    commandId: asId(row.command_id),
    host: asId(row.host),
    phase: row.phase as DumpPhase,
    verdict: row.verdict as Verdict | null,
    reason: row.reason,
    meaning: row.meaning as NmiMeaning | null,
    requestedAt: row.requested_at,
    sentAt: row.sent_at,
    endedAt: row.ended_at,
    epoch: row.epoch,
    reactBy: row.react_by,
  };
}

/** Adds a dump, requested. Fails on the unique index when one is running. */
export async function insertDump(
  db: Db,
  dump: Pick<Dump, 'id' | 'serverId' | 'projectId' | 'requestId' | 'commandId' | 'host' | 'requestedAt'>,
): Promise<void> {
  await db
    .insertInto('dumps')
    .values({
      id: dump.id,
      server_id: dump.serverId,
      project_id: dump.projectId,
      request_id: dump.requestId,
      command_id: dump.commandId,
      host: dump.host,
      phase: 'requested',
      verdict: null,
      reason: null,
      meaning: null,
      requested_at: dump.requestedAt,
      sent_at: null,
      ended_at: null,
      epoch: null,
      react_by: null,
    })
    .execute();
}

/** The dump of `server` that is running; null if none is. */
export async function runningDump(db: Db, server: ServerId): Promise<Dump | null> {
  const row = await db
    .selectFrom('dumps')
    .selectAll()
    .where('server_id', '=', server)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
  return row === undefined ? null : toDump(row);
}

/** Every dump that is running. */
export async function runningDumps(db: Db): Promise<Dump[]> {
  return (await db.selectFrom('dumps').selectAll().where('ended_at', 'is', null).orderBy('seq').execute()).map(toDump);
}

/** The dump a command was for; null if it was for none. */
export async function dumpOfCommand(db: Db, command: CommandId): Promise<Dump | null> {
  const row = await db.selectFrom('dumps').selectAll().where('command_id', '=', command).executeTakeFirst();
  return row === undefined ? null : toDump(row);
}

/** One dump of a server; null if there is none. */
export async function findDump(db: Db, server: ServerId, id: string): Promise<Dump | null> {
  const row = await db
    .selectFrom('dumps')
    .selectAll()
    .where('id', '=', id)
    .where('server_id', '=', server)
    .executeTakeFirst();
  return row === undefined ? null : toDump(row);
}

/** The newest dumps of a server, at most `limit`. */
export async function dumpsOf(db: Db, server: ServerId, limit: number): Promise<Dump[]> {
  const rows = await db
    .selectFrom('dumps')
    .selectAll()
    .where('server_id', '=', server)
    .orderBy('seq', 'desc')
    .limit(limit)
    .execute();
  return rows.map(toDump);
}

/** requested -> sent, or unconfirmed where it is not known, with the bound for a reaction. */
export async function followDump(
  db: Db,
  id: DumpId,
  follow: { sent: { at: number; meaning: NmiMeaning | null } | null; epoch: string; reactBy: number },
): Promise<void> {
  await db
    .updateTable('dumps')
    .set({
      phase: follow.sent === null ? 'unconfirmed' : 'sent',
      sent_at: follow.sent?.at ?? null,
      meaning: follow.sent?.meaning ?? null,
      epoch: follow.epoch,
      react_by: follow.reactBy,
    })
    .where('id', '=', id)
    .where('phase', '=', 'requested')
    .execute();
}

/** unconfirmed -> sent: its host told late. The bound stays. */
export async function confirmSent(db: Db, id: DumpId, sent: { at: number; meaning: NmiMeaning | null }): Promise<void> {
  await db
    .updateTable('dumps')
    .set({ phase: 'sent', sent_at: sent.at, meaning: sent.meaning })
    .where('id', '=', id)
    .where('phase', '=', 'unconfirmed')
    .execute();
}

/** Gives a running dump its one verdict. False if it had one already. */
export async function endDump(db: Db, id: DumpId, verdict: Verdict, reason: string, at: number): Promise<boolean> {
  const result = await db
    .updateTable('dumps')
    .set({ phase: 'ended', verdict, reason, ended_at: at })
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Adds evidence to a dump; the same journal entry is kept once. */
export async function addEvidence(
  db: Db,
  id: DumpId,
  entry: DumpEvidence & { host: string; journal: string; position: number },
): Promise<void> {
  await db
    .insertInto('dump_evidence')
    .values({
      dump_id: id,
      host: entry.host,
      journal: entry.journal,
      position: entry.position,
      kind: entry.kind,
      detail: entry.detail,
      at: entry.at,
      received_at: entry.receivedAt,
    })
    .onConflict((c) => c.columns(['dump_id', 'journal', 'position']).doNothing())
    .execute();
}

/** What was seen while a dump ran, in the order it was told. */
export async function evidenceOf(db: Db, id: DumpId): Promise<DumpEvidence[]> {
  const rows = await db.selectFrom('dump_evidence').selectAll().where('dump_id', '=', id).orderBy('seq').execute();
  return rows.map((row) => ({ kind: row.kind, detail: row.detail, at: row.at, receivedAt: row.received_at }));
}
