// What follows a dump whose guest panicked without a crash kernel. Once the dump is over, and so whatever wrote the guest's
// memory is done with it, its host is told to let the panic's text out and to do what the owner wants. The text may come late:
// it finds its dump by the command that sent the NMI.

import { findCommand } from '../db/commands.ts';
import { addEvidence, dumpOfCommand, keepPanic } from '../db/dumps.ts';
import type { Db } from '../db/store.ts';
import type { CommandBounds, Queued } from '../dispatch/queue-command.ts';
import { queueCommand } from '../dispatch/queue-command.ts';
import type { EvidenceSink } from '../dispatch/sinks.ts';
import type { Dump } from '../model/dump.ts';
import type { HostName } from '../model/ids.ts';
import type { Clock } from '../ports/clock.ts';

/** What it needs. */
export interface AfterPanicDeps {
  readonly clock: Clock;
  readonly bounds: CommandBounds;
  /** True if the agent of a host knows the call. */
  readonly isSpoken: (host: HostName) => boolean;
  /** Given the command once it is queued; it may be rung when the transaction is committed. */
  readonly onQueued: (tx: Db, queued: Queued) => void;
}

/** As the event is called in the server's action. */
const EVENT = 'remnant_after_panic';

/** Queues what follows the panic of a dump that is over now; does nothing for a guest that did not panic. */
export async function queueAfterPanic(tx: Db, deps: AfterPanicDeps, dump: Dump): Promise<void> {
  if (dump.verdict !== 'panicked_without_dump' || dump.reaction !== 'panicked') return;
  if (!deps.isSpoken(dump.host)) return;
  const nmi = await findCommand(tx, dump.commandId);
  if (nmi === null) return;
  const queued = await queueCommand(tx, deps.clock, deps.bounds, {
    server: dump.serverId,
    host: dump.host,
    order: { kind: 'after-panic', wanted: dump.afterPanic, of: dump.commandId },
    actionSeq: nmi.actionSeq,
    event: EVENT,
  });
  deps.onQueued(tx, queued);
}

/** Takes the text of panics. */
export function panicTextSink({ clock }: { readonly clock: Clock }): EvidenceSink {
  return async (tx, origin, entry) => {
    const panic = entry.kind === 'panic-text' ? entry.facts?.panic : undefined;
    if (panic === undefined || entry.command === undefined) return;
    const dump = await dumpOfCommand(tx, entry.command);
    if (dump === null || dump.host !== origin.host || dump.serverId !== entry.server) return;
    const { seq: position, kind, detail, at } = entry;
    await addEvidence(tx, dump.id, { ...origin, position, kind, detail, at, receivedAt: clock.wall() });
    await keepPanic(tx, dump.id, panic);
  };
}
