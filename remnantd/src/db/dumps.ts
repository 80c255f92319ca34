// Dumps and their evidence: rows in, rows out. A unique index holds one running dump a server.

import type { Selectable } from 'kysely';
import type { Dump, DumpEvidence } from '../model/dump.ts';
import type { Reaction, Seen, Wait } from '../model/dump-course.ts';
import type { AfterPanic, DumpWishes, MemoryWish } from '../model/dump-wishes.ts';
import type { CommandId, DumpId, ServerId } from '../model/ids.ts';
import { asId } from '../model/ids.ts';
import type { MemoryRecord, MemoryState } from '../model/memory-course.ts';
import type { PanicFacts } from '../model/panic-facts.ts';
import type { DumpPhase, Judgement, NmiMeaning, Verdict } from '../model/verdict.ts';
import type { EvidenceFacts, EvidenceKind } from '../model/wire.ts';
import type { DumpsTable } from './dump-tables.ts';
import type { Db } from './store.ts';

function toMemory(row: Selectable<DumpsTable>): MemoryRecord | null {
  if (row.memory_state === null) return null;
  return {
    state: row.memory_state as MemoryState,
    command: row.memory_command === null ? null : asId(row.memory_command),
    bytes: row.memory_bytes,
    total: row.memory_total,
    reason: row.memory_reason,
    startedAt: row.memory_started_at,
    endedAt: row.memory_ended_at,
  };
}

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
    reaction: row.reaction as Reaction | null,
    bytes: row.bytes,
    requestedAt: row.requested_at,
    sentAt: row.sent_at,
    reactedAt: row.reacted_at,
    capturingAt: row.capturing_at,
    savedAt: row.saved_at,
    rebootedAt: row.rebooted_at,
    verdictAt: row.verdict_at,
    endedAt: row.ended_at,
    wait: row.wait as Wait | null,
    epoch: row.epoch,
    due: row.due,
    wholeBy: row.whole_by,
    wholeEpoch: row.whole_epoch ?? row.epoch,
    nmi: row.nmi === 1,
    memory: row.memory as MemoryWish,
    afterPanic: row.after_panic as AfterPanic,
    evidence: row.evidence === 1,
    forceReason: row.force_reason,
    memoryDump: toMemory(row),
    panic: row.panic === null ? null : (JSON.parse(row.panic) as PanicFacts),
  };
}

/** Adds a dump, requested. Fails on the unique index when one is running. */
export async function insertDump(
  db: Db,
  dump: Pick<Dump, 'id' | 'serverId' | 'projectId' | 'requestId' | 'commandId' | 'host' | 'requestedAt'> & DumpWishes,
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
      nmi: dump.nmi ? 1 : 0,
      memory: dump.memory,
      after_panic: dump.afterPanic,
      evidence: dump.evidence ? 1 : 0,
      force_reason: dump.forceReason,
      // Without an NMI its command is the one for its memory.
      ...(dump.nmi ? {} : { memory_state: 'queued', memory_command: dump.commandId, wait: 'memory' }),
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

/** The dump a command was for, be it its NMI or its memory; null if it was for none. */
export async function dumpOfCommand(db: Db, command: CommandId): Promise<Dump | null> {
  const row = await db
    .selectFrom('dumps')
    .selectAll()
    .where((is) => is.or([is('command_id', '=', command), is('memory_command', '=', command)]))
    .executeTakeFirst();
  return row === undefined ? null : toDump(row);
}

/** The dump of a server that request `requestId` asked for; null if there is none. */
export async function dumpOfRequest(db: Db, server: ServerId, requestId: string): Promise<Dump | null> {
  const row = await db
    .selectFrom('dumps')
    .selectAll()
    .where('server_id', '=', server)
    .where('request_id', '=', requestId)
    .executeTakeFirst();
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

/** The newest dumps of a server, at most `limit`; of those before number `before` where it is given. */
export async function dumpsOf(db: Db, server: ServerId, limit: number, before?: number): Promise<Dump[]> {
  const all = db.selectFrom('dumps').selectAll().where('server_id', '=', server).orderBy('seq', 'desc').limit(limit);
  const rows = await (before === undefined ? all : all.where('seq', '<', before)).execute();
  return rows.map(toDump);
}

/**
 * requested -> sent, or unconfirmed where it is not known (`sent` null); unconfirmed -> sent when its host told late. Gives the dump
 * as it is then; null where it was in another phase, and stays as it was.
 */
export async function markSent(
  db: Db,
  id: DumpId,
  sent: { readonly at: number; readonly meaning: NmiMeaning | null } | null,
): Promise<Dump | null> {
  const row = await db
    .updateTable('dumps')
    .set({ phase: sent === null ? 'unconfirmed' : 'sent', sent_at: sent?.at ?? null, meaning: sent?.meaning ?? null })
    .where('id', '=', id)
    .where('phase', 'in', sent === null ? ['requested'] : ['requested', 'unconfirmed'])
    .returningAll()
    .executeTakeFirst();
  return row === undefined ? null : toDump(row);
}

/** Where a dump stands now. */
export type KeptCourse = Pick<
  Dump,
  | 'phase'
  | 'wait'
  | 'reaction'
  | 'bytes'
  | 'reactedAt'
  | 'capturingAt'
  | 'savedAt'
  | 'rebootedAt'
  | 'verdictAt'
  | 'epoch'
  | 'due'
  | 'wholeBy'
  | 'wholeEpoch'
> & {
  /** Its verdict if it has one just now; one it had before stays. */
  readonly verdict: Judgement | null;
};

/** Keeps where a running dump stands. */
export async function keepCourse(db: Db, id: DumpId, course: KeptCourse): Promise<void> {
  await db
    .updateTable('dumps')
    .set({
      phase: course.phase,
      wait: course.wait,
      reaction: course.reaction,
      bytes: course.bytes,
      reacted_at: course.reactedAt,
      capturing_at: course.capturingAt,
      saved_at: course.savedAt,
      rebooted_at: course.rebootedAt,
      verdict_at: course.verdictAt,
      epoch: course.epoch,
      due: course.due,
      whole_by: course.wholeBy,
      whole_epoch: course.wholeEpoch,
      ...(course.verdict === null ? {} : course.verdict),
    })
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .execute();
}

/** Keeps what became of the guest's memory, of a dump that has ended too. */
export async function keepMemory(db: Db, id: DumpId, memory: MemoryRecord): Promise<void> {
  await db
    .updateTable('dumps')
    .set({
      memory_state: memory.state,
      memory_command: memory.command,
      memory_bytes: memory.bytes,
      memory_total: memory.total,
      memory_reason: memory.reason,
      memory_started_at: memory.startedAt,
      memory_ended_at: memory.endedAt,
    })
    .where('id', '=', id)
    .execute();
}

/** Keeps what a guest's kernel said as it panicked, of a running dump or one that is over. */
export async function keepPanic(db: Db, id: DumpId, panic: PanicFacts): Promise<void> {
  await db
    .updateTable('dumps')
    .set({ panic: JSON.stringify(panic) })
    .where('id', '=', id)
    .execute();
}

/** Ends a running dump: nothing more is waited for. */
export async function endDump(db: Db, id: DumpId, at: number): Promise<void> {
  await db
    .updateTable('dumps')
    .set({ phase: 'ended', wait: 'nothing', ended_at: at })
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .execute();
}

/** Adds evidence to a dump; the same journal entry is kept once. */
export async function addEvidence(
  db: Db,
  id: DumpId,
  entry: DumpEvidence & { host: string; journal: string; position: number; facts?: EvidenceFacts | undefined },
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
      facts: entry.facts === undefined ? null : JSON.stringify(entry.facts),
      at: entry.at,
      received_at: entry.receivedAt,
    })
    .onConflict((c) => c.columns(['dump_id', 'journal', 'position']).doNothing())
    .execute();
}

/**
 * Drops what was said last if it was how much there is of a dump: the newest word of it holds. One that something else was
 * said behind stays, for the order.
 */
export async function forgetBytes(db: Db, id: DumpId): Promise<void> {
  const evidence = db.selectFrom('dump_evidence').select(['seq', 'kind']).where('dump_id', '=', id);
  const last = await evidence.orderBy('seq', 'desc').limit(1).executeTakeFirst();
  if (last?.kind === 'bytes') await db.deleteFrom('dump_evidence').where('seq', '=', last.seq).execute();
}

/** What was seen while a dump ran, in the order it was told. */
export async function evidenceOf(db: Db, id: DumpId): Promise<(DumpEvidence & Seen)[]> {
  const rows = await db.selectFrom('dump_evidence').selectAll().where('dump_id', '=', id).orderBy('seq').execute();
  return rows.map((row) => ({
    kind: row.kind as EvidenceKind,
    detail: row.detail,
    ...(row.facts === null ? {} : { facts: JSON.parse(row.facts) as EvidenceFacts }),
    at: row.at,
    receivedAt: row.received_at,
  }));
}
