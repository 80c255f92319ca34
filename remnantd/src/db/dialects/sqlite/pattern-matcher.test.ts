// What a statement may match, with a stopwatch that tells what each text shall have cost.

import { expect, it } from 'vitest';
import { PatternTooSlow } from '../../pattern-too-slow.ts';
import { EACH_MS, patternMatcher, SPARE_MS } from './pattern-matcher.ts';

/** A matcher whose every text takes `ms`. */
function matcherTaking(ms: number) {
  let readings = 0;
  return patternMatcher(() => Math.floor((readings++ + 1) / 2) * ms);
}

it('finds what fits somewhere, pattern by pattern', () => {
  const patterns = matcherTaking(0);
  expect(['web-1', 'db', 'my-web'].map((text) => patterns.matches('web', text))).toEqual([true, false, true]);
  expect(patterns.matches('^db$', 'db')).toBe(true);
  expect(patterns.matches('(((', '(((')).toBe(false);
});

it('matches any number of texts that take no longer than ordinary ones', () => {
  const patterns = matcherTaking(EACH_MS / 2);
  for (let n = 0; n < (10 * SPARE_MS) / EACH_MS; n += 1) patterns.matches('web', 'db');
  expect(patterns.matches('web', 'web')).toBe(true);
});

it('stops a statement that takes too long, and gives the next one all its time', () => {
  const patterns = matcherTaking(SPARE_MS / 10);
  for (let statement = 1; statement <= 2; statement += 1) {
    patterns.begin();
    for (let n = 0; n < 10; n += 1) expect(patterns.matches('web', 'web')).toBe(true);
    expect(patterns.matches('db', 'db')).toBe(true);
    expect(() => patterns.matches('web', 'web')).toThrow(PatternTooSlow);
    expect(() => patterns.matches('db', 'db')).toThrow(PatternTooSlow);
  }
});
