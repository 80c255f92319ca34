// Made-up rules, credentials and targets for property tests, from few names so that they often meet.

import * as fc from 'fast-check';
import type { Check } from '../check.ts';
import type { Credentials } from '../compile-check.ts';
import type { Template } from '../template.ts';

const names = fc.constantFrom('a', 'b', 'c');
const template: fc.Arbitrary<Template> = fc.oneof(
  names.map((name) => [name]),
  names.map((key) => [{ key }]),
  fc.tuple(names, names).map(([text, key]) => [`${text}%`, { key }]),
);
const leaf: fc.Arbitrary<Check> = fc.oneof(
  fc.constantFrom<Check>({ kind: 'allow' }, { kind: 'deny' }),
  names.map((name): Check => ({ kind: 'rule', name })),
  template.map((role): Check => ({ kind: 'role', role })),
  fc.boolean().map((expected): Check => ({ kind: 'isAdmin', expected })),
  fc
    .tuple(fc.array(names, { minLength: 1, maxLength: 2 }), template)
    .map(([path, right]): Check => ({ kind: 'attribute', left: { kind: 'path', text: path.join('.'), path }, right })),
  fc.tuple(fc.constantFrom('a', 'None', 'True'), template).map(
    ([value, right]): Check => ({
      kind: 'attribute',
      left: { kind: 'literal', text: value === 'a' ? "'a'" : value, value },
      right,
    }),
  ),
);

/** Any rule; the rules it refers to are called a, b and c. */
export const anyCheck: fc.Arbitrary<Check> = fc.letrec<{ check: Check }>((tie) => ({
  check: fc.oneof(
    { maxDepth: 5 },
    leaf,
    tie('check').map((check): Check => ({ kind: 'not', check })),
    fc
      .tuple(fc.constantFrom('and' as const, 'or' as const), fc.array(tie('check'), { minLength: 2, maxLength: 3 }))
      .map(([kind, checks]): Check => ({ kind, checks })),
  ),
})).check;

const value = fc.oneof(names, fc.constantFrom(null, true, 1), fc.array(names, { maxLength: 2 }));

/** Any target with some of the keys a, b and c. */
export const anyTarget = fc.dictionary(names, value);

/** Any credentials with some of the attributes a, b and c, some of them objects. */
export const anyCredentials: fc.Arbitrary<Credentials> = fc
  .tuple(fc.array(fc.constantFrom('a', 'B', 'c')), fc.boolean(), fc.dictionary(names, fc.oneof(value, anyTarget)))
  .map(([roles, is_admin, rest]) => ({ ...rest, user_id: 'a', project_id: 'b', roles, is_admin }));
