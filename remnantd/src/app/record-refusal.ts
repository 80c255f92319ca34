// The audit's entry of a change that was not made: denied by the policy, or not possible as things stand. It is a transaction of
// its own, for nothing else was written. Who is refused the same thing again within a minute costs no further one: the
// first entry after it says how many were left out.

import { insertAudit } from '../db/audit.ts';
import type { Store } from '../db/store.ts';
import type { Clock } from '../ports/clock.ts';
import { RecentRefusals } from './recent-refusals.ts';
import type { RequestContext } from './request-context.ts';

/** What was asked for, and why it was not done. */
export interface RefusedChange extends RequestContext {
  /** The parameters of its path, e.g. `server_id`; not the caller's own project, which a Compute URL may begin with. */
  readonly params: Readonly<Record<string, string>>;
  /** The HTTP status the caller was answered with. */
  readonly status: number;
  /** The words the caller was answered with. */
  readonly reason: string;
}

/** Gives what records a refusal, and remembers those just recorded. */
export function refusalRecorder(store: Store, clock: Clock): (refused: RefusedChange) => Promise<void> {
  const recent = new RecentRefusals(clock);
  return async ({ caller, operation, params, status, reason, requestId }) => {
    const target = targetOf(params);
    const key = JSON.stringify([caller.userId, operation, target, status]);
    const leftOut = recent.admit(key);
    if (leftOut === null) return;
    try {
      await store.transaction((tx) =>
        insertAudit(tx, {
          at: clock.wall(),
          requestId,
          userId: caller.userId,
          projectId: caller.projectId,
          operation,
          target,
          result: 'refused',
          detail: leftOut === 0 ? reason : `${reason} (and ${leftOut} more within a minute)`,
        }),
      );
    } catch (error) {
      // Not written, so the next one is to be.
      recent.forget(key);
      throw error;
    }
  };
}

/**
 * What a path is about, in the words of the audit: its first id, and a project only where there is no other (in it, a role is
 * granted to a user). A verb that stands where an id does is none.
 */
function targetOf(params: Readonly<Record<string, string>>): string | null {
  const { project_id: project, ...others } = params;
  for (const [name, value] of Object.entries({
    ...others,
    ...(project === undefined ? {} : { project_id: project }),
  })) {
    if (!name.endsWith('_id')) continue;
    return /^(?:[0-9a-f]{8}[0-9a-f-]{24,28}|\d+)$/i.test(value) ? `${name.slice(0, -'_id'.length)} ${value}` : null;
  }
  return null;
}
