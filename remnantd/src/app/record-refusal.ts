// The audit's entry of a change that was not made: denied by the policy, or not possible as things stand. It is a transaction of
// its own, for nothing else was written.

import { insertAudit } from '../db/audit.ts';
import type { Store } from '../db/store.ts';
import type { Clock } from '../ports/clock.ts';
import type { RequestContext } from './request-context.ts';

/** What was asked for, and why it was not done. */
export interface RefusedChange extends RequestContext {
  /** The parameters of its path, e.g. `server_id`. */
  readonly params: Readonly<Record<string, string>>;
  /** The words the caller was answered with. */
  readonly reason: string;
}

/** Records it. */
export function recordRefusal(store: Store, clock: Clock, refused: RefusedChange): Promise<void> {
  return store.transaction((tx) =>
    insertAudit(tx, {
      at: clock.wall(),
      requestId: refused.requestId,
      userId: refused.caller.userId,
      projectId: refused.caller.projectId,
      operation: refused.operation,
      target: targetOf(refused.params),
      result: 'refused',
      detail: refused.reason,
    }),
  );
}

/** What a path is about, in the words of the audit: its first id. A verb that stands where an id does is none. */
export function targetOf(params: Readonly<Record<string, string>>): string | null {
  for (const [name, value] of Object.entries(params)) {
    if (!name.endsWith('_id') || name === 'project_id') continue;
    return /^(?:[0-9a-f]{8}[0-9a-f-]{24,28}|\d+)$/i.test(value) ? `${name.slice(0, -'_id'.length)} ${value}` : null;
  }
  return null;
}
