// The audit: who changed what, and what came of it. An entry is written in the transaction of the change it tells of, and
// never changed; what becomes known later (the outcome of a command) is a further entry of the same request.

import type { ProjectId, RequestId, UserId } from './ids.ts';

/**
 * What came of it. `done`: changed, at once. `accepted`: ordered; the outcome follows as `success`, `error` or `unknown`.
 * `refused`: nothing was changed.
 */
export type AuditResult = 'done' | 'accepted' | 'refused' | 'success' | 'error' | 'unknown';

/** One entry. */
export interface AuditEntry {
  readonly seq: number;
  /** Wall-clock milliseconds. */
  readonly at: number;
  readonly requestId: RequestId;
  /** Null: Remnant itself did it. */
  readonly userId: UserId | null;
  readonly projectId: ProjectId | null;
  /** The operation's id, e.g. `servers.delete`; the event of a command for its outcome. */
  readonly operation: string;
  /** What it was done to: `server UUID`, `service UUID`, `user ID`, ... */
  readonly target: string | null;
  readonly result: AuditResult;
  /** The change in words or JSON, or the reason of a refusal or failure. Never a secret. */
  readonly detail: string | null;
}
