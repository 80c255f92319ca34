import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from './json.ts';
import { floatRepr, repr, str } from './python-repr.ts';

// Each right-hand side was printed by Python 3.11.
describe('repr', () => {
  it.each<[JsonValue, string]>([
    [null, 'None'],
    [true, 'True'],
    [false, 'False'],
    [0, '0'],
    [-0, '0'],
    [-17, '-17'],
    [1e15, '1000000000000000'],
    [2.5, '2.5'],
    [0.0001, '0.0001'],
    [0.00001, '1e-05'],
    [1.5e-7, '1.5e-07'],
    [1e-300, '1e-300'],
    ['', "''"],
    ['x', "'x'"],
    ["it's", '"it\'s"'],
    ['both \' and "', "'both \\' and \"'"],
    ['a\\b', "'a\\\\b'"],
    ['\n\r\t\u0000\u007f', "'\\n\\r\\t\\x00\\x7f'"],
    ['\u00a0\u00ad\u2028\u200b\ufeff', "'\\xa0\\xad\\u2028\\u200b\\ufeff'"],
    ['é漢😀', "'é漢😀'"],
    ['\ud800', "'\\ud800'"],
    ['\u{e0001}', "'\\U000e0001'"],
    [[], '[]'],
    [{}, '{}'],
    [[1, 'a', null, [true]], "[1, 'a', None, [True]]"],
    [{ a: 1, "b'": { c: [] } }, "{'a': 1, \"b'\": {'c': []}}"],
  ])('%j prints as %s', (value, text) => {
    expect(repr(value)).toBe(text);
  });

  it('always prints something, on one line', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => /^[^\n\r]+$/.test(repr(value as JsonValue))));
  });
});

describe('floatRepr', () => {
  it.each([
    [2, '2.0'],
    [-0, '-0.0'],
    [1e15, '1000000000000000.0'],
    [1e16, '1e+16'],
    [1.25e22, '1.25e+22'],
    [Number.NaN, 'nan'],
    [Number.NEGATIVE_INFINITY, '-inf'],
  ])('%d prints as %s', (value, text) => {
    expect(floatRepr(value)).toBe(text);
  });
});

describe('str', () => {
  it('prints a string as it is and the rest as repr does', () => {
    expect(str("it's\n")).toBe("it's\n");
    expect(str(null)).toBe('None');
    expect(str(["it's"])).toBe('["it\'s"]');
  });
});
