// The report of what projects used, for those whom the policy names.

import type { Store } from '../db/store.ts';
import type { RanQuery, RanServer } from '../db/usage-report.ts';
import { placeInReport, serversThatRan } from '../db/usage-report.ts';
import type { Caller } from '../model/caller.ts';
import { fault } from '../model/faults.ts';
import type { Policy } from '../policy/policy-engine.ts';
import { authorise } from './authorise.ts';

/** A server in a report. */
export type UsedServer = RanServer;
/** A page of a report. */
export type UsageQuery = Omit<RanQuery, 'after'> & {
  /** The id of the server behind which it begins. */
  readonly marker: string | null;
};

/** Reports of usage. */
export interface UsageAccess {
  /** The servers of one page. Faults policy-denied, marker-not-found. */
  page(caller: Caller, rule: string, query: UsageQuery): Promise<readonly RanServer[]>;
}

/** Opens the way to them. */
export function usageAccess(store: Store, policy: Policy): UsageAccess {
  return {
    page: async (caller, rule, { marker, ...query }) => {
      const { projectId } = query;
      authorise(policy, caller, rule, projectId === null ? undefined : { project_id: projectId, user_id: null });
      const after = marker === null ? null : await placeInReport(store.read, marker.toLowerCase());
      const isForeign = after !== null && projectId !== null && after.projectId !== projectId;
      if (marker !== null && (after === null || isForeign)) throw fault('marker-not-found', { marker });
      return serversThatRan(store.read, { ...query, after });
    },
  };
}
