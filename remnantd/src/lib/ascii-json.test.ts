import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { asciiBytes, asciiJson } from './ascii-json.ts';

it('reads back as what it was, and is ASCII', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
      const text = asciiJson(value);
      expect(Buffer.from(text, 'latin1').toString('utf8')).toBe(text);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

it('writes what Python writes', () => {
  expect(asciiJson({ name: 'é 世 😀 \u007f' })).toBe('{"name":"\\u00e9 \\u4e16 \\ud83d\\ude00 \u007f"}');
});

it('puts texts one behind the other', () => {
  expect(asciiBytes([]).length).toBe(0);
  expect(asciiBytes(['[', asciiJson('é'), '', ',2', ']']).toString()).toBe('["\\u00e9",2]');
});
