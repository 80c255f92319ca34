// Every policy rule there is: the base rules, and those the operations declare beside themselves.

import type { Operation } from '../api/operation.ts';
import { BASE_RULES } from '../policy/base-rules.ts';
import type { RuleDefault } from '../policy/rule-default.ts';

/** All rules of these operations with their defaults, each once. */
export function allRules(operations: readonly Operation[]): RuleDefault[] {
  const rules = new Map<string, RuleDefault>();
  for (const rule of BASE_RULES) rules.set(rule.name, rule);
  for (const operation of operations) for (const rule of operation.rules) rules.set(rule.name, rule);
  return [...rules.values()];
}
