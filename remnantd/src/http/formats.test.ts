// The formats that say more than yes and no, or read more than one would think, by what Nova's validators answer.

import { describe, expect, test } from 'vitest';
import { FORMATS, LEGACY_FORMATS } from './formats.ts';
import { PRINTABLE, printablePattern } from './printable.ts';

const is = (format: string, text: string, formats = FORMATS) => formats[format]?.(text);

describe('what is printable', () => {
  test.each([
    ['a b', true],
    ['', true],
    ['é漢\u00a0\u3000', true],
    ['a\u007f', false],
    ['a\u0085', false],
    ['soft\u00adhyphen', false],
    ['a\u200bb', false],
    ['a\u2028b', false],
    ['\ue000', false],
    ['\ud800', false],
    ['\uffff', false],
    // Nova looks no further than the first plane.
    ['😀', false],
  ])('%j: %s', (text, printable) => {
    expect(PRINTABLE.test(text)).toBe(printable);
    expect(new RegExp(printablePattern(), '').test(text)).toBe(printable);
    expect(is('description', text) === true).toBe(printable);
  });

  test('the pattern begins as Nova has it, and is told whole', () => {
    expect(printablePattern()).toMatch(/^\^\[\\ -\\~\u00a0-\u00ac\u00ae-\u0377\u037a-\u037f\u0384-\u038a\u038c\u038e-/);
    const told =
      "Invalid input for field/attribute description. Value: a\n. 'a\\n' does not match '^[\\\\ -\\\\~\\xa0-¬®-";
    expect(String(is('description', 'a\n')).slice(0, told.length)).toBe(told);
  });
});

test('a name on /v2 may have spaces around it, but where Nova has the strict one there too', () => {
  const wants = (format: string) => [is(format, ' a ') === true, is(format, ' a ', LEGACY_FORMATS) === true];
  expect([wants('name'), wants('strict-name')]).toEqual([
    [false, true],
    [false, false],
  ]);
  expect(is('strict-name', ' a', LEGACY_FORMATS)).toBe(is('name', ' a'));
});

test.each(['name', 'strict-name', 'name-to-trim', 'zone-name'])('%s takes no emoji', (format) => {
  expect([is(format, 'a😀') === true, is(format, 'aé') === true]).toEqual([false, true]);
  expect(is(format, 'a😀', LEGACY_FORMATS) === true).toBe(false);
});

test.each([
  ['5b8a3c1e-9f1d-4a5e-8c1b-2d3e4f5a6b7c', true],
  ['5B8A3C1E9F1D4A5E8C1B2D3E4F5A6B7C', true],
  ['{5b8a3c1e-9f1d-4a5e-8c1b-2d3e4f5a6b7c}', true],
  ['urn:uuid:5b8a3c1e-9f1d-4a5e-8c1b-2d3e4f5a6b7c', true],
  ['5b8a3c1e-9f1d-4a5e-8c1b-2d3e4f5a6b7', false],
  ['', false],
])('%j is a uuid: %s', (text, answer) => {
  expect(is('uuid', text)).toBe(answer);
});

test.each([
  ['ipv6', '::1', true],
  ['ipv6', '::ffff:10.0.0.1', true],
  ['ipv6', 'fe80::1%eth0', false],
  ['ipv4', '10.0.0.1', true],
  ['ipv4', '010.0.0.1', false],
  ['base64', 'Zm9v', true],
  ['base64', 'Z m\n9v!', true],
  ['base64', 'Zm9', false],
  ['base64', 'Zm9vé', false],
  ['regex', '', false],
  ['date-time', '2020', true],
])('%s %j: %s', (format, text, answer) => {
  expect(is(format, text)).toBe(answer);
});
