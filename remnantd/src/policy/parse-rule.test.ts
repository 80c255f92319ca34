import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Check, printRule } from './check.ts';
import { PolicySyntaxError, parseRule, type RuleText } from './parse-rule.ts';
import { anyCheck } from './test/any-check.ts';

const role = (name: string): Check => ({ kind: 'role', role: [name] });
const [a, b, c] = [role('a'), role('b'), role('c')];

describe('parseRule', () => {
  it.each<[RuleText, Check]>([
    ['', { kind: 'allow' }],
    ['@', { kind: 'allow' }],
    ['!', { kind: 'deny' }],
    ['role:a', a],
    ['rule:x', { kind: 'rule', name: 'x' }],
    ['is_admin:True', { kind: 'isAdmin', expected: true }],
    ['is_admin:true', { kind: 'isAdmin', expected: true }],
    ['is_admin:no', { kind: 'isAdmin', expected: false }],
    ['role:a or role:b and role:c', { kind: 'or', checks: [a, { kind: 'and', checks: [b, c] }] }],
    ['role:a and role:b OR role:c', { kind: 'or', checks: [{ kind: 'and', checks: [a, b] }, c] }],
    ['(role:a or role:b) and role:c', { kind: 'and', checks: [{ kind: 'or', checks: [a, b] }, c] }],
    ['not role:a and role:b', { kind: 'and', checks: [{ kind: 'not', check: a }, b] }],
    ['Not (role:a And role:b)', { kind: 'not', check: { kind: 'and', checks: [a, b] } }],
    ['( ( role:a ) )', a],
    [[], { kind: 'allow' }],
    [[[]], { kind: 'deny' }],
    [['role:a', ['role:b', 'role:c']], { kind: 'or', checks: [a, { kind: 'and', checks: [b, c] }] }],
  ])('reads %j', (rule, check) => {
    expect(parseRule(rule)).toEqual(check);
  });

  it.each([
    ['project_id:%(project_id)s', { kind: 'path', text: 'project_id', path: ['project_id'] }, [{ key: 'project_id' }]],
    ['(a.b:x%(k)s-%%)', { kind: 'path', text: 'a.b', path: ['a', 'b'] }, ['x', { key: 'k' }, '-%']],
    ["'Member':%(role.name)s", { kind: 'literal', text: "'Member'", value: 'Member' }, [{ key: 'role.name' }]],
    ['None:%(x)s', { kind: 'literal', text: 'None', value: 'None' }, [{ key: 'x' }]],
    ['-012:x', { kind: 'path', text: '-012', path: ['-012'] }, ['x']],
    ['12:x', { kind: 'literal', text: '12', value: '12' }, ['x']],
    ['1.50:x', { kind: 'literal', text: '1.50', value: '1.5' }, ['x']],
    ['a:', { kind: 'path', text: 'a', path: ['a'] }, []],
    ['a:b:c', { kind: 'path', text: 'a', path: ['a'] }, ['b:c']],
  ])('reads the generic check %s', (rule, left, right) => {
    expect(parseRule(rule)).toEqual({ kind: 'attribute', left, right });
  });

  it.each<[RuleText, number, string]>([
    ['  ', 3, 'a check is expected, but the rule ends'],
    ['role:a and', 11, 'a check is expected, but the rule ends'],
    ['role:a role:b', 8, '"and", "or" or the end is expected, but there is "role:b"'],
    ['(role:a', 8, '")" is expected, but the rule ends'],
    ['role:a)', 7, '"and", "or" or the end is expected, but there is ")"'],
    ['()', 2, 'a check is expected, but there is ")"'],
    ['and role:a', 1, 'a check is expected, but there is "and"'],
    ['role:a or admin', 11, '"admin" is not a check such as role:admin'],
    [':x', 1, '":x" is not a check such as role:admin'],
    ["'role:a'", 1, "'role:a' is a text, not a check"],
    ['not )role:a', 5, ')role is neither an attribute nor a literal'],
    ['not x(y:a', 5, 'x(y is neither an attribute nor a literal'],
    ['x:%(y)d', 3, 'after "%" only "(key)s" or another "%" makes sense'],
    ['role:a and x:50%', 16, 'after "%" only "(key)s" or another "%" makes sense'],
    ['role:a and http://decide/%(x)s', 12, 'http: checks ask another server and are not supported'],
    ['https://decide', 1, 'https: checks ask another server and are not supported'],
    [[['role:a', 'admin']], 0, '"admin" is not a check such as role:admin'],
    [['role:a or role:b'], 0, '"role:a or role:b" is not one check: what stands in a list holds no spaces'],
    [`${'('.repeat(1000)}role:a`, 201, 'nested deeper than 200'],
    [`${'not '.repeat(1000)}role:a`, 801, 'nested deeper than 200'],
  ])('refuses %j', (rule, column, reason) => {
    expect(() => parseRule(rule)).toThrow(expect.objectContaining({ name: 'PolicySyntaxError', column, reason }));
  });

  it('reads back what it prints', () => {
    fc.assert(
      fc.property(anyCheck, (check) => {
        expect(parseRule(printRule(check))).toEqual(check);
      }),
    );
  });

  it('reads any text or refuses it', () => {
    const piece = fc.constantFrom(
      '(',
      ')',
      'and',
      'or',
      'not',
      'role:a',
      '%',
      '%(',
      ')s',
      "'",
      ':',
      '@',
      '!',
      ' ',
      'x',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(piece).map((pieces) => pieces.join('')),
    );
    fc.assert(
      fc.property(text, (rule) => {
        try {
          expect(parseRule(printRule(parseRule(rule)))).toEqual(parseRule(rule));
        } catch (error) {
          expect(error).toBeInstanceOf(PolicySyntaxError);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
