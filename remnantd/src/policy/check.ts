// A policy rule as a tree, what `parse-rule.ts` makes of its text, and the way back to text.
// Printing gives a rule that reads back as the same tree.

import { printTemplate, type Template } from './template.ts';

/** One node of a rule. `attribute` is oslo.policy's generic check: left (who asks) against right (what is asked for). */
export type Check =
  | { readonly kind: 'allow' }
  | { readonly kind: 'deny' }
  | { readonly kind: 'rule'; readonly name: string }
  | { readonly kind: 'role'; readonly role: Template }
  | { readonly kind: 'isAdmin'; readonly expected: boolean }
  | { readonly kind: 'attribute'; readonly left: Left; readonly right: Template }
  | { readonly kind: 'not'; readonly check: Check }
  | { readonly kind: 'and' | 'or'; readonly checks: readonly Check[] };

/**
 * The left of a generic check, with the `text` it was written as: a literal whose Python text is `value`
 * (`'x'`, `True`, `None`, `12`, `1.5`), or a path of credential attributes.
 */
export type Left =
  | { readonly kind: 'literal'; readonly text: string; readonly value: string }
  | { readonly kind: 'path'; readonly text: string; readonly path: readonly string[] };

/** The checks of a rule that are made of no others, in their order. */
export function leaves(check: Check): Check[] {
  if (check.kind === 'not') return leaves(check.check);
  return check.kind === 'and' || check.kind === 'or' ? check.checks.flatMap(leaves) : [check];
}

/** The rule as text, with parentheses only where the tree needs them. */
export function printRule(check: Check): string {
  switch (check.kind) {
    case 'allow':
      return '@';
    case 'deny':
      return '!';
    case 'rule':
      return `rule:${check.name}`;
    case 'role':
      return `role:${printTemplate(check.role)}`;
    case 'isAdmin':
      return `is_admin:${check.expected ? 'True' : 'False'}`;
    case 'attribute':
      return `${check.left.text}:${printTemplate(check.right)}`;
    case 'not':
      return `not ${within(check.check)}`;
    case 'and':
      return check.checks.map(within).join(' and ');
    case 'or':
      return check.checks.map((part) => (part.kind === 'or' ? `(${printRule(part)})` : printRule(part))).join(' or ');
  }
}

function within(check: Check): string {
  return check.kind === 'and' || check.kind === 'or' ? `(${printRule(check)})` : printRule(check);
}
