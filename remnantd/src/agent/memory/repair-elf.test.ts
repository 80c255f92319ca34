// ELF cores as QEMU 7.2 writes them come out so that they can be read; whatever else comes, nothing is believed of it.

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inPieces } from '../../../test/harness/flat-dump.ts';
import { qemuCore } from '../../../test/harness/qemu-core.ts';
import { repairElf } from './repair-elf.ts';

const RAW = qemuCore(10_000);

async function* stream(bytes: Buffer, most: number): AsyncGenerator<Buffer> {
  yield* inPieces(bytes, most);
}

async function repaired(bytes: Buffer, most = 700): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of repairElf(stream(bytes, most))) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** A whole core, its head taken apart by `change`. */
function changed(change: (head: Buffer) => void): Buffer {
  const bytes = Buffer.from(RAW);
  change(bytes);
  return bytes;
}

/** A core of class 32: a header, one program header behind a section header, and its memory. */
function narrow(little: boolean): Buffer {
  const bytes = Buffer.alloc(200, 7);
  bytes.fill(0, 0, 150);
  bytes.write('\x7fELF', 'latin1');
  bytes.set([1, little ? 1 : 2, 1], 4);
  const short = (at: number, value: number) =>
    little ? bytes.writeUInt16LE(value, at) : bytes.writeUInt16BE(value, at);
  const word = (at: number, value: number) =>
    little ? bytes.writeUInt32LE(value, at) : bytes.writeUInt32BE(value, at);
  word(28, 100);
  word(32, 52);
  for (const [i, value] of [4, 32, 1, 40, 1, 0].entries()) short(40 + 2 * i, value);
  word(100, 1);
  word(104, 150);
  word(116, 50);
  return bytes;
}

describe('a core of QEMU 7.2', () => {
  it.each([1, 63, 64, 65, 4_096, 100_000])(
    'has its program headers behind its header, in pieces of %i bytes',
    async (most) => {
      const out = await repaired(RAW, most);
      expect(out.length).toBe(RAW.length);
      expect(out.readBigUInt64LE(32)).toBe(64n);
      expect(out.readBigUInt64LE(40)).toBe(0n);
      expect([0, 1, 2, 3, 4, 5].map((i) => out.readUInt16LE(52 + 2 * i))).toEqual([64, 56, 2, 0, 0, 0]);
      expect(out.subarray(64, 64 + 112).equals(RAW.subarray(192, 192 + 112))).toBe(true);
    },
  );

  it('keeps all that its segments hold, where it was', async () => {
    const out = await repaired(RAW);
    for (const at of [64, 64 + 56]) {
      const [offset, size] = [Number(out.readBigUInt64LE(at + 8)), Number(out.readBigUInt64LE(at + 32))];
      expect(out.subarray(offset, offset + size).equals(RAW.subarray(offset, offset + size))).toBe(true);
    }
  });

  it('is the same when it was right already', async () => {
    const once = await repaired(RAW);
    expect((await repaired(once)).equals(once)).toBe(true);
  });

  it.each([true, false])('of class 32, little-endian %s, is repaired as well', async (little) => {
    const out = await repaired(narrow(little));
    const word = (at: number) => (little ? out.readUInt32LE(at) : out.readUInt32BE(at));
    expect([word(28), word(32), word(52), word(56), word(68)]).toEqual([52, 0, 1, 150, 50]);
    expect(out.subarray(150)).toEqual(Buffer.alloc(50, 7));
  });
});

describe('no core', () => {
  const faults: [string, Buffer, RegExp][] = [
    ['nothing', Buffer.alloc(0), /ends within its headers/],
    ['text', Buffer.alloc(500, 'text'), /no ELF core/],
    ['a head cut off', RAW.subarray(0, 250), /ends within its headers/],
    ['memory cut off', RAW.subarray(0, -1), /is not whole: \d+ of \d+ bytes came/],
    ['no program headers', changed((head) => head.writeUInt16LE(0, 56)), /no program headers/],
    ['too many of them', changed((head) => head.writeUInt16LE(0xffff, 56)), /no program headers/],
    ['program headers of another size', changed((head) => head.writeUInt16LE(32, 54)), /no program headers/],
    ['program headers far away', changed((head) => head.writeBigUInt64LE(1n << 40n, 32)), /larger than any real/],
    ['program headers beyond any file', changed((head) => head.writeBigUInt64LE(2n ** 64n - 1n, 32)), /behind the end/],
    ['a segment over the headers', changed((head) => head.writeBigUInt64LE(70n, 192 + 8)), /where its headers are/],
    [
      'a first segment far away',
      changed((head) => {
        head.writeBigUInt64LE(1n << 40n, 192 + 8);
        head.writeBigUInt64LE(1n << 40n, 192 + 56 + 8);
      }),
      /larger than any real/,
    ],
    [
      'nothing in its segments',
      changed((head) => {
        head.writeBigUInt64LE(0n, 192 + 32);
        head.writeBigUInt64LE(0n, 192 + 56 + 32);
      }),
      /holds no memory/,
    ],
  ];
  it.each(faults)('%s is a fault', async (_, bytes, words) => {
    await expect(repaired(bytes)).rejects.toThrow(words);
  });

  it('whatever bytes come, it ends with them or with a fault of its own', async () => {
    const bytes = fc.uint8Array({ minLength: 0, maxLength: 600 }).map((tail) => {
      const head = Buffer.from(RAW.subarray(0, 400));
      Buffer.from(tail).copy(head, 4);
      return head;
    });
    await fc.assert(
      fc.asyncProperty(bytes, fc.integer({ min: 1, max: 500 }), async (input, most) => {
        const length = await repaired(input, most).then(
          (out) => out.length,
          (error: unknown) => {
            expect(error).toMatchObject({ name: 'MemoryFault' });
            return input.length;
          },
        );
        expect(length).toBe(input.length);
      }),
      { numRuns: 300 },
    );
  });

  it('lets go of its source, however it ends', async () => {
    let closed = 0;
    const source = async function* () {
      try {
        yield RAW.subarray(0, 5_000);
        yield RAW.subarray(5_000);
      } finally {
        closed += 1;
      }
    };
    for await (const _ of repairElf(source())) break;
    expect(closed).toBe(1);
  });
});
