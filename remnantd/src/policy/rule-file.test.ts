import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printRule } from './check.ts';
import { PolicySyntaxError, parseRule } from './parse-rule.ts';
import { problemLine, readRuleFile } from './rule-file.ts';

/** The lines told about a file. */
const problems = (text: string) => readRuleFile('f.yaml', text).problems.map(problemLine);
const rules = (text: string) => {
  const read = readRuleFile('f.yaml', text);
  expect(read.problems).toEqual([]);
  return read.rules.map(({ name, check, at }) => `${at.line}:${at.column} ${name} = ${printRule(check)}`);
};

describe('a file', () => {
  it('has a rule a line, with its place', () => {
    expect(rules('# who\n"a:b": "role:x or role:y"  # why\nc: role:z\n\nd: "@"')).toEqual([
      '2:1 a:b = role:x or role:y',
      '3:1 c = role:z',
      '5:1 d = @',
    ]);
  });

  it('may be JSON, also indented with tabs', () => {
    expect(rules('{\n\t"a": "role:x",\n\t"b": [["role:y", "role:z"], "@"]\n}')).toEqual([
      '2:2 a = role:x',
      '3:2 b = role:y and role:z or @',
    ]);
  });

  it('may fold a rule over lines, and say everyone with the empty text or list', () => {
    expect(rules('a: >-\n  role:x\n  and role:y\nb: ""\nc: []')).toEqual([
      '1:1 a = role:x and role:y',
      '4:1 b = @',
      '5:1 c = @',
    ]);
  });

  it.each(['', '\n', '# "a": "@"\n', '---\n', '{}', '\ufeff# only a mark'])(
    'without rules (%j) says nothing',
    (text) => {
      expect(rules(text)).toEqual([]);
    },
  );

  it('takes any name as a name', () => {
    expect(rules('__proto__: "!"\nconstructor: "@"')).toEqual(['1:1 __proto__ = !', '2:1 constructor = @']);
  });
});

describe('a problem', () => {
  it.each([
    ['role:x', 'f.yaml:1:1: rules are written as name: "rule"'],
    ['- a: "@"', 'f.yaml:1:1: rules are written as name: "rule"'],
    ['a: "role:x" and', 'f.yaml:1:13: not YAML: Unexpected scalar at node end'],
    [
      'x: "@"\na: @',
      'f.yaml:2:4: not YAML: Plain value cannot start with reserved character @; put the rule in quotes',
    ],
    ['a: "@"\n---\nb: "@"', 'f.yaml:2:1: not YAML: one document is expected, but "---" begins another'],
    ['a: "@"\n\tb: "@"', 'f.yaml:2:1: not YAML: Tabs are not allowed as indentation'],
    ['1: "@"', 'f.yaml:1:1: the name of a rule is a text'],
    ['? [a]\n: "@"', 'f.yaml:1:3: the name of a rule is a text'],
    ['a: "@"\nb: "!"\na: "!"', 'f.yaml:3:1: "a": is there twice, first on line 1'],
  ])('of the file %j: %s', (text, line) => {
    expect(problems(text)).toContain(line);
  });

  it.each([
    ['"(role:x or role:y"', 'f.yaml:2:23: "r": ")" is expected, but the rule ends'],
    ['role:x or or role:y', 'f.yaml:2:15: "r": a check is expected, but there is "or"'],
    ["'role:x role:y'", 'f.yaml:2:13: "r": "and", "or" or the end is expected, but there is "role:y"'],
    ['admin', 'f.yaml:2:5: "r": "admin" is not a check such as role:admin'],
    ['"role:x or http://judge/%(id)s"', 'f.yaml:2:16: "r": http: checks ask another server and are not supported'],
    ['https://judge/', 'f.yaml:2:5: "r": https: checks ask another server and are not supported'],
    ['"role:x \\x61nd"', 'f.yaml:2:5: "r": column 11 of the rule: a check is expected, but the rule ends'],
    ['>-\n  role:x\n  or', 'f.yaml:2:5: "r": column 10 of the rule: a check is expected, but the rule ends'],
    ['[["role:x", "and"]]', 'f.yaml:2:5: "r": "and" is not a check such as role:admin'],
    ['[[["role:x"]]]', 'f.yaml:2:5: "r": a rule written as a list holds texts, or lists of texts'],
    ['[true]', 'f.yaml:2:5: "r": a rule written as a list holds texts, or lists of texts'],
    ['{role: x}', 'f.yaml:2:5: "r": a rule is a text, or a list of lists of texts'],
    ['true', 'f.yaml:2:5: "r": a rule is a text, or a list of lists of texts'],
    ['17', 'f.yaml:2:5: "r": a rule is a text, or a list of lists of texts'],
  ])('of the rule %s: %s', (rule, line) => {
    expect(problems(`# first\nr:  ${rule}`)).toEqual([line]);
  });

  it.each([
    ['!', '"!"'],
    ['! ', '"!"'],
    ['!!str', '"!"'],
    ['', 'has no rule'],
    ['~', 'has no rule'],
    ['null', 'has no rule'],
    ['*everyone', 'aliases'],
    ['[!]', 'lists of texts'],
    ['[[!]]', 'lists of texts'],
    ['! []', '"!"'],
  ])('is what YAML would make the empty rule of: %j', (value, word) => {
    const read = readRuleFile('f', `a: ${value}`);
    expect(read.rules).toEqual([]);
    expect(read.problems[0]?.reason).toContain(word);
  });

  it('does not hide another', () => {
    expect(problems('a: role\nb: "@"\nc: (role:x\nb: "!"')).toHaveLength(3);
  });

  it('is told for what is nested beyond reason', () => {
    expect(problems(`a: ${'['.repeat(20_000)}`)[0]).toContain('f.yaml:1:');
    expect(problems(`a: ${'('.repeat(20_000)}role:x`)[0]).toContain('nested deeper than 200');
  });
});

it('reads long runs of parentheses in linear time', () => {
  const began = performance.now();
  expect(problems(`a: x${')'.repeat(200_000)}x`)).toHaveLength(1);
  // Quadratic time would be minutes; a slow machine takes some hundred milliseconds.
  expect(performance.now() - began).toBeLessThan(5_000);
});

const piece = fc.constantFrom(
  ...'"\'!@*&%#-?:,[]{}()|>~<= \n\tab\u0000\ufeff'.split(''),
  'role:x',
  ' or ',
  'not ',
  '%(a)s',
  '---',
);
const written = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(''));

/** A rule of a file: its name, and its text as it is written. */
const row = fc.tuple(fc.stringMatching(/^[a-z]{1,6}(:[a-z]{1,6})?$/), fc.oneof(written, fc.string()));
const rows = fc.uniqueArray(row, { maxLength: 6, selector: ([name]) => name });

it('every rule is read as what it says, or told with its name on its own line', () => {
  const both = { read: 0, told: 0 };
  fc.assert(
    fc.property(rows, (all) => {
      const text = all.map(([name, rule]) => `${JSON.stringify(name)}: ${JSON.stringify(rule)}`).join('\n');
      const read = readRuleFile('f', text);
      const expected = all.map(([name, rule], at) => {
        const check = checkOf(rule);
        if (check === null) both.told += 1;
        else both.read += 1;
        return `${at + 1} ${name} ${check ?? 'is told'}`;
      });
      const found = [
        ...read.rules.map(({ name, check, at }) => `${at.line} ${name} ${printRule(check)}`),
        ...read.problems.map(({ rule, at }) => `${at.line} ${rule} is told`),
      ];
      expect(found.toSorted()).toEqual(expected.toSorted());
    }),
    { numRuns: 1_000 },
  );
  // Neither is the whole of it: a grammar that takes nothing, or everything, would pass.
  expect(Math.min(both.read, both.told)).toBeGreaterThan(50);
});

it('never throws, tells places that are in the file, and reads no rule where there is none', () => {
  fc.assert(
    fc.property(fc.oneof(written, fc.string()), (text) => {
      const lines = `a: ${text}`.split(/\r\n|\r|\n/);
      for (const { at } of [text, `a: ${text}`].flatMap((one) => readRuleFile('f', one).problems)) {
        expect(at.line).toBeLessThanOrEqual(lines.length);
        expect(at.column > 0).toBe(at.line > 0);
      }
      const { rules: found, problems: told } = readRuleFile('f', `a: ${text}`);
      if (told.length === 0) expect(found.map(({ name }) => name)).toContain('a');
      for (const { check } of found) expect(checkOf(printRule(check))).toBe(printRule(check));
    }),
    { numRuns: 2_000 },
  );
});

/** What a rule's text means, written out; null for what is no rule. */
function checkOf(rule: string): string | null {
  try {
    return printRule(parseRule(rule));
  } catch (error) {
    expect(error).toBeInstanceOf(PolicySyntaxError);
    return null;
  }
}
