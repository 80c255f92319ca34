// Commands: rows in, rows out. State moves by compare-and-set only: whoever loses a race sees `false`.

import type { Selectable } from 'kysely';
import { sql } from 'kysely';
import type { CommandState, Order, Outcome } from '../model/command.ts';
import type { CommandId, HostName, ServerId } from '../model/ids.ts';
import { asId } from '../model/ids.ts';
import type { Db } from './store.ts';
import type { CommandsTable } from './tables.ts';

/** A command as stored. Bounds are on the monotonic clock named by `epoch`. */
export interface CommandRow {
  readonly seq: number;
  readonly id: CommandId;
  readonly serverId: ServerId;
  readonly host: HostName;
  readonly actionSeq: number;
  readonly event: string;
  readonly order: Order;
  readonly state: CommandState;
  readonly createdAt: number;
  readonly epoch: string;
  readonly deadline: number;
  /** How far the deadline was away when the command was made, ms: for people. */
  readonly allowedMs: number;
  readonly answerBy: number;
  readonly grantedAt: number | null;
  /** The ledger that has the grant. */
  readonly grantedTo: string | null;
  readonly doneAt: number | null;
  readonly outcome: Outcome | null;
}

/** What a new command is made of. */
export type NewCommand = Omit<CommandRow, 'seq' | 'state' | 'grantedAt' | 'grantedTo' | 'doneAt' | 'outcome'>;

function toCommand(row: Selectable<CommandsTable>): CommandRow {
  return {
    seq: row.seq,
    id: asId(row.id),
    serverId: asId(row.server_id),
    host: asId(row.host),
    actionSeq: row.action_seq,
    event: row.event,
    order: JSON.parse(row.payload) as Order,
    state: row.state as CommandState,
    createdAt: row.created_at,
    epoch: row.epoch,
    deadline: row.deadline,
    allowedMs: row.allowed_ms,
    answerBy: row.answer_by,
    grantedAt: row.granted_at,
    grantedTo: row.granted_to,
    doneAt: row.done_at,
    outcome: row.outcome === null ? null : (JSON.parse(row.outcome) as Outcome),
  };
}

/** Adds a command, queued. */
export async function insertCommand(db: Db, command: NewCommand): Promise<void> {
  await db
    .insertInto('commands')
    .values({
      id: command.id,
      server_id: command.serverId,
      host: command.host,
      action_seq: command.actionSeq,
      event: command.event,
      kind: command.order.kind,
      payload: JSON.stringify(command.order),
      state: 'queued',
      created_at: command.createdAt,
      epoch: command.epoch,
      deadline: command.deadline,
      allowed_ms: command.allowedMs,
      answer_by: command.answerBy,
      granted_at: null,
      granted_to: null,
      done_at: null,
      outcome: null,
      late_report: null,
    })
    .execute();
}

/** One command; null if there is none. */
export async function findCommand(db: Db, id: CommandId): Promise<CommandRow | null> {
  const row = await db.selectFrom('commands').selectAll().where('id', '=', id).executeTakeFirst();
  return row === undefined ? null : toCommand(row);
}

/** Commands that have no outcome yet, oldest first: of one host, or of all. */
export async function openCommands(db: Db, host: HostName | null): Promise<CommandRow[]> {
  // Written out, not bound: only so does SQLite see that the index of open commands serves it.
  let rows = db.selectFrom('commands').selectAll().where('state', '!=', sql.lit('done'));
  if (host !== null) rows = rows.where('host', '=', host);
  return (await rows.orderBy('seq').execute()).map(toCommand);
}

/** Every command a server ever had, oldest first. */
export async function commandsOf(db: Db, server: ServerId): Promise<CommandRow[]> {
  const rows = db.selectFrom('commands').selectAll().where('server_id', '=', server);
  return (await rows.orderBy('seq').execute()).map(toCommand);
}

/** queued -> granted, to one ledger. False if it was not queued any more. */
export async function grantCommand(db: Db, id: CommandId, ledger: string, at: number): Promise<boolean> {
  const result = await db
    .updateTable('commands')
    .set({ state: 'granted', granted_at: at, granted_to: ledger })
    .where('id', '=', id)
    .where('state', '=', 'queued')
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** `from` -> done with its one outcome. False if it was in another state by now. */
export async function endCommand(
  db: Db,
  id: CommandId,
  from: 'queued' | 'granted',
  outcome: Outcome,
  at: number,
): Promise<boolean> {
  const result = await db
    .updateTable('commands')
    .set({ state: 'done', done_at: at, outcome: JSON.stringify(outcome) })
    .where('id', '=', id)
    .where('state', '=', from)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Keeps an answer that came after the outcome was recorded: evidence, never a second outcome. The first one stays. */
export async function keepLateReport(db: Db, id: CommandId, outcome: Outcome): Promise<void> {
  await db
    .updateTable('commands')
    .set({ late_report: JSON.stringify(outcome) })
    .where('id', '=', id)
    .where('late_report', 'is', null)
    .execute();
}

/** The highest number a command has; 0 when there is none. */
export async function lastCommandSeq(db: Db): Promise<number> {
  const row = await db
    .selectFrom('commands')
    .select((e) => e.fn.max('seq').as('last'))
    .executeTakeFirst();
  return row?.last ?? 0;
}
