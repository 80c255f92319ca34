// A dump is whole when its end was reached, however it was cut on the way; anything else is refused, early.

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  flatDump,
  flatEnd,
  flatHeader,
  flatRecord,
  flatRecordHead,
  inPieces,
} from '../../../test/harness/flat-dump.ts';
import { FlatWalker } from './flat-walker.ts';

/** Walks `bytes` in pieces of at most `most` bytes; gives the walker and how many bytes it took. */
function walk(bytes: Buffer, most = bytes.length, seed = 1): { walker: FlatWalker; taken: number } {
  const walker = new FlatWalker();
  let taken = 0;
  for (const piece of inPieces(bytes, most, seed)) {
    const count = walker.push(piece);
    taken += count;
    if (count < piece.length) break;
  }
  return { walker, taken };
}

const records = fc.array(
  fc.record({ offset: fc.nat(2 ** 40), bytes: fc.uint8Array({ minLength: 0, maxLength: 300 }) }),
  { minLength: 1, maxLength: 20 },
);
const flat = (list: readonly { offset: number; bytes: Uint8Array }[]) =>
  Buffer.concat([flatHeader(), ...list.map(({ offset, bytes }) => flatRecord(offset, bytes)), flatEnd()]);

describe('a whole dump', () => {
  it('is whole however it is cut, and ends where it ends', () => {
    fc.assert(
      fc.property(records, fc.integer({ min: 1, max: 700 }), fc.nat(), fc.uint8Array(), (list, most, seed, behind) => {
        const dump = flat(list);
        const { walker, taken } = walk(Buffer.concat([dump, behind]), most, seed);
        expect(walker.state).toBe('whole');
        expect(taken).toBe(dump.length);
      }),
    );
  });

  it('is not whole one byte before its end', () => {
    fc.assert(
      fc.property(records, fc.integer({ min: 1, max: 700 }), fc.nat(), (list, most, seed) => {
        const dump = flat(list);
        expect(walk(dump.subarray(0, -1), most, seed).walker.state).toBe('going');
      }),
    );
  });

  it('may have a seam where nothing was lost', () => {
    const dump = flatDump(300_000);
    for (let at = 1; at < dump.length; at += 9_973) {
      const walker = new FlatWalker();
      walker.push(dump.subarray(0, at));
      walker.seam();
      walker.push(dump.subarray(at));
      expect(walker.state).toBe('whole');
    }
  });
});

describe('a dump that lost bytes at a seam', () => {
  it('never passes for a whole one with nothing behind it', () => {
    const dump = flatDump(500_000);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: dump.length - 1 }), fc.integer({ min: 1, max: 140_000 }), (at, lost) => {
        const walker = new FlatWalker();
        walker.push(dump.subarray(0, at));
        walker.seam();
        const rest = dump.subarray(at + lost);
        expect(walker.push(rest) === rest.length && walker.state === 'whole').toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it('may look ended in the midst of ones, and then more comes behind the end', () => {
    const list = [0, 1, 2, 3].map((i) => ({ offset: i * 4_096, bytes: Buffer.alloc(4_096, 255) }));
    const dump = flat(list);
    const walker = new FlatWalker();
    walker.push(dump.subarray(0, 6_000));
    walker.seam();
    const rest = dump.subarray(6_100);
    const taken = walker.push(rest);
    expect(walker.state).toBe('whole');
    expect(taken).toBeLessThan(rest.length);
  });

  it('is found out though it lost its last records, which leave no gap', () => {
    const list = Array.from({ length: 6 }, (_, i) => ({ offset: i * 4_096, bytes: Buffer.alloc(4_096, i) }));
    const dump = flat(list);
    const stride = 4_112;
    for (const kept of [1, 4, 5]) {
      const walker = new FlatWalker();
      walker.push(dump.subarray(0, 4_096 + kept * stride));
      walker.seam(true);
      walker.push(dump.subarray(4_096 + 6 * stride));
      expect([walker.state, walker.fault]).toEqual(['broken', 'bytes may have been lost at its end']);
    }
    // Where a record goes on behind all others, nothing can be missing there.
    const walker = new FlatWalker();
    walker.push(dump.subarray(0, 4_096 + 5 * stride));
    walker.seam(true);
    walker.push(dump.subarray(4_096 + 5 * stride));
    expect(walker.state).toBe('whole');
  });

  it.each([
    ['a whole record', 1],
    ['two, one at each place', 2],
    ['three', 3],
  ])('is found out though the records join: %s', (_, count) => {
    const bytes = Buffer.alloc(5_000, 7);
    const list = Array.from({ length: 12 }, (_unused, i) =>
      i % 2 === 0 ? { offset: 60_000 + i * 2_500, bytes } : { offset: (i - 1) * 2_500, bytes },
    );
    const whole = flat(list);
    const stride = 5_016;
    // Cut in mid-record: what is joined has the phase of what was lost.
    for (const at of [4_096 + 2 * stride + 100, 4_096 + 3 * stride, 4_096 + 5 * stride + 16]) {
      const walker = new FlatWalker();
      walker.push(whole.subarray(0, at));
      walker.seam();
      walker.push(whole.subarray(at + count * stride));
      expect(walker.state).toBe('broken');
      expect(walker.fault).toBe('bytes of it were lost');
    }
  });
});

describe('garbage', () => {
  it('is refused at its first wrong byte', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 31 }), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const dump = flatDump(1_000);
        dump[at] = (dump[at] ?? 0) ^ flip;
        const { walker, taken } = walk(dump, 5);
        expect(walker.state).toBe('broken');
        expect(walker.fault).toBe('it does not begin as a flattened dump');
        expect(taken).toBeLessThanOrEqual(at);
      }),
    );
  });

  it('of any kind never throws, and never passes for a dump', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5_000 }), fc.boolean(), (bytes, afterHeader) => {
        const { walker } = walk(Buffer.concat([afterHeader ? flatHeader() : Buffer.alloc(0), bytes]), 100);
        expect(walker.state).not.toBe('whole');
      }),
    );
  });

  it.each([
    ['an offset before the beginning', flatRecordHead(-2n, 1n)],
    ['a negative size', flatRecordHead(0n, -1n)],
    ['half an end', flatRecordHead(-1n, 0n)],
    ['a record larger than any', flatRecordHead(0n, 2n ** 31n)],
    ['an offset farther than any', flatRecordHead(2n ** 60n, 1n)],
    ['an end without a record', flatEnd()],
  ])('in a record: %s', (_, head) => {
    const { walker } = walk(Buffer.concat([flatHeader(), head, Buffer.alloc(64)]));
    expect(walker.state).toBe('broken');
  });

  it('that is scattered over more places than any dump is refused before it fills the memory', () => {
    const walker = new FlatWalker();
    walker.push(flatHeader());
    let count = 0;
    while (walker.state === 'going' && count < 100_000) {
      walker.push(flatRecord(count * 10, Buffer.alloc(1)));
      count += 1;
    }
    expect(walker.fault).toBe('its records are scattered');
    expect(count).toBeLessThan(20_000);
  });
});
