// Follows running dumps: what the NMI command came to, what the guest did after it. Only what a guest does after the agent
// asked for the NMI counts as a reaction: one journal holds both, so their order is known without comparing clocks.

import { addEvidence, dumpOfCommand, endDump, evidenceOf, markSent, runningDump, runningDumps } from '../db/dumps.ts';
import type { Db } from '../db/store.ts';
import type { EvidenceSink, OutcomeSink } from '../dispatch/sinks.ts';
import type { Dump } from '../model/dump.ts';
import { verdictFromReaction } from '../model/verdict.ts';
import type { Clock } from '../ports/clock.ts';

/** What following needs. */
export interface FollowDeps {
  readonly clock: Clock;
  /** How long after the NMI a reaction is waited for, ms. */
  readonly reactMs: number;
}

/** Takes the outcome of the command that was to send the NMI. */
export function dumpOutcomeSink(deps: FollowDeps): OutcomeSink {
  return async (tx, command, outcome) => {
    if (command.order.kind !== 'inject-nmi') return;
    const dump = await dumpOfCommand(tx, command.id);
    if (dump === null) return;
    const at = deps.clock.wall();
    if (outcome.result === 'error') {
      await endDump(tx, dump.id, 'not_sent', outcome.reason, at);
      return;
    }
    // An unknown outcome may be a sent NMI: it is followed, and guarded against a second one, like a sent one.
    const meaning = outcome.result === 'success' ? (outcome.meaning ?? null) : null;
    const reactBy = Math.floor(deps.clock.mono()) + deps.reactMs;
    await markSent(tx, dump.id, { at, meaning, epoch: deps.clock.epoch, reactBy });
    // The guest may have reacted before the answer of the host arrived.
    await endIfReacted(tx, deps, { ...dump, phase: 'sent' });
  };
}

/** Takes what a host saw. */
export function dumpEvidenceSink(deps: FollowDeps): EvidenceSink {
  return async (tx, origin, entry) => {
    const dumps =
      entry.server === null
        ? (await runningDumps(tx)).filter((dump) => dump.host === origin.host)
        : [await runningDump(tx, entry.server)].filter((dump) => dump !== null);
    for (const dump of dumps) {
      if (dump.host !== origin.host) continue;
      // An `nmi-asked` of another command (an older one, told late) is not this dump's.
      if (entry.kind === 'nmi-asked' && entry.command !== dump.commandId) continue;
      await addEvidence(tx, dump.id, {
        host: origin.host,
        journal: origin.journal,
        position: entry.seq,
        kind: entry.kind,
        detail: entry.detail,
        at: entry.at,
        receivedAt: deps.clock.wall(),
      });
      if (dump.phase === 'sent') await endIfReacted(tx, deps, dump);
    }
  };
}

/** Ends a dump when what was seen after the NMI says how it went. */
async function endIfReacted(tx: Db, deps: FollowDeps, dump: Dump): Promise<void> {
  const seen = await evidenceOf(tx, dump.id);
  const asked = seen.findIndex((entry) => entry.kind === 'nmi-asked');
  if (asked < 0) return;
  for (const entry of seen.slice(asked + 1)) {
    const verdict = verdictFromReaction(entry);
    if (verdict === null) continue;
    await endDump(tx, dump.id, verdict.verdict, verdict.reason, deps.clock.wall());
    return;
  }
}
