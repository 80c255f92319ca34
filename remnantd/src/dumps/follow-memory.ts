// The part of a dump that its hypervisor has: asking for the guest's memory once the dump has a verdict and its owner wishes
// so, and keeping what becomes of it. The dump is not over before that is done or given up.

import { projectRoom } from '../db/artefacts.ts';
import { findCommand } from '../db/commands.ts';
import { addEvidence, keepMemory } from '../db/dumps.ts';
import { findServer } from '../db/servers.ts';
import type { Db } from '../db/store.ts';
import type { CommandBounds, Queued } from '../dispatch/queue-command.ts';
import { queueCommand } from '../dispatch/queue-command.ts';
import type { EvidenceOrigin } from '../dispatch/sinks.ts';
import type { Outcome } from '../model/command.ts';
import type { Dump } from '../model/dump.ts';
import type { Course } from '../model/dump-course.ts';
import type { HostName } from '../model/ids.ts';
import type { MemoryRecord } from '../model/memory-course.ts';
import { isPending, memoryStep } from '../model/memory-course.ts';
import { POWER_STATE } from '../model/power-state.ts';
import type { Server } from '../model/server.ts';
import type { Evidence } from '../model/wire.ts';
import type { Clock } from '../ports/clock.ts';

/** What asking for memory needs. */
export interface MemoryDeps {
  readonly bounds: CommandBounds;
  /** True if the agent of a host knows how. */
  readonly speaks: (host: HostName) => boolean;
  /** What a project may keep, bytes. */
  readonly mostPerProject: number;
  /** Told inside the transaction, which may yet be rolled back, of a command whose host is to be rung. */
  readonly onQueued?: (tx: Db, queued: Queued) => void;
}

/** The event of its command, in the action that the dump was asked for with. */
const MEMORY_EVENT = 'remnant_dump_memory';
const NEW: MemoryRecord = {
  state: 'queued',
  command: null,
  bytes: null,
  total: null,
  reason: null,
  startedAt: null,
  endedAt: null,
};

/** Why a project may not have the memory of `server` dumped; null when it may. */
export async function noRoomFor(
  tx: Db,
  deps: Pick<MemoryDeps, 'mostPerProject'>,
  server: Server,
): Promise<string | null> {
  const room = Math.max(0, await projectRoom(tx, server.projectId, deps.mostPerProject));
  const bytes = server.flavor.ram * 2 ** 20;
  if (bytes <= room) return null;
  return `the project has no room for the guest's ${bytes} bytes of memory: it may keep ${room} bytes more`;
}

/**
 * Asks for the memory of a dump that stands at `course`, if that is due, and gives what is on record of it then. `there`: a
 * host that refused the NMI has the guest.
 */
export async function askForMemory(
  tx: Db,
  deps: { readonly clock: Clock; readonly memory?: MemoryDeps },
  dump: Dump,
  course: Pick<Course, 'judgement' | 'rebooted'>,
  there = true,
): Promise<MemoryRecord | null> {
  const { memory: asking, clock } = deps;
  if (dump.memoryDump !== null || !dump.nmi || asking === undefined) return dump.memoryDump;
  const step = memoryStep(dump.memory, course, there);
  if (step === 'nothing') return null;
  const server = await findServer(tx, dump.serverId);
  const refused = step === 'ask' ? await refusal(tx, asking, dump, server) : step.refused;
  // An NMI was refused because the guest is off: there is nothing more to say of that.
  if (refused === OFF && course.judgement?.verdict === 'not_sent') return null;
  const record = refused === null ? await queue(tx, clock, asking, dump) : failed(NEW, refused, clock.wall());
  await keepMemory(tx, dump.id, record);
  return record;
}

const OFF = 'the guest is off: its memory is gone';

async function refusal(tx: Db, deps: MemoryDeps, dump: Dump, server: Server | null): Promise<string | null> {
  if (server === null || server.deletedAt !== null || server.host !== dump.host) return 'the server is gone';
  if (server.powerState === POWER_STATE.shutdown) return OFF;
  if (!deps.speaks(dump.host)) return "the host's agent does not know how";
  return noRoomFor(tx, deps, server);
}

async function queue(tx: Db, clock: Clock, deps: MemoryDeps, dump: Dump): Promise<MemoryRecord> {
  const first = await findCommand(tx, dump.commandId);
  if (first === null) throw new Error(`dump ${dump.id} has no command`);
  const queued = await queueCommand(tx, clock, deps.bounds, {
    server: dump.serverId,
    host: dump.host,
    order: { kind: 'dump-memory' },
    actionSeq: first.actionSeq,
    event: MEMORY_EVENT,
  });
  deps.onQueued?.(tx, queued);
  return { ...NEW, command: queued.id };
}

function failed(record: MemoryRecord, reason: string, at: number): MemoryRecord {
  return { ...record, state: 'failed', reason, endedAt: at };
}

/** Takes what the command for the memory of `dump` came to, and gives what is on record of it then. */
export async function takeMemoryOutcome(
  tx: Db,
  clock: Clock,
  dump: Dump,
  outcome: Outcome,
): Promise<MemoryRecord | null> {
  const record = dump.memoryDump;
  if (record === null || !isPending(record)) return record;
  const at = clock.wall();
  const ended: MemoryRecord =
    outcome.result === 'success'
      ? { ...record, state: 'done', bytes: record.total, endedAt: at }
      : failed(record, outcome.reason, at);
  await keepMemory(tx, dump.id, ended);
  return ended;
}

/** Takes what a host saw of the memory of `dump`, ended or not; how it ended is for the outcome to say, unless that was lost. */
export async function takeMemoryEvidence(
  tx: Db,
  clock: Clock,
  dump: Dump,
  { host, journal }: EvidenceOrigin,
  entry: Evidence,
): Promise<MemoryRecord | null> {
  const record = dump.memoryDump;
  if (record === null) return null;
  const { seq: position, kind, detail, at, facts } = entry;
  const receivedAt = clock.wall();
  const now = { ...record, ...seen(record, entry, receivedAt) };
  await keepMemory(tx, dump.id, now);
  // Of how far it is, the newest word holds.
  if (kind !== 'memory-bytes') {
    await addEvidence(tx, dump.id, { host, journal, position, kind, detail, at, receivedAt, facts });
  }
  return now;
}

function seen(record: MemoryRecord, { kind, facts }: Evidence, at: number): Partial<MemoryRecord> {
  if (kind === 'memory-asked' && isPending(record)) return { state: 'running', startedAt: at };
  if (kind === 'memory-bytes' && isPending(record)) {
    return { bytes: facts?.memory?.done ?? record.bytes, total: facts?.memory?.total ?? record.total };
  }
  if (kind === 'memory-dump' && record.state === 'failed') return { state: 'done', reason: null };
  return {};
}
