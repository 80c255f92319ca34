// Asks the policy. One place turns a caller into the credentials rules are written against. A caller is judged by the
// rules it came in under, to the end of its request (R5), whatever becomes of the rules meanwhile.

import type { Caller } from '../model/caller.ts';
import { fault } from '../model/faults.ts';
import type { Credentials } from '../policy/compile-check.ts';
import type { LivePolicy } from '../policy/live-policy.ts';
import type { Vocabulary } from '../policy/load-policy.ts';
import type { Policy } from '../policy/policy-engine.ts';
import type { Target } from '../policy/template.ts';

/** What a rule is asked about: whose row it is. */
export interface RuleTarget {
  readonly project_id: string | null;
  readonly user_id: string | null;
}

/** What is of nobody: hosts, services, aggregates, and rules about more than one project. */
export const NOBODYS: RuleTarget = { project_id: null, user_id: null };

const ROW_KEYS = ['project_id', 'user_id'] as const satisfies readonly (keyof RuleTarget)[];
const IDENTITY_KEYS = ['target.user.id', 'target.project.id', 'target.token.user_id'] as const;

/** What the identity's rules are asked about; a key that does not apply is absent. */
export type IdentityRuleTarget = { readonly [key in (typeof IDENTITY_KEYS)[number]]?: string };

/** All that rules may speak of: the attributes of `credentialsOf`, and the keys of what they are asked about. */
export const VOCABULARY: Vocabulary = {
  credentials: ['user_id', 'project_id', 'roles', 'is_admin', 'domain_id', 'system_scope'],
  target: (rule) => {
    if (rule.startsWith('identity:')) return IDENTITY_KEYS;
    return /^(os_compute_api|compute|remnant):/.test(rule) ? ROW_KEYS : [...ROW_KEYS, ...IDENTITY_KEYS];
  },
};

/** The rules each caller came in under. */
const cameUnder = new WeakMap<Caller, Policy>();

/** Who was found behind a token, as a caller under the rules in force now, which say whether it is an admin. */
export function admit(policy: LivePolicy, found: Omit<Caller, 'isAdmin'>): Caller {
  const rules = policy.now();
  const caller = { ...found, isAdmin: rules.allows('context_is_admin', credentialsOf(found), {}) };
  cameUnder.set(caller, rules);
  return caller;
}

/** The credentials of a caller, as rules name them. */
export function credentialsOf(caller: Omit<Caller, 'isAdmin'> & { readonly isAdmin?: boolean }): Credentials {
  return {
    user_id: caller.userId,
    project_id: caller.projectId,
    roles: caller.roles,
    is_admin: caller.isAdmin ?? false,
    domain_id: caller.domainScope,
    system_scope: caller.systemScope,
  };
}

/** True if `rule` lets this caller act on `target`; without one, on what is the caller's own. */
export function permits(policy: Policy, caller: Caller, rule: string, target?: RuleTarget): boolean {
  return judge(policy, caller, rule, {
    ...(target ?? { project_id: caller.projectId, user_id: caller.userId }),
  });
}

/** The same for the rules of the identity. */
export function permitsIdentity(policy: Policy, caller: Caller, rule: string, target: IdentityRuleTarget): boolean {
  return judge(policy, caller, rule, target);
}

/** `policy` is for callers that were made without `admit`. */
function judge(policy: Policy, caller: Caller, rule: string, target: Target): boolean {
  return (cameUnder.get(caller) ?? policy).allows(rule, credentialsOf(caller), target);
}

/** Throws the fault `policy-denied` unless `rule` allows. */
export function authorise(policy: Policy, caller: Caller, rule: string, target?: RuleTarget): void {
  if (!permits(policy, caller, rule, target)) throw fault('policy-denied', { rule });
}
