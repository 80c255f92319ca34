// Instance actions and their events: rows in, rows out.

import type { Selectable } from 'kysely';
import { asId } from '../model/ids.ts';
import type { ActionEvent, InstanceAction } from '../model/instance-action.ts';
import type { Db } from './store.ts';
import type { ActionEventsTable, InstanceActionsTable } from './tables.ts';

function toAction(row: Selectable<InstanceActionsTable>): InstanceAction {
  return {
    seq: row.seq,
    serverId: asId(row.server_id),
    requestId: asId(row.request_id),
    action: row.action,
    userId: asId(row.user_id),
    projectId: asId(row.project_id),
    startTime: row.start_time,
    updatedAt: row.updated_at,
    message: row.message,
  };
}

function toEvent(row: Selectable<ActionEventsTable>): ActionEvent {
  return {
    event: row.event,
    host: row.host,
    startTime: row.start_time,
    finishTime: row.finish_time,
    result: row.result as ActionEvent['result'],
    details: row.details,
    traceback: row.traceback,
  };
}

/** Records an action and gives back its number. */
export async function insertAction(
  db: Db,
  action: Omit<InstanceAction, 'seq' | 'updatedAt' | 'message'>,
): Promise<number> {
  const row = await db
    .insertInto('instance_actions')
    .values({
      server_id: action.serverId,
      request_id: action.requestId,
      action: action.action,
      user_id: action.userId,
      project_id: action.projectId,
      start_time: action.startTime,
      updated_at: action.startTime,
      message: null,
    })
    .returning('seq')
    .executeTakeFirstOrThrow();
  return row.seq;
}

/** Begins an event of an action; beginning it again changes nothing. */
export async function beginEvent(
  db: Db,
  event: { actionSeq: number; event: string; host: string | null; at: number },
): Promise<void> {
  await db
    .insertInto('action_events')
    .values({
      action_seq: event.actionSeq,
      event: event.event,
      host: event.host,
      start_time: event.at,
      finish_time: null,
      result: null,
      details: null,
      traceback: null,
    })
    .onConflict((c) => c.columns(['action_seq', 'event']).doNothing())
    .execute();
}

/** Ends an event, and with an error marks its action, as Nova does. */
export async function finishEvent(
  db: Db,
  event: { actionSeq: number; event: string; at: number; result: 'Success' | 'Error'; details: string | null },
): Promise<void> {
  await db
    .updateTable('action_events')
    .set({ finish_time: event.at, result: event.result, details: event.details })
    .where('action_seq', '=', event.actionSeq)
    .where('event', '=', event.event)
    .execute();
  await db
    .updateTable('instance_actions')
    .set({ updated_at: event.at, ...(event.result === 'Error' ? { message: 'Error' } : {}) })
    .where('seq', '=', event.actionSeq)
    .execute();
}

/** What actions of a server are wanted: newest first, after `afterSeq`, within the given times (ms, inclusive). */
export interface ActionQuery {
  readonly limit: number | null;
  readonly afterSeq: number | null;
  readonly changedSince: number | null;
  readonly changedBefore: number | null;
}

/** Actions of a server, newest first. */
export async function actionsOf(db: Db, serverId: string, query: ActionQuery): Promise<InstanceAction[]> {
  let rows = db.selectFrom('instance_actions').selectAll().where('server_id', '=', serverId);
  if (query.afterSeq !== null) rows = rows.where('seq', '<', query.afterSeq);
  if (query.changedSince !== null) rows = rows.where('updated_at', '>=', query.changedSince);
  if (query.changedBefore !== null) rows = rows.where('updated_at', '<=', query.changedBefore);
  if (query.limit !== null) rows = rows.limit(query.limit);
  return (await rows.orderBy('seq', 'desc').execute()).map(toAction);
}

/** One action of a server by its request id; null if there is none. */
export async function findAction(db: Db, serverId: string, requestId: string): Promise<InstanceAction | null> {
  const row = await db
    .selectFrom('instance_actions')
    .selectAll()
    .where('server_id', '=', serverId)
    .where('request_id', '=', requestId)
    .executeTakeFirst();
  return row === undefined ? null : toAction(row);
}

/** The events of an action, newest first as Nova lists them. */
export async function eventsOf(db: Db, actionSeq: number): Promise<ActionEvent[]> {
  const rows = await db
    .selectFrom('action_events')
    .selectAll()
    .where('action_seq', '=', actionSeq)
    .orderBy('seq', 'desc')
    .execute();
  return rows.map(toEvent);
}
