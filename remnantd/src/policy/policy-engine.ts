// Every rule in force, compiled: defaults with an operator's overrides in their place.
// All that can be wrong with a rule (syntax, a cycle) is found when the policy is made, never while a request waits.

import { type Check, leaves, printRule } from './check.ts';
import { type Credentials, compileCheck, type Decide } from './compile-check.ts';
import { PolicySyntaxError, parseRule, type RuleText } from './parse-rule.ts';
import type { RuleDefault, Scope } from './rule-default.ts';
import type { Target } from './template.ts';

/** Rules that cannot be put in force; the message names the rule. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError';
  /** The rules it is about, the one that is named first. */
  readonly rules: readonly string[];
  readonly reason: string;

  constructor(rules: readonly string[], reason: string, options?: ErrorOptions) {
    super(`rule ${rules[0] ?? ''}: ${reason}`, options);
    this.rules = rules;
    this.reason = reason;
  }
}

/** A rule in force, for reference pages and for `who may do what`. */
export interface RuleInForce {
  readonly name: string;
  /** The check in force, as text. */
  readonly check: string;
  /** True if an operator's override is in force instead of the default. */
  readonly overridden: boolean;
  /** Null for a rule that only the overrides name. */
  readonly default: RuleDefault | null;
  /** Names it refers to that no rule has; such a reference denies. */
  readonly unknown: readonly string[];
}

/** The policy in force. */
export interface Policy {
  /**
   * True if `rule` lets these credentials act on this target. A token whose scope the rule does not list is denied.
   * Throws `PolicyError` if no default and no override has that name: the caller asked for a rule that was never declared.
   */
  readonly allows: (rule: string, credentials: Credentials, target: Target) => boolean;
  /** All rules, defaults in their order and then those that only the overrides name. */
  readonly rules: () => readonly RuleInForce[];
}

/** What a policy is made of. */
export interface PolicyParts {
  readonly defaults: readonly RuleDefault[];
  readonly overrides?: Readonly<Record<string, RuleText>>;
}

/** Puts rules in force. Throws `PolicyError` for a rule that cannot be read, is declared twice, or refers to itself. */
export function createPolicy({ defaults, overrides = {} }: PolicyParts): Policy {
  const declared = new Map(defaults.map((rule) => [rule.name, rule]));
  if (declared.size < defaults.length) throw new PolicyError([twice(defaults)], 'declared twice');

  const checks = new Map<string, Check>();
  for (const rule of defaults) checks.set(rule.name, read(rule.name, rule.check));
  for (const [name, text] of Object.entries(overrides)) checks.set(name, read(name, text));

  const compiled = compileAll(checks);
  const scopes = new Map(defaults.map((rule) => [rule.name, new Set(rule.scopeTypes)]));

  const inForce = Array.from(checks, ([name, check]) => ({
    name,
    check: printRule(check),
    overridden: Object.hasOwn(overrides, name),
    default: declared.get(name) ?? null,
    unknown: references(check).filter((other) => !checks.has(other)),
  }));

  return {
    allows(rule, credentials, target) {
      const decide = compiled.get(rule);
      if (decide === undefined) throw new PolicyError([rule], 'no such rule is declared');
      const allowed = scopes.get(rule);
      if (allowed !== undefined && allowed.size > 0 && !allowed.has(scopeOf(credentials))) return false;
      return decide(credentials, target);
    },
    rules: () => inForce,
  };
}

function twice(defaults: readonly RuleDefault[]): string {
  const names = defaults.map((rule) => rule.name);
  return names.find((name, index) => names.indexOf(name) !== index) ?? '';
}

function read(name: string, text: RuleText): Check {
  try {
    return parseRule(text);
  } catch (error) {
    if (error instanceof PolicySyntaxError) throw new PolicyError([name], error.message, { cause: error });
    throw error;
  }
}

/** How deep a rule and what it refers to may be nested in all, so that judging by it cannot exhaust the stack. */
const DEEPEST = 500;

/** Compiles depth first, so that a reference is a direct call and a cycle is met on the way. */
function compileAll(checks: ReadonlyMap<string, Check>): ReadonlyMap<string, Decide> {
  const done = new Map<string, { readonly decide: Decide; readonly depth: number }>();
  const open: string[] = [];
  const compile = (name: string, above: number): Decide | null => {
    const known = done.get(name);
    if (known !== undefined) return known.decide;
    const check = checks.get(name);
    if (check === undefined) return null;
    if (open.includes(name)) {
      const cycle = [...open.slice(open.indexOf(name)), name];
      throw new PolicyError(cycle, `refers to itself (${cycle.join(' -> ')})`);
    }
    const own = depthOf(check);
    if (above + own > DEEPEST) throw tooDeep(name);
    open.push(name);
    const decide = compileCheck(check, (other) => compile(other, above + own));
    open.pop();
    const depth = references(check).reduce((most, other) => Math.max(most, own + (done.get(other)?.depth ?? 0)), own);
    if (depth > DEEPEST) throw tooDeep(name);
    done.set(name, { decide, depth });
    return decide;
  };
  for (const name of checks.keys()) compile(name, 0);
  return new Map(Array.from(done, ([name, { decide }]) => [name, decide]));
}

function tooDeep(name: string): PolicyError {
  return new PolicyError([name], `is nested deeper than ${DEEPEST}, with the rules it refers to`);
}

function depthOf(check: Check): number {
  if (check.kind === 'not') return 1 + depthOf(check.check);
  if (check.kind !== 'and' && check.kind !== 'or') return 1;
  return 1 + check.checks.reduce((deepest, part) => Math.max(deepest, depthOf(part)), 0);
}

/** The names of the rules that a check refers to. */
export function references(check: Check): string[] {
  return leaves(check).flatMap((leaf) => (leaf.kind === 'rule' ? [leaf.name] : []));
}

function scopeOf(credentials: Credentials): Scope {
  if (credentials.system_scope) return 'system';
  return credentials.domain_id && !credentials.project_id ? 'domain' : 'project';
}
