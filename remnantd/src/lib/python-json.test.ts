import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPythonJson, WholeFloat } from './python-json.ts';
import { plain, repr } from './python-repr.ts';

const read = (text: string) => readPythonJson(text, 100);

// Each right-hand side was printed by Python 3.11 for what its json made of the left one.
describe('numbers', () => {
  it.each([
    ['1', '1'],
    ['-0', '0'],
    ['-0.0', '-0.0'],
    ['2.0', '2.0'],
    ['2.50', '2.5'],
    ['1e3', '1000.0'],
    ['1E+3', '1000.0'],
    ['1e22', '1e+22'],
    ['1e-5', '1e-05'],
    ['1e400', 'inf'],
    ['-1e400', '-inf'],
    ['NaN', 'nan'],
    ['Infinity', 'inf'],
    ['-Infinity', '-inf'],
    ['9007199254740991', '9007199254740991'],
    ['9007199254740993', '9007199254740993'],
    ['-12345678901234567890', '-12345678901234567890'],
    ['123456789012345678901234567890', '123456789012345678901234567890'],
    [' [ 1 , 2.0,\n3e0 ,"4.0"] ', "[1, 2.0, 3.0, '4.0']"],
    ['{"a":1.0,"b":{"c":[NaN]},"a":2}', "{'a': 2, 'b': {'c': [nan]}}"],
    ['[{}, [], 1.5, null, true, false, "\\u00e9\\n\\"}"]', "[{}, [], 1.5, None, True, False, 'é\\n\"}']"],
  ])('%s prints as %s', (text, printed) => {
    expect(repr(read(text))).toBe(printed);
  });

  it('take 4300 digits and no more, as Python', () => {
    expect(repr(read('9'.repeat(4300)))).toBe('9'.repeat(4300));
    expect(() => read(`-${'9'.repeat(4301)}`)).toThrow(SyntaxError);
  });

  it('are told from texts that look like them', () => {
    expect(read('{"a": "at 12:1.5, NaN", "b": 7}')).toEqual({ a: 'at 12:1.5, NaN', b: 7 });
  });
});

describe('what is no JSON', () => {
  it.each(
    [
      '',
      '1.0 2',
      '01.0',
      '1.',
      '.5',
      '+1.0',
      '[1.0,]',
      '[1.0',
      '{"a":1.0,}',
      '{"a" 1.0}',
      '{1.0:1}',
      '{,"a":1.0}',
    ].concat('-NaN', 'nan', 'Inf', '+Infinity', '[1.0}', ']', '[NaN "x\n"]', '[1.0, "\\x"]', '[1.0, "x', "[1.0, 'x']"),
  )('%j is refused', (text) => {
    expect(() => read(text)).toThrow(SyntaxError);
  });
});

it('reads what JSON has no numbers of its own in as JavaScript does', () => {
  const noFloats = fc
    .jsonValue()
    .map((value) => JSON.stringify(value, (_, member) => (typeof member === 'number' ? 0 : member)));
  fc.assert(
    fc.property(noFloats, (text) => {
      expect(plain(read(text))).toEqual(JSON.parse(text));
      // With a float beside it, it is the other reader that reads.
      expect(plain(read(`[0.5, ${text}]`))).toEqual([0.5, JSON.parse(text)]);
    }),
  );
});

it.each(['0', '0.5'])('a list of %s is as deep as it may be', (number) => {
  const nested = (depth: number) => `${'['.repeat(depth)}${number}${']'.repeat(depth)}`;
  expect(read(nested(100))).toBeInstanceOf(Array);
  expect(() => read(nested(101))).toThrow(SyntaxError);
  expect(() => read(`[${number}${'['.repeat(500_000)}`)).toThrow(SyntaxError);
});

it('keeps a key that objects have already to the object it is in', () => {
  const found = read('{"__proto__": {"x": 1.0}}');
  expect([Object.keys(found as object), ({} as { x?: unknown }).x]).toEqual([['__proto__'], undefined]);
});

describe('plain', () => {
  it('gives the text of a number that JavaScript would change, and all else as it is', () => {
    const value = { a: [new WholeFloat(2), 2n ** 64n, Number.NaN, 1.5, 3], b: null, c: { d: 'x', e: true } };
    expect(plain(value)).toEqual({
      a: ['2.0', '18446744073709551616', 'nan', 1.5, 3],
      b: null,
      c: { d: 'x', e: true },
    });
  });
});
