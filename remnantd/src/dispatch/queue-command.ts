// Puts a command in the queue of its host, inside the transaction that records why. Its bounds are set here and nowhere else.

import { insertCommand } from '../db/commands.ts';
import type { Db } from '../db/store.ts';
import type { CommandKind, Order } from '../model/command.ts';
import type { CommandId, HostName, ServerId } from '../model/ids.ts';
import { asId } from '../model/ids.ts';
import type { Clock } from '../ports/clock.ts';

/** How long commands may take, ms. */
export interface CommandBounds {
  /** A host that has not taken a command by then never will. */
  readonly deadlineMs: number;
  /** How long after the deadline the answer of a host that took it is waited for, by kind. */
  readonly answerMs: Readonly<Record<CommandKind, number>>;
}

/** What is wanted of a host. */
export interface Wanted {
  readonly server: ServerId;
  readonly host: HostName;
  readonly order: Order;
  /** The instance action it belongs to, and the event it shows as. */
  readonly actionSeq: number;
  readonly event: string;
  /** Instead of the configured bounds: for a caller who waits. */
  readonly deadlineMs?: number;
  /** How long its host says that it may be at work on it, ms: it is not called silent meanwhile. */
  readonly workMs?: number | null;
}

/** A host that is done with its work has said so within this, ms, though its word be lost once. */
const TELLING_MS = 15_000;

/** A command that was queued. */
export interface Queued {
  readonly id: CommandId;
  readonly host: HostName;
  /** The server, where it is an NMI. */
  readonly nmi?: ServerId;
}

/** Queues it. Ring the host once the transaction is committed. */
export async function queueCommand(tx: Db, clock: Clock, bounds: CommandBounds, wanted: Wanted): Promise<Queued> {
  const id = asId<CommandId>(clock.uuid());
  const allowedMs = wanted.deadlineMs ?? bounds.deadlineMs;
  const deadline = Math.floor(clock.mono()) + allowedMs;
  await insertCommand(tx, {
    id,
    serverId: wanted.server,
    host: wanted.host,
    actionSeq: wanted.actionSeq,
    event: wanted.event,
    order: wanted.order,
    createdAt: clock.wall(),
    epoch: clock.epoch,
    deadline,
    allowedMs,
    answerBy: deadline + answerMs(bounds.answerMs[wanted.order.kind], wanted.workMs ?? 0),
  });
  return { id, host: wanted.host, ...(wanted.order.kind === 'inject-nmi' ? { nmi: wanted.server } : {}) };
}

/** How long an answer is waited for where it is waited for `anyMs`, and the host may be at work for `workMs`. */
function answerMs(anyMs: number, workMs: number): number {
  return Math.max(anyMs, Math.ceil(workMs) + Math.min(anyMs, TELLING_MS));
}
