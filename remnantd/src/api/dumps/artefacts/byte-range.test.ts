import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { wantedOf } from './byte-range.ts';

const TAG = '"abc"';
const of = (range: string, size = 100) => wantedOf({ range }, size, TAG);

test.each([
  ['bytes=0-0', { kind: 'part', start: 0, end: 1 }],
  ['bytes=10-19', { kind: 'part', start: 10, end: 20 }],
  ['Bytes= 10-19', { kind: 'part', start: 10, end: 20 }],
  ['bytes=90-', { kind: 'part', start: 90, end: 100 }],
  ['bytes=90-1000', { kind: 'part', start: 90, end: 100 }],
  ['bytes=-10', { kind: 'part', start: 90, end: 100 }],
  ['bytes=-1000', { kind: 'part', start: 0, end: 100 }],
  ['bytes=100-', { kind: 'not-satisfiable' }],
  ['bytes=100-200', { kind: 'not-satisfiable' }],
  ['bytes=-0', { kind: 'not-satisfiable' }],
  ['bytes=20-10', { kind: 'whole' }],
  ['bytes=0-1,5-6', { kind: 'whole' }],
  ['bytes=-', { kind: 'whole' }],
  ['bytes=a-b', { kind: 'whole' }],
  ['lines=0-1', { kind: 'whole' }],
  ['', { kind: 'whole' }],
])('%j', (range, wanted) => {
  expect(of(range)).toEqual(wanted);
});

test('an empty file has no part', () => {
  expect(of('bytes=0-', 0)).toEqual({ kind: 'not-satisfiable' });
  expect(of('bytes=-5', 0)).toEqual({ kind: 'not-satisfiable' });
});

test('numbers too large to count are as large as the file, or beyond it', () => {
  expect(of(`bytes=5-${'9'.repeat(400)}`)).toEqual({ kind: 'part', start: 5, end: 100 });
  expect(of(`bytes=${'9'.repeat(400)}-`)).toEqual({ kind: 'not-satisfiable' });
});

test('whatever is asked, a part lies in the file and has a byte', () => {
  const header = fc.oneof(
    fc.string(),
    fc.tuple(fc.nat(300), fc.nat(300)).map(([a, b]) => `bytes=${a}-${b}`),
    fc.nat(300).map((n) => `bytes=-${n}`),
    fc.nat(300).map((n) => `bytes=${n}-`),
  );
  fc.assert(
    fc.property(header, fc.nat(200), (range, size) => {
      const wanted = wantedOf({ range }, size, TAG);
      if (wanted.kind !== 'part') return;
      expect(wanted.start).toBeGreaterThanOrEqual(0);
      expect(wanted.end).toBeGreaterThan(wanted.start);
      expect(wanted.end).toBeLessThanOrEqual(size);
    }),
  );
});

test('If-Range wants the part only of the same file', () => {
  const range = 'bytes=10-19';
  const part = { kind: 'part', start: 10, end: 20 };
  expect(wantedOf({ range, 'if-range': TAG }, 100, TAG)).toEqual(part);
  for (const other of ['"def"', `W/${TAG}`, 'Sat, 21 Nov 2026 10:00:00 GMT', ''])
    expect(wantedOf({ range, 'if-range': other }, 100, TAG)).toEqual({ kind: 'whole' });
});

test('If-None-Match wants nothing that the client has, and goes before Range', () => {
  for (const known of [TAG, `W/${TAG}`, `"x", ${TAG}`, '*'])
    expect(wantedOf({ 'if-none-match': known, range: 'bytes=0-1' }, 100, TAG)).toEqual({ kind: 'not-modified' });
  for (const known of ['"x"', 'abc', ''])
    expect(wantedOf({ 'if-none-match': known }, 100, TAG)).toEqual({ kind: 'whole' });
});
