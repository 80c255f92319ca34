import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BASE_RULES } from './base-rules.ts';
import type { PolicySources } from './load-policy.ts';
import { loadPolicy, PolicyFileError } from './load-policy.ts';
import type { RuleDefault } from './rule-default.ts';

const rule = (name: string, check: string): RuleDefault => ({
  name,
  check,
  description: '',
  operations: [],
  scopeTypes: ['project'],
});
const SHOW = 'os_compute_api:servers:show';
const defaults = [...BASE_RULES, rule(SHOW, 'rule:project_reader_or_admin')];
const vocabulary = { credentials: ['user_id', 'project_id', 'roles'], target: () => ['project_id', 'user_id'] };
const load = (texts: Readonly<Record<string, string>>, more: Partial<PolicySources> = {}) =>
  loadPolicy({
    defaults,
    vocabulary,
    files: Object.entries(texts).map(([name, text]) => ({ name, text })),
    ...more,
  });
const refusal = (texts: Readonly<Record<string, string>>): string[] => {
  try {
    load(texts);
  } catch (error) {
    expect(error).toBeInstanceOf(PolicyFileError);
    return (error as Error).message.split('\n');
  }
  return [];
};
const member = { user_id: 'u1', project_id: 'p1', roles: ['member'], is_admin: false };

describe('rules of files', () => {
  it('stand in the place of defaults, the later file over the earlier one', () => {
    const { policy, places, warnings } = load({
      'policy.yaml': `"${SHOW}": "!"\ncontext_is_admin: "role:boss"`,
      'policy.d/a.json': `{"${SHOW}":\n "rule:own"}`,
      'policy.d/b.yaml': 'own: "user_id:%(user_id)s"',
    });
    expect(policy.allows(SHOW, member, { user_id: 'u1' })).toBe(true);
    expect(policy.allows(SHOW, member, { user_id: 'u2' })).toBe(false);
    expect(policy.allows('project_reader_or_admin', { ...member, roles: ['boss'] }, {})).toBe(true);
    expect(places.get(SHOW)).toEqual({ file: 'policy.d/a.json', line: 1, column: 2 });
    expect(places.get('context_is_admin')).toEqual({ file: 'policy.yaml', line: 2, column: 1 });
    expect(places.has('admin_api')).toBe(false);
    expect(warnings).toEqual([]);
  });

  it('stand over overrides, which stand over defaults', () => {
    const overrides = { [SHOW]: '!', context_is_admin: 'role:boss' };
    const { policy } = load({ f: `"${SHOW}": "@"` }, { overrides });
    expect(policy.allows(SHOW, member, {})).toBe(true);
    expect(policy.allows('context_is_admin', { ...member, roles: ['admin'] }, {})).toBe(false);
  });

  it('keep the scopes of the default', () => {
    const { policy } = load({ f: `"${SHOW}": "@"` });
    expect(policy.allows(SHOW, { ...member, system_scope: 'all' }, {})).toBe(false);
  });

  it('that nothing asks for are told with what may have been meant, unless another rule refers to them', () => {
    expect(load({ f: 'os_compute_api:server:show: "@"\nmine: "rule:other"\nother: "role:x"' }).warnings).toEqual([
      `f:1:1: "os_compute_api:server:show": nothing here asks for this rule; did you mean "${SHOW}"?`,
      'f:2:1: "mine": nothing here asks for this rule',
    ]);
  });
});

describe('refused', () => {
  it.each([
    [
      'a reference to no rule',
      'a: "rule:admin_ap or rule:x"',
      ['f:1:1: "a": there is no rule "admin_ap"; did you mean "admin_api"?', 'f:1:1: "a": there is no rule "x"'],
    ],
    [
      'an attribute that nobody has, which would let everyone in',
      'a: "not user_domain_id:x"',
      ['f:1:1: "a": nobody who asks has "user_domain_id", only user_id, project_id, roles'],
    ],
    [
      'a part of an attribute, for none has parts',
      'a: "not user_id.x:y"\nb: "not roles.x:y"\nc: "user_id.:y"',
      [
        'f:1:1: "a": nobody who asks has "user_id.x", only user_id, project_id, roles',
        'f:2:1: "b": nobody who asks has "roles.x", only user_id, project_id, roles',
        'f:3:1: "c": nobody who asks has "user_id.", only user_id, project_id, roles',
      ],
    ],
    [
      'a key that nothing has',
      'a: "role:x or (user_id:%(target.user.id)s and @)"',
      ['f:1:1: "a": nothing that is asked for has "%(target.user.id)s", only %(project_id)s, %(user_id)s'],
    ],
    ['a rule that refers to itself', 'a: "rule:a"', ['f:1:1: "a": refers to itself (a -> a)']],
    [
      'a cycle through a default, told at the rule of the file',
      '\ncontext_is_admin: "rule:project_reader_or_admin"',
      ['f:2:1: "context_is_admin": refers to itself (context_is_admin -> project_reader_or_admin -> context_is_admin)'],
    ],
  ])('%s', (_, text, lines) => {
    expect(refusal({ f: text })).toEqual(lines);
  });

  it('all files for the problem of one, and every problem told', () => {
    expect(refusal({ good: `"${SHOW}": "@"`, bad: 'a: (\nb: "rule:c"', worse: 'x: @' })).toEqual([
      'bad:1:5: "a": a check is expected, but the rule ends',
      'bad:2:1: "b": there is no rule "c"',
      expect.stringMatching(/^worse:1:4: not YAML: /),
    ]);
  });

  it('references nested beyond what a request can follow, in any order', () => {
    const chain = Array.from({ length: 2_000 }, (_, n) => `r${n}: "not rule:r${n + 1}"`);
    for (const lines of [chain, chain.toReversed()]) {
      expect(refusal({ f: [...lines, 'r2000: "@"'].join('\n') })[0]).toMatch(/is nested deeper than 500/);
    }
  });
});

const name = fc.constantFrom('a', 'b', 'c', 'context_is_admin', SHOW);
const text = fc.oneof(
  fc.constantFrom('@', '!', 'rule:a', 'not rule:b', 'rule:c and role:x', '(', 'x:%(project_id)s', 'http://x', '', 'é'),
  fc.string(),
);
const file = fc.oneof(
  fc.string(),
  fc
    .array(fc.tuple(name, text))
    .map((rows) => rows.map(([key, value]) => `${key}: ${JSON.stringify(value)}`).join('\n')),
  fc.array(fc.tuple(name, text)).map((rows) => rows.map(([key, value]) => `${key}: ${value}`).join('\n')),
);

it('throws nothing but its own error, whatever the files say, and gives a policy that answers', () => {
  fc.assert(
    fc.property(fc.array(file, { maxLength: 3 }), (texts) => {
      try {
        const { policy } = load(Object.fromEntries(texts.map((one, n) => [`f${n}`, one])));
        expect(typeof policy.allows(SHOW, member, { project_id: 'p1' })).toBe('boolean');
      } catch (error) {
        expect(error).toBeInstanceOf(PolicyFileError);
        expect((error as Error).message).toMatch(/^f\d/);
      }
    }),
    { numRuns: 2_000 },
  );
});
