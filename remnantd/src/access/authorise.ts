// Asks the policy. One place turns a caller into the credentials rules are written against.

import type { Caller } from '../model/caller.ts';
import { fault } from '../model/faults.ts';
import type { Credentials } from '../policy/compile-check.ts';
import type { Policy } from '../policy/policy-engine.ts';

/** What a rule is asked about: whose row it is. */
export interface RuleTarget {
  readonly project_id: string | null;
  readonly user_id: string | null;
}

/** The credentials of a caller, as rules name them. */
export function credentialsOf(caller: Omit<Caller, 'isAdmin'> & { readonly isAdmin?: boolean }): Credentials {
  return {
    user_id: caller.userId,
    project_id: caller.projectId,
    roles: caller.roles,
    is_admin: caller.isAdmin ?? false,
    domain_id: null,
    system_scope: caller.systemScope,
  };
}

/** True if `rule` lets this caller act on `target`; without one, on what is the caller's own. */
export function permits(policy: Policy, caller: Caller, rule: string, target?: RuleTarget): boolean {
  return policy.allows(rule, credentialsOf(caller), {
    ...(target ?? { project_id: caller.projectId, user_id: caller.userId }),
  });
}

/** Throws the fault `policy-denied` unless `rule` allows. */
export function authorise(policy: Policy, caller: Caller, rule: string, target?: RuleTarget): void {
  if (!permits(policy, caller, rule, target)) throw fault('policy-denied', { rule });
}
