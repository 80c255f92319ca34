import { expect, it } from 'vitest';
import { linearRegex } from './linear-regex.ts';

it('finds what a regular expression finds', () => {
  expect(linearRegex('^golden-s.*d$')?.test('golden-suspended')).toBe(true);
  expect(linearRegex('web')?.test('my-WEB')).toBe(false);
});

it('takes no longer than the text is long', () => {
  const long = `${'a'.repeat(100_000)}!`;
  const began = performance.now();
  expect(linearRegex('^(a+)+$')?.test(long)).toBe(false);
  // Backtracking would take longer than the universe; a slow machine takes some milliseconds.
  expect(performance.now() - began).toBeLessThan(2_000);
});

it.each(['[', '(?=a)', '(a)\\1', 'a{17}', 'a{0,17}', '(?:a{4}){5}', '(a{1,1000}){1,1000}', '[\\u{1F600}-\\u{1F64F}]'])(
  'refuses %s',
  (pattern) => {
    expect(linearRegex(pattern)).toBeNull();
  },
);

it('repeats up to sixteen times', () => {
  expect(linearRegex('^(?:a{4}){4}$')?.test('a'.repeat(16))).toBe(true);
});
