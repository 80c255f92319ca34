// Makes a policy of the defaults and an operator's files, a later file over an earlier one. All or nothing: with a problem
// in any file there is no policy, and every problem is told with its place. What no request could ever fulfil (a rule, an
// attribute or a key that does not exist) is refused too: in a `not` it would let everyone in.

import { closestName } from '../lib/closest-name.ts';
import { leaves } from './check.ts';
import type { RuleText } from './parse-rule.ts';
import type { Policy } from './policy-engine.ts';
import { createPolicy, PolicyError, references } from './policy-engine.ts';
import type { RuleDefault } from './rule-default.ts';
import type { FileRule, Place, RuleProblem } from './rule-file.ts';
import { problemLine, readRuleFile } from './rule-file.ts';

/** Files that cannot be put in force; the message has a line for each problem. */
export class PolicyFileError extends Error {
  override readonly name = 'PolicyFileError';
}

/** What rules may speak of. */
export interface Vocabulary {
  /** Attributes of whoever asks: the left of a check. */
  readonly credentials: readonly string[];
  /** Keys of what a rule is asked about: `%(key)s`. A rule that only others refer to may be asked about anything. */
  readonly target: (rule: string) => readonly string[];
}

/** What a policy is loaded from. */
export interface PolicySources {
  readonly defaults: readonly RuleDefault[];
  /** In their order: of two that have a rule, the later one has it. */
  readonly files: readonly { readonly name: string; readonly text: string }[];
  readonly vocabulary: Vocabulary;
  /** In the place of defaults, under the files. */
  readonly overrides?: Readonly<Record<string, RuleText>>;
}

/** A policy with where its rules come from. */
export interface LoadedPolicy {
  readonly policy: Policy;
  /** Where each rule that comes from a file stands. */
  readonly places: ReadonlyMap<string, Place>;
  /** What is allowed but hardly meant, a line each. */
  readonly warnings: readonly string[];
}

/** Loads it. Throws `PolicyFileError`, and nothing else for whatever the files say. */
export function loadPolicy({ defaults, files, vocabulary, overrides = {} }: PolicySources): LoadedPolicy {
  const read = files.map(({ name, text }) => readRuleFile(name, text));
  const rules = new Map(read.flatMap((file) => file.rules.map((rule) => [rule.name, rule])));
  const known = new Set([...defaults.map(({ name }) => name), ...Object.keys(overrides), ...rules.keys()]);
  refuse(
    read.flatMap((file) =>
      [...file.problems, ...file.rules.flatMap((rule) => strangers(rule, known, vocabulary))].toSorted(
        (one, other) => one.at.line - other.at.line || one.at.column - other.at.column,
      ),
    ),
  );
  return {
    policy: putInForce(defaults, { ...overrides, ...textsOf(rules) }, rules),
    places: new Map(Array.from(rules, ([name, rule]) => [name, rule.at])),
    warnings: unused(rules, defaults),
  };
}

function refuse(problems: readonly RuleProblem[]): void {
  if (problems.length > 0) throw new PolicyFileError(problems.map(problemLine).join('\n'));
}

/** What a rule speaks of and nobody knows. */
function strangers({ name, check, at }: FileRule, known: ReadonlySet<string>, { credentials, target }: Vocabulary) {
  const keys = target(name);
  const reasons = new Set<string>();
  for (const leaf of leaves(check)) {
    if (leaf.kind === 'rule' && !known.has(leaf.name)) {
      reasons.add(`there is no rule "${leaf.name}"${didYouMean(leaf.name, known)}`);
    }
    // None of the attributes has parts: `user_id.x` is as unknown as `x`.
    if (leaf.kind === 'attribute' && leaf.left.kind === 'path' && !credentials.includes(leaf.left.path.join('.'))) {
      reasons.add(`nobody who asks has "${leaf.left.text}", only ${credentials.join(', ')}`);
    }
    const template = leaf.kind === 'attribute' ? leaf.right : leaf.kind === 'role' ? leaf.role : [];
    for (const part of template) {
      if (typeof part === 'string' || keys.includes(part.key)) continue;
      reasons.add(
        `nothing that is asked for has "%(${part.key})s", only ${keys.map((key) => `%(${key})s`).join(', ')}`,
      );
    }
  }
  return Array.from(reasons, (reason): RuleProblem => ({ at, rule: name, reason }));
}

/** `; did you mean "x"?` for the end of a sentence about `name`; empty without a guess. */
function didYouMean(name: string, names: Iterable<string>): string {
  const closest = closestName(name, names);
  return closest === null ? '' : `; did you mean "${closest}"?`;
}

function textsOf(rules: ReadonlyMap<string, FileRule>): Record<string, RuleText> {
  return Object.fromEntries(Array.from(rules, ([name, { text }]) => [name, text]));
}

/** Cycles and rules nested too deep are met here; each is told at a rule of a file that has part in it. */
function putInForce(
  defaults: readonly RuleDefault[],
  overrides: Readonly<Record<string, RuleText>>,
  rules: ReadonlyMap<string, FileRule>,
): Policy {
  try {
    return createPolicy({ defaults, overrides });
  } catch (error) {
    const rule = error instanceof PolicyError ? error.rules.map((name) => rules.get(name)).find(Boolean) : undefined;
    if (!(error instanceof PolicyError) || rule === undefined) throw error;
    throw new PolicyFileError(problemLine({ at: rule.at, rule: rule.name, reason: error.reason }), { cause: error });
  }
}

/** Rules that guard nothing here and that no other refers to: a slip of the pen, or a rule of something not here. */
function unused(rules: ReadonlyMap<string, FileRule>, defaults: readonly RuleDefault[]): string[] {
  const declared = new Set(defaults.map(({ name }) => name));
  const used = new Set(Array.from(rules.values()).flatMap(({ check }) => references(check)));
  return Array.from(rules.values())
    .filter(({ name }) => !declared.has(name) && !used.has(name))
    .map(({ name, at }) =>
      problemLine({ at, rule: name, reason: `nothing here asks for this rule${didYouMean(name, declared)}` }),
    );
}
