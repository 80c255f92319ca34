// Authorised quotas: what a project may have, and what it has. A project that somebody may ask about is one they may be told
// everything of; whose it is decides the policy.

import type { QuotaSubject } from '../db/quota-use.ts';
import { quotaUse } from '../db/quota-use.ts';
import { classQuotas, defaultQuotas, quotasOf } from '../db/quotas.ts';
import type { Store } from '../db/store.ts';
import type { Caller } from '../model/caller.ts';
import type { QuotaNumbers } from '../model/quota.ts';
import type { Policy } from '../policy/policy-engine.ts';
import type { RuleTarget } from './authorise.ts';
import { authorise, NOBODYS } from './authorise.ts';

/** Limits, and what is taken of them. What is not counted is 0. */
export interface QuotaState {
  readonly limits: QuotaNumbers;
  readonly used: QuotaNumbers;
}

/** Quotas, for those who may. Every method that takes a caller: fault policy-denied. */
export interface QuotaAccess {
  /** Of a project, or of a user within it. */
  state(caller: Caller, rule: string, target: RuleTarget, whose: QuotaSubject): Promise<QuotaState>;
  /** The same limits alone. */
  limits(caller: Caller, rule: string, target: RuleTarget, whose: QuotaSubject): Promise<QuotaNumbers>;
  /** What holds where nothing was set for a project. */
  defaults(caller: Caller, rule: string, target: RuleTarget): Promise<QuotaNumbers>;
  /** The limits of a quota class. */
  ofClass(caller: Caller, rule: string, name: string): Promise<QuotaNumbers>;
}

/** Opens the way to quotas; `configured`: those of the configuration. */
export function quotaAccess(store: Store, policy: Policy, configured: QuotaNumbers): QuotaAccess {
  const { read } = store;
  const limitsOf = async ({ projectId, userId }: QuotaSubject) => {
    const { project, user } = await quotasOf(read, configured, projectId, userId);
    return user ?? project;
  };
  return {
    state: async (caller, rule, target, whose) => {
      authorise(policy, caller, rule, target);
      return { limits: await limitsOf(whose), used: await quotaUse(read, whose) };
    },
    limits: async (caller, rule, target, whose) => {
      authorise(policy, caller, rule, target);
      return limitsOf(whose);
    },
    defaults: async (caller, rule, target) => {
      authorise(policy, caller, rule, target);
      return defaultQuotas(read, configured);
    },
    ofClass: async (caller, rule, name) => {
      authorise(policy, caller, rule, NOBODYS);
      return { ...configured, ...(await classQuotas(read, name)) };
    },
  };
}
