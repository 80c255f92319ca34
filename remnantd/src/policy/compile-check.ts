// Turns a rule's tree into a function, once, so that a request pays for comparisons only.
// What the credentials or the target lack never matches; nothing here can throw.

import { isObject, type JsonValue } from '../lib/json.ts';
import { str } from '../lib/python-repr.ts';
import type { Check, Left } from './check.ts';
import { compileTemplate, type Target } from './template.ts';

/** Who asks, under the names that rules use. Other attributes may be added; absent is not the same as null. */
export type Credentials = {
  readonly user_id: string | null;
  readonly project_id: string | null;
  readonly roles: readonly string[];
  readonly is_admin: boolean;
  readonly domain_id?: string | null;
  readonly system_scope?: string | null;
  readonly [attribute: string]: JsonValue | undefined;
};

/** A compiled rule. */
export type Decide = (credentials: Credentials, target: Target) => boolean;

/** Compiles `check`. `ruleNamed` gives the compiled rule a `rule:` reference means, or null if there is none (it denies). */
export function compileCheck(check: Check, ruleNamed: (name: string) => Decide | null): Decide {
  switch (check.kind) {
    case 'allow':
      return () => true;
    case 'deny':
      return () => false;
    case 'rule':
      return ruleNamed(check.name) ?? (() => false);
    case 'isAdmin':
      return (credentials) => credentials.is_admin === check.expected;
    case 'role': {
      const role = compileTemplate(check.role);
      return (credentials, target) => hasRole(credentials.roles, role(target));
    }
    case 'attribute':
      return compileAttribute(check.left, compileTemplate(check.right));
    case 'not': {
      const inner = compileCheck(check.check, ruleNamed);
      return (credentials, target) => !inner(credentials, target);
    }
    case 'and': {
      const parts = check.checks.map((part) => compileCheck(part, ruleNamed));
      return (credentials, target) => parts.every((part) => part(credentials, target));
    }
    case 'or': {
      const parts = check.checks.map((part) => compileCheck(part, ruleNamed));
      return (credentials, target) => parts.some((part) => part(credentials, target));
    }
  }
}

function hasRole(roles: readonly string[], wanted: string | null): boolean {
  if (wanted === null) return false;
  const lower = wanted.toLowerCase();
  return roles.some((role) => role === lower || role.toLowerCase() === lower);
}

function compileAttribute(left: Left, right: (target: Target) => string | null): Decide {
  if (left.kind === 'literal') return (_, target) => right(target) === left.value;
  return (credentials, target) => {
    const wanted = right(target);
    return wanted !== null && matches(credentials, left.path, 0, wanted);
  };
}

/** Follows a path into the credentials; on a list, any element will do. */
function matches(value: JsonValue, path: readonly string[], at: number, wanted: string): boolean {
  const key = path[at];
  if (key === undefined) return str(value) === wanted;
  if (!isObject(value) || !Object.hasOwn(value, key)) return false;
  const next = value[key];
  if (next === undefined) return false;
  if (Array.isArray(next)) return next.some((element: JsonValue) => matches(element, path, at + 1, wanted));
  return matches(next, path, at + 1, wanted);
}
