// Takes what a host says of whole artefacts: each gets a row, and a dump it hangs on. One that comes late goes to the dump it
// is of; one that nobody asked for (a guest crashed by itself) gets a dump of its own while its project has room. What
// belongs to nobody is erased. Invariant: no artefact stays on a host without somebody who can see it.

import { hasGuestArtefact, insertArtefact, insertUnwanted, isArtefactKnown, projectRoom } from '../db/artefacts.ts';
import { insertAudit } from '../db/audit.ts';
import { addEvidence, dumpOfCommand, dumpsOf, endDump, insertDump, keepCourse, runningDump } from '../db/dumps.ts';
import { findServer } from '../db/servers.ts';
import type { Db } from '../db/store.ts';
import type { EvidenceOrigin, EvidenceSink } from '../dispatch/sinks.ts';
import type { Dump } from '../model/dump.ts';
import type { DumpId, RequestId, ServerId } from '../model/ids.ts';
import { asId } from '../model/ids.ts';
import type { Server } from '../model/server.ts';
import type { Verdict } from '../model/verdict.ts';
import type { ArtefactFacts, Evidence } from '../model/wire.ts';
import type { Clock } from '../ports/clock.ts';

/** What keeping needs. */
export interface KeepDeps {
  readonly clock: Clock;
  /** An artefact is deleted after this long, ms. */
  readonly keepMs: number;
  /** What a project may keep, bytes. */
  readonly mostPerProject: number;
  /** A dump may come this long after it was ended, ms. */
  readonly lateMs: number;
  /** Told inside the transaction: it may yet be rolled back. */
  readonly onVerdict?: (tx: Db, verdict: Verdict) => void;
}

const BY_ITSELF =
  "the guest's crash kernel handed a whole dump over by itself: nobody had asked for it, and no NMI was sent";

/** Takes artefacts; to be asked before the dump they are of moves on. */
export function artefactSink(deps: KeepDeps): EvidenceSink {
  return async (tx, origin, entry) => {
    // What the hypervisor made is of the dump it was asked for with, or of none.
    const isMemory = entry.kind === 'memory-dump' || entry.kind === 'picture';
    const told = isMemory || entry.kind === 'artefact' ? entry.facts?.artefact : undefined;
    if (told?.sha256 === undefined || entry.server === null) return;
    if (await isArtefactKnown(tx, told.id)) return;
    const facts = { ...told, sha256: told.sha256 };
    const dump = await dumpFor(tx, deps, origin, entry, entry.server);
    if (dump !== null) return keep(tx, deps, dump, origin, entry, facts);
    const server = await findServer(tx, entry.server);
    const isHere = server !== null && server.deletedAt === null && server.host === origin.host;
    if (!isHere || isMemory || (await runningDump(tx, entry.server)) !== null) {
      return refuse(tx, deps, origin, entry.server, facts, 'it is of no server of this host');
    }
    if ((await projectRoom(tx, server.projectId, deps.mostPerProject)) < told.bytes) {
      return refuse(tx, deps, origin, entry.server, facts, 'nobody asked for it, and its project keeps no more');
    }
    return keep(tx, deps, await recordUnasked(tx, deps, origin, facts.bytes, server), origin, entry, facts);
  };
}

type Whole = ArtefactFacts & { readonly sha256: string };
type Owner = Pick<Dump, 'id' | 'serverId' | 'projectId' | 'host'>;

/** The dump an artefact is of: its command's, the one that runs, or the newest if it ended without one not long ago. */
async function dumpFor(
  tx: Db,
  deps: KeepDeps,
  { host }: EvidenceOrigin,
  { command }: Evidence,
  server: ServerId,
): Promise<Owner | null> {
  const asked = command === undefined ? null : await dumpOfCommand(tx, command);
  if (asked?.host === host && asked.serverId === server) return asked;
  const running = await runningDump(tx, server);
  if (running !== null) return running.host === host ? running : null;
  const [newest] = await dumpsOf(tx, server, 1);
  if (newest === undefined || newest.host !== host || newest.endedAt === null) return null;
  if (deps.clock.wall() - newest.endedAt > deps.lateMs || newest.rebootedAt !== null) return null;
  // A guest that went on as before has written none.
  if (newest.verdict === 'ignored' || newest.verdict === 'not_sent') return null;
  return (await hasGuestArtefact(tx, newest.id)) ? null : newest;
}

async function keep(
  tx: Db,
  deps: KeepDeps,
  dump: Owner,
  origin: EvidenceOrigin,
  { seq: position, kind, detail, facts, at }: Evidence,
  told: Whole,
): Promise<void> {
  const createdAt = deps.clock.wall();
  // A dump that has ended takes in nothing by itself any more.
  await addEvidence(tx, dump.id, { ...origin, position, kind, detail, facts, at, receivedAt: createdAt });
  await insertArtefact(tx, {
    ...rowOf(told, dump, createdAt),
    dumpId: dump.id,
    projectId: dump.projectId,
    // A guest's dump cannot be asked for again: it is kept all the same.
    overQuota: (await projectRoom(tx, dump.projectId, deps.mostPerProject)) < told.bytes,
    expiresAt: createdAt + deps.keepMs,
  });
}

function rowOf(
  { id, source = 'guest', format, bytes, sha256 }: Whole,
  of: Pick<Owner, 'serverId' | 'host'>,
  at: number,
) {
  return { id, source, format, bytes, sha256, serverId: of.serverId, host: of.host, createdAt: at };
}

/** Leaves an artefact for its host to erase, and says so in the audit. */
async function refuse(
  tx: Db,
  deps: KeepDeps,
  { host }: EvidenceOrigin,
  serverId: ServerId,
  told: Whole,
  why: string,
): Promise<void> {
  const at = deps.clock.wall();
  await insertUnwanted(tx, { ...rowOf(told, { serverId, host }, at), overQuota: false, expiresAt: null });
  await insertAudit(tx, {
    at,
    requestId: requestId(deps),
    userId: null,
    projectId: null,
    operation: 'artefact.refused',
    target: `server ${serverId}`,
    result: 'done',
    detail: JSON.stringify({ artefact: told.id, bytes: told.bytes, why }),
  });
}

/** A dump that has ended already, for a guest that crashed by itself. */
async function recordUnasked(
  tx: Db,
  deps: KeepDeps,
  origin: EvidenceOrigin,
  bytes: number,
  server: Server,
): Promise<Owner> {
  const at = deps.clock.wall();
  const id = asId<DumpId>(deps.clock.uuid());
  const owner = { id, serverId: server.id, projectId: server.projectId, host: origin.host };
  await insertDump(tx, {
    ...owner,
    requestId: requestId(deps),
    commandId: asId(deps.clock.uuid()),
    requestedAt: at,
    nmi: false,
    memory: 'never',
    afterPanic: 'keep',
    evidence: false,
    forceReason: null,
  });
  await keepCourse(tx, id, {
    phase: 'saved',
    wait: 'nothing',
    reaction: 'crashloaded',
    bytes,
    reactedAt: null,
    capturingAt: null,
    savedAt: at,
    rebootedAt: null,
    verdictAt: at,
    epoch: deps.clock.epoch,
    due: null,
    wholeBy: null,
    wholeEpoch: null,
    verdict: { verdict: 'captured', reason: BY_ITSELF },
  });
  await endDump(tx, id, at);
  deps.onVerdict?.(tx, 'captured');
  return owner;
}

function requestId({ clock }: KeepDeps): RequestId {
  return asId(`req-${clock.uuid()}`);
}
