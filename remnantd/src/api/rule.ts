// Declares a policy rule with its default, where its operation is declared.

import type { RuleDefault } from '../policy/rule-default.ts';

/** A rule of the Compute API: project-scoped, as all of Nova's. `operations` like `POST /servers`, an action's name after it. */
export function rule(name: string, check: string, description: string, ...operations: readonly string[]): RuleDefault {
  return {
    name,
    check,
    description,
    scopeTypes: ['project'],
    operations: operations.map((text) => {
      const [method = '', ...path] = text.split(' ');
      return { method, path: path.join(' ') };
    }),
  };
}
