// Proves the codec: what is written is read back, the bytes are those of RFC 4506, and no input makes it fail in any
// other way than with XdrError.

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Codec } from './xdr.ts';
import {
  char,
  decode,
  encode,
  fixed,
  hyper,
  int,
  list,
  mapped,
  nothing,
  opaque,
  optional,
  string,
  struct,
  uchar,
  uhyper,
  uint,
  ushort,
  XdrError,
} from './xdr.ts';

const text = fc.string({ unit: 'binary', maxLength: 60 }).filter((each) => !each.includes('\0'));
const record = struct({
  name: string(400),
  uuid: opaque(16),
  id: int,
  flags: uint,
  big: uhyper,
  small: ushort,
  tiny: uchar,
  note: optional(string(400)),
  model: fixed(char, 3),
  parts: list(struct({ key: string(400), value: optional(int) }), 5),
});
const anyRecord = fc.record({
  name: text,
  uuid: fc.uint8Array({ minLength: 16, maxLength: 16 }),
  id: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  flags: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  big: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  small: fc.integer({ min: 0, max: 65_535 }),
  tiny: fc.integer({ min: 0, max: 255 }),
  note: fc.option(text),
  model: fc.array(fc.integer({ min: -128, max: 127 }), { minLength: 3, maxLength: 3 }),
  parts: fc.array(fc.record({ key: text, value: fc.option(fc.integer({ min: -5, max: 5 })) }), { maxLength: 5 }),
});

const hex = <T>(codec: Codec<T>, value: T): string => encode(codec, value).toString('hex');

describe('round trip', () => {
  test('any record comes back as it was, in whole words', () => {
    fc.assert(
      fc.property(anyRecord, (value) => {
        const bytes = encode(record, value);
        expect(bytes.length % 4).toBe(0);
        expect(decode(record, bytes)).toEqual(value);
      }),
    );
  });

  test('a record cut short anywhere, or with more behind it, is an XdrError', () => {
    fc.assert(
      fc.property(anyRecord, fc.nat(), (value, cut) => {
        const bytes = encode(record, value);
        expect(() => decode(record, bytes.subarray(0, cut % bytes.length))).toThrow(XdrError);
        expect(() => decode(record, Buffer.concat([bytes, Buffer.alloc(4)]))).toThrow('4 bytes too many');
      }),
    );
  });

  test('any bytes give a value or an XdrError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          decode(record, Buffer.from(bytes));
        } catch (error) {
          expect(error).toBeInstanceOf(XdrError);
        }
      }),
    );
  });
});

describe('bytes', () => {
  test('are those of RFC 4506', () => {
    expect(hex(int, -2)).toBe('fffffffe');
    expect(hex(uhyper, 258n)).toBe('0000000000000102');
    expect(hex(hyper, -2n)).toBe('fffffffffffffffe');
    expect(decode(hyper, Buffer.from('fffffffffffffffe', 'hex'))).toBe(-2n);
    expect(hex(string(10), 'abcde')).toBe('000000056162636465000000');
    expect(hex(opaque(3), Uint8Array.of(1, 2, 3))).toBe('01020300');
    expect(hex(optional(int), null)).toBe('00000000');
    expect(hex(optional(int), 7)).toBe('0000000100000007');
    expect(hex(list(int, 3), [1, 2])).toBe('000000020000000100000002');
    expect(hex(fixed(char, 2), [65, -1])).toBe('00000041ffffffff');
    expect(hex(nothing, undefined)).toBe('');
    expect(hex(mapped(int, String, Number), '5')).toBe('00000005');
  });

  test('a layout reads like a protocol file', () => {
    expect(record.layout).toBe(
      '{name string<400>, uuid opaque[16], id int, flags unsigned int, big unsigned hyper, small unsigned short, ' +
        'tiny unsigned char, note string<400>?, model char[3], parts {key string<400>, value int?}<5>}',
    );
  });
});

describe('bounds', () => {
  const refusedToWrite: [string, () => unknown][] = [
    ['int too big', () => encode(int, 2 ** 31)],
    ['not an integer', () => encode(int, 0.5)],
    ['NaN', () => encode(uint, Number.NaN)],
    ['negative unsigned', () => encode(uint, -1)],
    ['unsigned hyper too big', () => encode(uhyper, 2n ** 64n)],
    ['hyper too big', () => encode(hyper, 2n ** 63n)],
    ['string too long', () => encode(string(3), 'four')],
    ['string with a NUL', () => encode(string(3), 'a\0b')],
    ['opaque of the wrong size', () => encode(opaque(16), new Uint8Array(15))],
    ['too many items', () => encode(list(int, 1), [1, 2])],
    ['the wrong number of items', () => encode(fixed(int, 1), [1, 2])],
  ];
  test.each(refusedToWrite)('refuses to write: %s', (_name, write) => {
    expect(write).toThrow(XdrError);
  });

  test('a huge count or length is refused before anything is taken', () => {
    const huge = Buffer.from('ffffffff', 'hex');
    expect(() => decode(string(100), huge)).toThrow('too many for string<100>');
    expect(() => decode(list(nothing, 100), huge)).toThrow('too many');
    expect(() => decode(optional(int), huge)).toThrow('is no flag');
    expect(() => decode(uchar, huge)).toThrow('is no unsigned char');
  });
});
