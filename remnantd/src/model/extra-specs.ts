// Says what is wrong with an extra spec of a flavor, in Nova's words (nova/api/validation/extra_specs/validators.py). A name
// without a namespace, or in one that nobody knows, is its operator's own and may hold anything.

import type { SpecValue } from './extra-spec-rules.ts';
import { KNOWN_PATTERNS, KNOWN_SPECS, OWN_NAMESPACE } from './extra-spec-rules.ts';

/** Why `name` may not be `value`; null when it may. */
export function extraSpecProblem(name: string, value: string): string | null {
  const rule = ruleOf(name);
  if (rule !== null) {
    const why = valueProblem(rule, value);
    return why === null ? null : `Validation failed; '${why.shown}' ${why.text}.`;
  }
  const [namespace, ...rest] = name.split(':');
  if (rest.length === 0 || !OWN_NAMESPACE.test(namespace ?? '')) return null;
  return `Validation failed; extra spec '${name}' does not appear to be a valid extra spec.`;
}

function ruleOf(name: string): SpecValue | null {
  const known = KNOWN_SPECS.get(name);
  if (known !== undefined) return known;
  const found = KNOWN_PATTERNS.find((one) => {
    const match = one.name.exec(name);
    return match !== null && (one.named === undefined || one.named.has(match[1] ?? ''));
  });
  return found?.value ?? null;
}

interface Problem {
  readonly shown: string;
  readonly text: string;
}

/** As oslo reads a boolean, and as Python reads a whole number. */
const FLAG = /^\s*(?:1|t|true|on|y|yes|0|f|false|off|n|no)\s*$/i;
const INTEGER = /^\s*[+-]?\d+(?:_\d+)*\s*$/;

function valueProblem(rule: SpecValue, value: string): Problem | null {
  switch (rule.is) {
    case 'flag':
      return FLAG.test(value) ? null : { shown: value, text: 'is not a valid boolean-like value' };
    case 'integer':
      return integerProblem(rule, value);
    case 'text':
      if (rule.form !== undefined && !rule.form.test(value)) {
        return { shown: value, text: `is not of the format '${rule.told}'` };
      }
      if (rule.oneOf !== undefined && !rule.oneOf.includes(value)) {
        return { shown: value, text: `is not one of: ${rule.oneOf.join(', ')}` };
      }
      return null;
  }
}

function integerProblem(rule: SpecValue & { is: 'integer' }, value: string): Problem | null {
  if (!INTEGER.test(value)) return { shown: value, text: 'is not a valid integer value' };
  const read = BigInt(value.trim().replaceAll(/[_+]/g, ''));
  const shown = String(read);
  if (rule.max !== undefined && read > rule.max) {
    return { shown, text: `is greater than the max value of '${rule.max}'` };
  }
  if (rule.min !== undefined && read < rule.min) {
    return { shown, text: `is less than the min value of '${rule.min}'` };
  }
  return null;
}
