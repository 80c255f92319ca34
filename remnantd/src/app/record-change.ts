// The audit's entry of a change, written in the change's own transaction: neither is there without the other. Every use
// case that changes something for a caller calls it once.

import { insertAudit } from '../db/audit.ts';
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

/** Records one change. */
export function recordChange(tx: Db, clock: Clock, context: RequestContext, change: Change): Promise<void> {
  return insertAudit(tx, {
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
