// Compressed dumps as QEMU 7.2 writes them get the right phys_base; the guest's own words about it cannot do more than that.

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { flatDump, flatEnd, flatHeader, flatRecord, inPieces } from '../../../test/harness/flat-dump.ts';
import { physBaseOf, repairFlat } from './repair-flat.ts';

const BLOCK = 4_096;
/** What QEMU made of the decimal number, read as hexadecimal. */
const WRONG = 0xfffffffa9becc778n;
const TEXT = 'OSRELEASE=6.1.0-56-cloud-amd64\nNUMBER(phys_base)=-564133888\nKERNELOFFSET=1e000000\n';

interface Made {
  readonly text?: string;
  readonly machine?: string;
  readonly subBlocks?: number;
  readonly vmcoreinfoAt?: bigint;
  readonly vmcoreinfoSize?: bigint;
}

/** A dump with the headers that QEMU writes: three records before the bitmap and the pages. */
function qemuDump(made: Made = {}): Buffer {
  const { text = TEXT, machine = 'x86_64', subBlocks = 2 } = made;
  const main = Buffer.alloc(464);
  main.write('KDUMP   ');
  main.write(machine, 272);
  main.writeUInt32LE(BLOCK, 428);
  main.writeUInt32LE(subBlocks, 432);
  const sub = Buffer.alloc(104);
  sub.writeBigUInt64LE(WRONG, 0);
  const noteAt = BLOCK + sub.length;
  sub.writeBigUInt64LE(made.vmcoreinfoAt ?? BigInt(noteAt + 24), 32);
  sub.writeBigUInt64LE(made.vmcoreinfoSize ?? BigInt(text.length), 40);
  const note = Buffer.concat([Buffer.alloc(24), Buffer.from(text, 'latin1')]);
  return Buffer.concat([
    flatHeader(),
    flatRecord(0, main),
    flatRecord(BLOCK, sub),
    flatRecord(noteAt, note),
    flatRecord(3 * BLOCK, Buffer.alloc(BLOCK, 1)),
    flatRecord(4 * BLOCK, Buffer.alloc(50_000, 2)),
    flatEnd(),
  ]);
}

const PHYS_BASE = flatHeader().length + 16 + 464 + 16;

async function* stream(bytes: Buffer, most: number): AsyncGenerator<Buffer> {
  yield* inPieces(bytes, most);
}

async function repaired(bytes: Buffer, most = 3_000): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of repairFlat(stream(bytes, most))) pieces.push(piece);
  return Buffer.concat(pieces);
}

describe('a dump of QEMU 7.2', () => {
  it.each([1, 16, 4_096, 100_000])('has the phys_base that its kernel names, in pieces of %i bytes', async (most) => {
    const raw = qemuDump();
    expect(raw.readBigUInt64LE(PHYS_BASE)).toBe(WRONG);
    const out = await repaired(raw, most);
    expect(out.readBigInt64LE(PHYS_BASE)).toBe(-564_133_888n);
    out.writeBigUInt64LE(WRONG, PHYS_BASE);
    expect(out.equals(raw)).toBe(true);
  });

  const left: [string, Made][] = [
    ['whose kernel names none', { text: 'OSRELEASE=6.1\n' }],
    ['whose guest says nonsense', { text: 'NUMBER(phys_base)=0x12\nNUMBER(phys_base)=99999999999999999999\n' }],
    ['of another machine', { machine: 'aarch64' }],
    ['whose note is elsewhere', { vmcoreinfoAt: 1n << 62n }],
    ['whose note is too large', { vmcoreinfoSize: 1n << 40n }],
    ['whose note ends behind what there is', { vmcoreinfoSize: 100_000n }],
    ['with no sub-header to speak of', { subBlocks: 0 }],
  ];
  it.each(left)('%s is passed on as it is', async (_, made) => {
    const raw = qemuDump(made);
    expect((await repaired(raw)).equals(raw)).toBe(true);
  });

  it('with headers that never end is passed on no further than they may be long', async () => {
    const raw = Buffer.concat([
      flatHeader(),
      qemuDump({ subBlocks: 0xfffffff }).subarray(BLOCK, BLOCK + 480),
      ...Array.from({ length: 10 }, (_, i) => flatRecord(BLOCK * (1 + 256 * i), Buffer.alloc(1024 * 1024))),
      flatEnd(),
    ]);
    await expect(repaired(raw, 500_000)).rejects.toThrow(/headers of the dump are larger/);
  });
});

describe('any other flattened dump', () => {
  it('is passed on as it is', async () => {
    const raw = flatDump(200_000);
    expect((await repaired(raw)).equals(raw)).toBe(true);
  });

  it.each([
    ['cut off', flatDump(200_000).subarray(0, -16), /not whole/],
    ['cut off within its headers', qemuDump().subarray(0, BLOCK + 100), /not whole/],
    ['with something behind its end', Buffer.concat([flatDump(10_000), Buffer.from('x')]), /behind its end/],
    ['that is none', Buffer.alloc(50_000, 'x'), /does not begin as a flattened dump/],
    ['of nothing', Buffer.alloc(0), /not whole/],
  ] as const)('%s is a fault', async (_, raw, words) => {
    await expect(repaired(Buffer.from(raw))).rejects.toThrow(words);
  });

  it('whatever bytes come, it ends with them or with a fault of its own', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 900 }), fc.nat(600), async (noise, at) => {
        const raw = qemuDump();
        Buffer.from(noise).copy(raw, BLOCK + at);
        const out = await repaired(raw).catch((error: unknown) => {
          expect(error).toMatchObject({ name: 'MemoryFault' });
          return raw;
        });
        expect(out.length).toBe(raw.length);
      }),
      { numRuns: 200 },
    );
  });
});

describe('phys_base out of VMCOREINFO', () => {
  it('is any number of 64 bits, and nothing else', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
        expect(physBaseOf(`A=1\nNUMBER(phys_base)=${value}\nB=2`)).toBe(value);
      }),
    );
    for (const text of [
      '',
      'NUMBER(phys_base)=',
      'NUMBER(phys_base)=-',
      ' NUMBER(phys_base)=1',
      'NUMBER(phys_base)=1 ',
    ]) {
      expect(physBaseOf(text)).toBeNull();
    }
    expect(physBaseOf(`NUMBER(phys_base)=${2n ** 63n}`)).toBeNull();
  });
});
