// The audit's entry of a change, written in the change's own transaction: neither is there without the other. Every use
// case that changes something for a caller calls it once. The key of a request that may be repeated goes with it.

import { insertAudit } from '../db/audit.ts';
import { findKey, insertKey } from '../db/idempotency-keys.ts';
import type { Db } from '../db/store.ts';
import type { AuditResult } from '../model/audit.ts';
import type { Clock } from '../ports/clock.ts';
import type { RequestContext } from './request-context.ts';

/** What was changed. */
export interface Change {
  /** `server UUID`, `service UUID`, `user ID`, ... */
  readonly target: string;
  /** `done` unless said otherwise. */
  readonly result?: Extract<AuditResult, 'done' | 'accepted'>;
  /** What it was changed to, as an object of plain values; never a secret. */
  readonly detail?: object;
}

/** Another request with the same key was first, in another process: this change must not be made. */
export class KeyWasFirst extends Error {
  override readonly name = 'KeyWasFirst';
}

/** Records one change. Throws KeyWasFirst, which ends the transaction. */
export async function recordChange(tx: Db, clock: Clock, context: RequestContext, change: Change): Promise<void> {
  await recordKey(tx, clock, context);
  await insertAudit(tx, {
    at: clock.wall(),
    requestId: context.requestId,
    userId: context.caller.userId,
    projectId: context.caller.projectId,
    operation: context.operation,
    target: change.target,
    result: change.result ?? 'done',
    detail: change.detail === undefined ? null : JSON.stringify(change.detail),
  });
}

async function recordKey(tx: Db, clock: Clock, { once, requestId }: RequestContext): Promise<void> {
  if (once === undefined || (await insertKey(tx, once, requestId, clock.wall()))) return;
  const first = await findKey(tx, once);
  if (first?.requestId !== requestId) throw new KeyWasFirst(`the key of ${requestId} belongs to ${first?.requestId}`);
}
