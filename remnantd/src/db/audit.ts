// The audit: entries are added and read, never changed and never deleted here.

import type { Selectable } from 'kysely';
import { sql } from 'kysely';
import type { AuditEntry, AuditResult } from '../model/audit.ts';
import { asId } from '../model/ids.ts';
import type { Db } from './store.ts';
import type { AuditTable } from './tables.ts';

function toEntry(row: Selectable<AuditTable>): AuditEntry {
  return {
    seq: row.seq,
    at: row.at,
    requestId: asId(row.request_id),
    userId: row.user_id === null ? null : asId(row.user_id),
    projectId: row.project_id === null ? null : asId(row.project_id),
    operation: row.operation,
    target: row.target,
    result: row.result as AuditResult,
    detail: row.detail,
  };
}

/** Adds an entry. */
export async function insertAudit(db: Db, entry: Omit<AuditEntry, 'seq'>): Promise<void> {
  await db
    .insertInto('audit')
    .values({
      at: entry.at,
      request_id: entry.requestId,
      user_id: entry.userId,
      project_id: entry.projectId,
      operation: entry.operation,
      target: entry.target,
      result: entry.result,
      detail: entry.detail,
    })
    .execute();
}

/** Adds how a command ended, under the request and the name of whoever asked for its action. */
export async function insertAuditOutcome(
  db: Db,
  ended: { actionSeq: number; event: string; at: number; result: AuditResult; detail: string | null },
): Promise<void> {
  await db
    .insertInto('audit')
    .columns(['at', 'request_id', 'user_id', 'project_id', 'operation', 'target', 'result', 'detail'])
    .expression((e) =>
      e
        .selectFrom('instance_actions')
        .where('seq', '=', ended.actionSeq)
        .select((s) => [
          s.val(ended.at).as('at'),
          'request_id',
          'user_id',
          'project_id',
          s.val(ended.event).as('operation'),
          sql<string>`'server ' || server_id`.as('target'),
          s.val(ended.result).as('result'),
          s.val(ended.detail).as('detail'),
        ]),
    )
    .execute();
}

/** What to read of it: newest first, those before `before`; a null filter is none. */
export interface AuditQuery {
  readonly before: number | null;
  readonly limit: number;
  readonly requestId: string | null;
  /** As entries have it, e.g. `server ID`, or the id alone, of whatever it is. */
  readonly target: string | null;
}

/** What entries are about. */
const NOUNS = ['server', 'service', 'user', 'project', 'host', 'api', 'flavor', 'keypair', 'server_group'];

/** A page of the audit, newest first. */
export async function auditPage(db: Db, query: AuditQuery): Promise<AuditEntry[]> {
  let rows = db.selectFrom('audit').selectAll().orderBy('seq', 'desc').limit(query.limit);
  if (query.before !== null) rows = rows.where('seq', '<', query.before);
  if (query.requestId !== null) rows = rows.where('request_id', '=', query.requestId);
  if (query.target !== null) {
    const { target } = query;
    rows = rows.where('target', 'in', target.includes(' ') ? [target] : NOUNS.map((noun) => `${noun} ${target}`));
  }
  return (await rows.execute()).map(toEntry);
}
