import { describe, expect, it } from 'vitest';
import { BASE_RULES, PROJECT_MEMBER_OR_ADMIN } from './base-rules.ts';
import type { Credentials } from './compile-check.ts';
import { createPolicy, type PolicyParts } from './policy-engine.ts';
import type { RuleDefault, Scope } from './rule-default.ts';

const rule = (name: string, check: string, scopeTypes: Scope[] = []): RuleDefault => ({
  name,
  check,
  description: '',
  operations: [],
  scopeTypes,
});
const DUMP = 'os_compute_api:servers:trigger_crash_dump';
const defaults = [...BASE_RULES, rule(DUMP, PROJECT_MEMBER_OR_ADMIN, ['project'])];
const caller = (...roles: string[]): Credentials => ({
  user_id: 'u1',
  project_id: 'p1',
  roles,
  is_admin: roles.includes('admin'),
});
const mine = { project_id: 'p1', user_id: 'u2' };
const theirs = { project_id: 'p2', user_id: 'u9' };

describe('the base rules', () => {
  const { allows } = createPolicy({ defaults: BASE_RULES });

  it.each([
    ['project_member_api', 'member', true, false],
    ['project_member_api', 'reader', false, false],
    ['project_reader_api', 'reader', true, false],
    ['project_manager_api', 'manager', true, false],
    ['project_member_or_admin', 'member', true, false],
    ['project_member_or_admin', 'admin', true, true],
    ['project_reader_or_admin', 'reader', true, false],
    ['project_manager_or_admin', 'member', false, false],
    ['context_is_admin', 'admin', true, true],
    ['admin_api', 'admin', true, true],
    ['admin_api', 'member', false, false],
    ['admin_or_owner', 'anything', true, false],
    ['service_api', 'service', true, true],
  ])('%s for %s: own project %s, another %s', (name, role, own, other) => {
    expect(allows(name, caller(role), mine)).toBe(own);
    expect(allows(name, caller(role), theirs)).toBe(other);
  });
});

describe('createPolicy', () => {
  it('puts overrides in the place of defaults, wherever a rule is referred to', () => {
    const overrides = {
      context_is_admin: 'role:boss',
      [DUMP]: 'rule:own or rule:context_is_admin',
      own: 'user_id:%(user_id)s',
    };
    const { allows } = createPolicy({ defaults, overrides });
    expect(allows(DUMP, caller('member'), mine)).toBe(false);
    expect(allows(DUMP, caller('member'), { user_id: 'u1' })).toBe(true);
    expect(allows(DUMP, caller('admin'), theirs)).toBe(false);
    expect(allows('project_reader_or_admin', caller('boss'), theirs)).toBe(true);
  });

  it('denies tokens of a scope the rule does not list', () => {
    const { allows } = createPolicy({ defaults });
    const admin = caller('admin');
    expect(allows(DUMP, admin, mine)).toBe(true);
    expect(allows(DUMP, { ...admin, project_id: null, system_scope: 'all' }, mine)).toBe(false);
    expect(allows(DUMP, { ...admin, project_id: null, domain_id: 'd1' }, mine)).toBe(false);
    expect(allows(DUMP, { ...admin, domain_id: 'd1' }, mine)).toBe(true);
    expect(allows('context_is_admin', { ...admin, system_scope: 'all' }, {})).toBe(true);
  });

  it('tells every rule in force', () => {
    const policy = createPolicy({
      defaults: [rule('a', 'role:x'), rule('b', 'rule:a or rule:gone')],
      overrides: { a: [['role:y', 'role:z'], 'role:w'], c: '' },
    });
    expect(policy.rules()).toMatchObject([
      { name: 'a', check: 'role:y and role:z or role:w', overridden: true, default: { check: 'role:x' }, unknown: [] },
      { name: 'b', check: 'rule:a or rule:gone', overridden: false, unknown: ['gone'] },
      { name: 'c', check: '@', overridden: true, default: null },
    ]);
  });

  it('throws for a rule that nobody declared', () => {
    const { allows } = createPolicy({ defaults });
    expect(() => allows('os_compute_api:nothing', caller('admin'), {})).toThrow(
      'rule os_compute_api:nothing: no such rule is declared',
    );
  });

  it.each<[string, PolicyParts, string]>([
    [
      'syntax',
      { defaults, overrides: { x: 'role:a and' } },
      'rule x: column 11: a check is expected, but the rule ends',
    ],
    ['remote', { defaults, overrides: { x: 'http://y' } }, 'rule x: column 1: http: checks ask another server and'],
    ['twice', { defaults: [rule('a', '@'), rule('a', '!')] }, 'rule a: declared twice'],
    ['itself', { defaults: [rule('a', 'not rule:a')] }, 'rule a: refers to itself (a -> a)'],
    [
      'cycle',
      {
        defaults: [rule('z', 'rule:a'), rule('a', 'rule:b'), rule('b', 'role:x or rule:c')],
        overrides: { c: 'rule:a' },
      },
      'rule a: refers to itself (a -> b -> c -> a)',
    ],
  ])('refuses at load: %s', (_, parts, message) => {
    expect(() => createPolicy(parts)).toThrow(message);
  });
});
