// What an NMI meant, in words.

import { expect, test } from 'vitest';
import { nmiWords } from './nmi-words.ts';

test('the word of the API, and what it means', () => {
  expect(nmiWords('at-least-once')).toBe('at-least-once (asked for once; it may have been sent more than once)');
  expect(nmiWords('exactly-asked')).toBe('exactly-asked (asked for once, sent once)');
  expect(nmiWords('latched')).toMatch(/^latched \(held /);
  expect(nmiWords(null)).toBeNull();
});
