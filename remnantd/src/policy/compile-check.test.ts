import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isObject, type JsonValue } from '../lib/json.ts';
import { str } from '../lib/python-repr.ts';
import type { Check } from './check.ts';
import { type Credentials, compileCheck } from './compile-check.ts';
import { parseRule } from './parse-rule.ts';
import type { Target, Template } from './template.ts';
import { anyCheck, anyCredentials, anyTarget } from './test/any-check.ts';

const member: Credentials = {
  user_id: 'u1',
  project_id: 'p1',
  roles: ['Member', 'reader'],
  is_admin: false,
  system_scope: null,
  user: { domain: { id: 'd1' }, groups: [{ id: 'g1' }, { id: 'g2' }] },
};

describe('compileCheck', () => {
  it.each<[string, Target, boolean]>([
    ['@', {}, true],
    ['!', {}, false],
    ['role:member', {}, true],
    ['role:READER', {}, true],
    ['role:admin', {}, false],
    ['role:%(needed)s', { needed: 'reader' }, true],
    ['role:%(needed)s', {}, false],
    ['roles:reader', {}, true],
    ['is_admin:False', {}, true],
    ['is_admin:True', {}, false],
    ['project_id:%(project_id)s', { project_id: 'p1' }, true],
    ['project_id:%(project_id)s', { project_id: 'p2' }, false],
    ['project_id:%(project_id)s', {}, false],
    ['project_id:%(toString)s', {}, false],
    ['constructor:x', {}, false],
    ['not project_id:%(project_id)s', {}, true],
    ['project_id:p%(n)s', { n: 1 }, true],
    ['user.domain.id:d1', {}, true],
    ['user.groups.id:g2', {}, true],
    ['user.groups.id:g3', {}, false],
    ['user.domain.id.deeper:d1', {}, false],
    ['nothing:None', {}, false],
    ['system_scope:None', {}, true],
    ["'Member':%(name)s", { name: 'Member' }, true],
    ['None:%(host)s', { host: null }, true],
    ['None:%(host)s', {}, false],
    ['True:%(shared)s', { shared: true }, true],
    ['True:%(shared)s', { shared: 'True' }, true],
    ['1:%(n)s', { n: 1 }, true],
    ['rule:nowhere', {}, false],
    ['not rule:nowhere', {}, true],
    ['role:admin or role:member and project_id:%(project_id)s', { project_id: 'p1' }, true],
  ])('%s of %j is %s', (rule, target, allowed) => {
    expect(compileCheck(parseRule(rule), () => null)(member, target)).toBe(allowed);
  });

  it('decides as a plain reading of the tree does', () => {
    fc.assert(
      fc.property(anyCheck, anyCredentials, anyTarget, (check, credentials, target) => {
        const compiled = compileCheck(check, (name) => (name === 'c' ? null : () => name === 'a'));
        expect(compiled(credentials, target)).toBe(plainly(check, credentials, target));
      }),
      { numRuns: 1000 },
    );
  });
});

function plainly(check: Check, credentials: Credentials, target: Target): boolean {
  switch (check.kind) {
    case 'allow':
      return true;
    case 'deny':
      return false;
    case 'rule':
      return check.name === 'a';
    case 'isAdmin':
      return credentials.is_admin === check.expected;
    case 'role': {
      const wanted = filled(check.role, target)?.toLowerCase();
      return credentials.roles.map((role) => role.toLowerCase()).includes(wanted ?? '(none)');
    }
    case 'attribute': {
      const wanted = filled(check.right, target);
      if (wanted === null) return false;
      if (check.left.kind === 'literal') return wanted === check.left.value;
      return reached([credentials], check.left.path).map(str).includes(wanted);
    }
    case 'not':
      return !plainly(check.check, credentials, target);
    case 'and':
      return !check.checks.some((part) => !plainly(part, credentials, target));
    case 'or':
      return check.checks.some((part) => plainly(part, credentials, target));
  }
}

function filled(template: Template, target: Target): string | null {
  const pieces = template.map((part) => (typeof part === 'string' ? part : target[part.key]));
  return pieces.includes(undefined) ? null : pieces.map((piece) => str(piece ?? null)).join('');
}

function reached(values: readonly JsonValue[], path: readonly string[]): readonly JsonValue[] {
  const [key, ...rest] = path;
  if (key === undefined) return values;
  const next = values.flatMap((value) =>
    isObject(value) ? Object.entries(value).flatMap(([name, inner]) => (name === key ? [inner ?? null] : [])) : [],
  );
  return reached(
    next.flatMap((value) => (Array.isArray(value) ? value : [value])),
    rest,
  );
}
