import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { ignoringCase } from './ignoring-case.ts';
import { linearRegex } from './linear-regex.ts';

it.each([
  ['web', 'my-WEB', true],
  ['^WEB-[a-f]$', 'web-B', true],
  ['^[^A-C]$', 'b', false],
  ['[!-Z]', 'q', true],
  ['[!-Z]', '_', false],
  ['\\S\\D\\W', 'ab-', true],
  ['\\s', 'S', false],
  ['\\x41\\u0042', 'ab', true],
  ['[\\x41-\\x43]', 'b', true],
  ['(?<Name>a)(?:B)', 'AB', true],
  ['a]b', 'A]B', true],
  ['É[Ø]', 'éø', true],
  ['[a-]', '-', true],
  ['[]a', 'A', false],
  ['[A-\\]]', 'q', true],
  ['[\\--a]', 'q', true],
  ['[\\n-b]', 'B', true],
  ['[\\101-C]', 'b', true],
  ['\\cz[\\c-d]', '\x1aC', true],
  ['[А-Я]', 'Б', true],
])('%s in %s: %s', (pattern, text, found) => {
  expect(linearRegex(ignoringCase(pattern))?.test(text)).toBe(found);
});

const TOKENS = ['a', 'Z', 'k', 'B-y', '-', '^', '[', ']', '(', '(?:', '(?<Q>', ')', '\\w', '\\S', '\\x5a', '\\u0061'];
const MORE = [
  '\\b',
  '.',
  '*',
  '+',
  '{2}',
  '|',
  '$',
  '\\]',
  '\\-',
  '_',
  '1',
  '[^',
  'a-z',
  '!-Z',
  'Z-b',
  '\\x41-C',
  ':',
  '\\n-k',
  '\\a',
];

it('finds what the flag for it finds, and is a pattern where the pattern is one', () => {
  const pattern = fc.array(fc.constantFrom(...TOKENS, ...MORE), { maxLength: 8 }).map((parts) => parts.join(''));
  const text = fc.string({ unit: fc.constantFrom(...'aAbByYzZkK_-^1!]: '.split('')), maxLength: 6 });
  fc.assert(
    fc.property(pattern, fc.array(text, { minLength: 1, maxLength: 8 }), (source, texts) => {
      let flagged: RegExp;
      try {
        flagged = new RegExp(source, 'i');
      } catch {
        expect(linearRegex(ignoringCase(source)), source).toBeNull();
        return;
      }
      const rewritten = new RegExp(ignoringCase(source));
      for (const one of texts) expect(rewritten.test(one), `${source} in ${one}`).toBe(flagged.test(one));
    }),
    { numRuns: 5_000 },
  );
});
