// The audit, for those who may read it: it tells of every project, so there is no row of one's own in it.

import type { AuditQuery } from '../db/audit.ts';
import { auditPage } from '../db/audit.ts';
import type { Store } from '../db/store.ts';
import type { AuditEntry } from '../model/audit.ts';
import type { Caller } from '../model/caller.ts';
import type { Policy } from '../policy/policy-engine.ts';
import { authorise, NOBODYS } from './authorise.ts';

/** The audit. */
export interface AuditAccess {
  /** A page, newest first. Fault policy-denied. */
  page(caller: Caller, rule: string, query: AuditQuery): Promise<readonly AuditEntry[]>;
}

/** Opens the way to the audit. */
export function auditAccess(store: Store, policy: Policy): AuditAccess {
  return {
    page: async (caller, rule, query) => {
      authorise(policy, caller, rule, NOBODYS);
      return auditPage(store.read, query);
    },
  };
}
