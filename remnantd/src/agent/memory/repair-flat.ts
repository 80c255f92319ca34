// Puts right what QEMU 7.2 gets wrong in the compressed dumps it writes: it reads the guest's `phys_base` out of VMCOREINFO
// as hexadecimal, although it is decimal, so nobody finds the kernel of a guest that KASLR has moved. It is read again and
// written over the false one; the flattened format (records of offset, size and data) stays what it is.
// Invariant: VMCOREINFO is the guest's word, so no more is made of it than one number; a dump that cannot be understood is
// passed on as it is, and one whose records do not come to an end is none.

import { FlatWalker } from '../capture/flat-walker.ts';
import { Head } from './head.ts';
import { MemoryFault } from './memory-fault.ts';

const FLAT_HEADER = 4_096;
const RECORD = 16;
/** The dump's own first header: where things are in it, for x86-64, the only machine with this fault. */
const MAIN = { size: 464, signature: 'KDUMP   ', machine: 272, blockSize: 428, subBlocks: 432 } as const;
/** Its sub-header, in the second block. */
const SUB = { size: 104, physBase: 0, vmcoreinfo: 32, vmcoreinfoSize: 40 } as const;
const MOST_VMCOREINFO = 1024 * 1024;

/** The dump that `source` holds, repaired. Throws MemoryFault when it is none, or not whole. */
export async function* repairFlat(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const head = new Head(source);
  const walker = new FlatWalker();
  const checked = (piece: Buffer): Buffer => {
    const taken = walker.push(piece);
    if (walker.state === 'broken') throw new MemoryFault(`the hypervisor's dump is none: ${walker.fault}`);
    if (taken < piece.length) throw new MemoryFault("the hypervisor's dump has something behind its end");
    return piece;
  };
  try {
    const records = await headRecords(head);
    const bytes = Buffer.from(head.bytes);
    repair(bytes, records);
    yield checked(bytes);
    for await (const piece of head.rest()) yield checked(piece);
    if (walker.state !== 'whole') throw new MemoryFault("the hypervisor's dump is not whole: it has no end");
  } finally {
    await head.close();
  }
}

/** One record that is held: where its data lies in what is held, and where it belongs in the dump. */
interface HeadRecord {
  readonly at: number;
  readonly offset: number;
  readonly size: number;
}

/** Holds the records of the dump's headers: those before the first one that belongs behind them. */
async function headRecords(head: Head): Promise<HeadRecord[]> {
  const records: HeadRecord[] = [];
  let end = FLAT_HEADER + RECORD;
  for (let at = FLAT_HEADER; await head.reach(at + RECORD); at = end) {
    const [offset, size] = [head.bytes.readBigInt64BE(at), head.bytes.readBigInt64BE(at + 8)];
    end = at + RECORD + Number(size);
    if (offset < 0n || size < 0n || offset >= headersEnd(head.bytes, records)) break;
    if (!(await head.reach(end))) break;
    records.push({ at: at + RECORD, offset: Number(offset), size: Number(size) });
  }
  return records;
}

/** Where the headers of the dump end, once that is known; before, no record belongs behind them but one far away. */
function headersEnd(bytes: Buffer, records: readonly HeadRecord[]): number {
  const main = mainHeader(bytes, records);
  return main === null ? FLAT_HEADER : main.end;
}

function mainHeader(bytes: Buffer, records: readonly HeadRecord[]): { block: number; end: number } | null {
  const first = records.find((record) => record.offset === 0 && record.size >= MAIN.size);
  if (first === undefined) return null;
  const main = bytes.subarray(first.at, first.at + MAIN.size);
  if (main.toString('latin1', 0, 8) !== MAIN.signature) return null;
  const block = main.readUInt32LE(MAIN.blockSize);
  if (block < MAIN.size || block > 65_536) return null;
  return { block, end: block * (1 + main.readUInt32LE(MAIN.subBlocks)) };
}

/** Writes the right `phys_base` into what is held, if there is one to be known. */
function repair(bytes: Buffer, records: readonly HeadRecord[]): void {
  const main = mainHeader(bytes, records);
  const machineAt = records[0] === undefined ? 0 : records[0].at + MAIN.machine;
  if (main === null || bytes.toString('latin1', machineAt, machineAt + 7) !== 'x86_64\0') return;
  const sub = dataAt(bytes, records, main.block, SUB.size);
  if (sub === null) return;
  const size = Number(sub.readBigUInt64LE(SUB.vmcoreinfoSize));
  if (size > MOST_VMCOREINFO) return;
  const text = dataAt(bytes, records, Number(sub.readBigUInt64LE(SUB.vmcoreinfo)), size);
  const physBase = text === null ? null : physBaseOf(text.toString('latin1'));
  if (physBase !== null) sub.writeBigInt64LE(physBase, SUB.physBase);
}

/** `size` bytes that belong at `offset`, as the newest record that has them all holds them; null when none does. */
function dataAt(bytes: Buffer, records: readonly HeadRecord[], offset: number, size: number): Buffer | null {
  const has = (record: HeadRecord) => record.offset <= offset && offset + size <= record.offset + record.size;
  const record = records.findLast(has);
  if (record === undefined) return null;
  const at = record.at + offset - record.offset;
  return bytes.subarray(at, at + size);
}

/** Where an x86-64 kernel says it lies in physical memory; null when it does not say so, or it cannot be. */
export function physBaseOf(vmcoreinfo: string): bigint | null {
  const found = /^NUMBER\(phys_base\)=(-?\d{1,19})$/m.exec(vmcoreinfo)?.[1];
  if (found === undefined) return null;
  const value = BigInt(found);
  return BigInt.asIntN(64, value) === value ? value : null;
}
