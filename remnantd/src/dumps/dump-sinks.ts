// What moves a running dump: what the NMI command came to, and what its host saw. Only what a guest does after the agent
// asked for the NMI counts: one journal holds both, so their order is known without comparing clocks.

import {
  addEvidence,
  dumpOfCommand,
  endDump,
  forgetBytes,
  keepCourse,
  markSent,
  runningDump,
  runningDumps,
} from '../db/dumps.ts';
import type { Db } from '../db/store.ts';
import type { EvidenceOrigin, EvidenceSink, OutcomeSink } from '../dispatch/sinks.ts';
import type { Outcome } from '../model/command.ts';
import type { Dump } from '../model/dump.ts';
import type { MemoryRecord } from '../model/memory-course.ts';
import { isPending } from '../model/memory-course.ts';
import type { Evidence, EvidenceKind } from '../model/wire.ts';
import type { FollowDeps } from './follow-dump.ts';
import { followDump } from './follow-dump.ts';
import { askForMemory, takeMemoryEvidence, takeMemoryOutcome } from './follow-memory.ts';

/** Takes the outcome of the command that was to send the NMI. */
export function dumpOutcomeSink(deps: FollowDeps): OutcomeSink {
  return async (tx, command, outcome) => {
    const { kind } = command.order;
    const dump = kind === 'inject-nmi' || kind === 'dump-memory' ? await dumpOfCommand(tx, command.id) : null;
    if (dump === null) return;
    if (kind === 'inject-nmi') await takeOutcome(tx, deps, dump, outcome, command.grantedAt !== null);
    else await movedOn(tx, deps, dump, await takeMemoryOutcome(tx, deps.clock, dump, outcome));
  };
}

/** Takes what a host said after the outcome was on record: it cannot change the outcome, but it may tell of the NMI. */
export function dumpLateSink(deps: FollowDeps): OutcomeSink {
  return async (tx, command, late) => {
    const dump = command.order.kind === 'inject-nmi' ? await dumpOfCommand(tx, command.id) : null;
    // Once the guest was seen to react, the NMI went out, whatever is said of it.
    if (dump?.phase !== 'unconfirmed' || late.result === 'unknown') return;
    await takeOutcome(tx, deps, dump, late, true);
  };
}

/** The memory of a dump is on record anew: what waits for it may move on. */
async function movedOn(tx: Db, deps: FollowDeps, dump: Dump, memoryDump: MemoryRecord | null): Promise<void> {
  if (dump.endedAt === null) await followDump(tx, deps, { ...dump, memoryDump });
}

/** `taken`: the host had the command, so it was the host that refused. */
async function takeOutcome(tx: Db, deps: FollowDeps, dump: Dump, outcome: Outcome, taken: boolean): Promise<void> {
  const at = deps.clock.wall();
  if (outcome.result === 'error') {
    await endNotSent(tx, deps, dump, outcome.reason, taken && outcome.faultCode !== null);
    return;
  }
  // An unknown outcome may be a sent NMI: it is followed, and guarded against a second one, like a sent one.
  const sent = outcome.result === 'success' ? { at, meaning: outcome.meaning ?? null } : null;
  // The guest may have reacted before the answer of the host arrived.
  await followDump(tx, deps, (await markSent(tx, dump.id, sent)) ?? dump);
}

async function endNotSent(tx: Db, deps: FollowDeps, dump: Dump, reason: string, there: boolean): Promise<void> {
  const at = deps.clock.wall();
  const judgement = { verdict: 'not_sent', reason } as const;
  const waits = isPending(await askForMemory(tx, deps, dump, { judgement, rebooted: false }, there));
  const wait = waits ? 'memory' : 'nothing';
  await keepCourse(tx, dump.id, { ...dump, wait, due: null, verdict: judgement, verdictAt: at });
  if (!waits) await endDump(tx, dump.id, at);
  deps.onVerdict?.(tx, 'not_sent');
}

/** Takes what a host saw. */
export function dumpEvidenceSink(deps: FollowDeps): EvidenceSink {
  return async (tx, origin, entry) => {
    if (NO_SIGN.has(entry.kind)) return;
    if (MEMORY.has(entry.kind)) return takeMemory(tx, deps, origin, entry);
    const dumps =
      entry.server === null
        ? (await runningDumps(tx)).filter((dump) => dump.host === origin.host)
        : [await runningDump(tx, entry.server)].filter((dump) => dump !== null);
    for (const dump of dumps) {
      if (dump.host !== origin.host) continue;
      // An `nmi-asked` of another command (an older one, told late) is not this dump's.
      if (entry.kind === 'nmi-asked' && entry.command !== dump.commandId) continue;
      // So is a text that names its command: `panicTextSink` takes it.
      if (entry.kind === 'panic-text' && entry.command !== undefined) continue;
      if (entry.kind === 'bytes') await forgetBytes(tx, dump.id);
      await addEvidence(tx, dump.id, {
        host: origin.host,
        journal: origin.journal,
        position: entry.seq,
        kind: entry.kind,
        detail: entry.detail,
        facts: entry.facts,
        at: entry.at,
        receivedAt: deps.clock.wall(),
      });
      if (dump.phase !== 'requested') await followDump(tx, deps, dump);
    }
  };
}

/** `extract` is about a file, which may be of another dump than the one that runs; the others are no sign of the guest. */
const NO_SIGN: ReadonlySet<EvidenceKind> = new Set(['extract', 'task', 'addresses']);
const MEMORY: ReadonlySet<EvidenceKind> = new Set(['memory-asked', 'memory-bytes', 'memory-dump', 'memory-failed']);

/** What a host saw of a guest's memory belongs to the dump its command is of, whatever runs now. */
async function takeMemory(tx: Db, deps: FollowDeps, origin: EvidenceOrigin, entry: Evidence): Promise<void> {
  const dump = entry.command === undefined ? null : await dumpOfCommand(tx, entry.command);
  if (dump === null || dump.host !== origin.host || dump.memoryDump?.command !== entry.command) return;
  await movedOn(tx, deps, dump, await takeMemoryEvidence(tx, deps.clock, dump, origin, entry));
}
