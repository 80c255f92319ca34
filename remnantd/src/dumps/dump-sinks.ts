// Follows running dumps: what the NMI command came to, what the guest did after it. Only what a guest does after the agent
// asked for the NMI counts as a reaction: one journal holds both, so their order is known without comparing clocks.

import {
  addEvidence,
  confirmSent,
  dumpOfCommand,
  evidenceOf,
  followDump,
  runningDump,
  runningDumps,
} from '../db/dumps.ts';
import type { Db } from '../db/store.ts';
import type { EvidenceSink, OutcomeSink } from '../dispatch/sinks.ts';
import type { Dump } from '../model/dump.ts';
import { judge } from '../model/verdict.ts';
import type { EndDeps } from './end-dump.ts';
import { endWith } from './end-dump.ts';

/** What following needs. */
export interface FollowDeps extends EndDeps {
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
      await endWith(tx, deps, dump.id, { verdict: 'not_sent', reason: outcome.reason });
      return;
    }
    // An unknown outcome may be a sent NMI: it is followed, and guarded against a second one, like a sent one.
    const { epoch } = deps.clock;
    const reactBy = Math.floor(deps.clock.mono()) + deps.reactMs;
    const sent = outcome.result === 'success' ? { at, meaning: outcome.meaning ?? null } : null;
    await followDump(tx, dump.id, { sent, epoch, reactBy });
    // The guest may have reacted before the answer of the host arrived.
    await endIfJudged(tx, deps, dump);
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
      if (dump.phase !== 'requested') await endIfJudged(tx, deps, dump);
    }
  };
}

/** Takes what a host said after the outcome was on record: it cannot change the outcome, but it may tell of the NMI. */
export function dumpLateSink(deps: FollowDeps): OutcomeSink {
  return async (tx, command, late) => {
    const dump = command.order.kind === 'inject-nmi' ? await dumpOfCommand(tx, command.id) : null;
    if (dump?.phase !== 'unconfirmed') return;
    const at = deps.clock.wall();
    if (late.result === 'error') await endWith(tx, deps, dump.id, { verdict: 'not_sent', reason: late.reason });
    if (late.result === 'success') await confirmSent(tx, dump.id, { at, meaning: late.meaning ?? null });
  };
}

/** Ends a dump when what was seen says how it went. */
async function endIfJudged(tx: Db, deps: FollowDeps, dump: Dump): Promise<void> {
  const judged = judge(await evidenceOf(tx, dump.id));
  if (judged !== null) await endWith(tx, deps, dump.id, judged);
}
