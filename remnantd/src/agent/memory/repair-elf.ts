// Puts right what QEMU 7.2 gets wrong in the ELF cores it writes: its own header has a false size, and the section headers
// lie before the program headers, where makedumpfile does not find them. The program headers are moved right behind the
// header, the section headers are left out; nothing else moves. The core is whole if all its segments came.
// Invariant: no number in it is trusted before it was compared with what is there.

import { Head } from './head.ts';
import { MemoryFault } from './memory-fault.ts';

/** Where things are in a header of one class: positions in bytes, and how wide an offset is. */
interface Layout {
  readonly wide: boolean;
  readonly header: number;
  readonly program: number;
  readonly phoff: number;
  readonly shoff: number;
  /** e_ehsize; e_phentsize, e_phnum, e_shentsize, e_shnum, e_shstrndx follow it, two bytes each. */
  readonly sizes: number;
  readonly fileOffset: number;
  readonly fileSize: number;
}

const WIDE: Layout = {
  wide: true,
  header: 64,
  program: 56,
  phoff: 32,
  shoff: 40,
  sizes: 52,
  fileOffset: 8,
  fileSize: 32,
};
const NARROW: Layout = {
  wide: false,
  header: 52,
  program: 32,
  phoff: 28,
  shoff: 32,
  sizes: 40,
  fileOffset: 4,
  fileSize: 16,
};
/** The number of program headers stands elsewhere. */
const ELSEWHERE = 0xffff;
const MAGIC = Buffer.from('\x7fELF', 'latin1');

/** The core that `source` holds, repaired; a good one comes out as it was but for its section headers. Throws MemoryFault. */
export async function* repairElf(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const head = new Head(source);
  try {
    const { bytes, end } = await repairedHead(head);
    yield bytes;
    let length = bytes.length;
    for await (const piece of head.rest()) {
      yield piece;
      length += piece.length;
    }
    if (length < end) throw new MemoryFault(`the hypervisor's dump is not whole: ${length} of ${end} bytes came`);
  } finally {
    await head.close();
  }
}

/** All that is held, repaired, and where the last segment ends. */
async function repairedHead(head: Head): Promise<{ bytes: Buffer; end: number }> {
  await need(head, WIDE.header);
  const layout = head.bytes[4] === 2 ? WIDE : NARROW;
  const little = head.bytes[5] === 1;
  if (!head.bytes.subarray(0, 4).equals(MAGIC)) throw new MemoryFault("the hypervisor's dump is no ELF core");
  const [phoff, count] = [
    offsetAt(head.bytes, layout.phoff, layout, little),
    shortAt(head.bytes, layout.sizes + 4, little),
  ];
  if (count === 0 || count === ELSEWHERE || shortAt(head.bytes, layout.sizes + 2, little) !== layout.program) {
    throw new MemoryFault("the hypervisor's dump has no program headers that can be read");
  }
  const size = count * layout.program;
  await need(head, phoff + size);
  const programs = Buffer.from(head.bytes.subarray(phoff, phoff + size));
  const { first, end } = extent(programs, layout, little);
  if (first < layout.header + size || first < phoff + size) {
    throw new MemoryFault("the hypervisor's dump has its memory where its headers are");
  }
  await need(head, first);
  const bytes = Buffer.from(head.bytes);
  bytes.fill(0, layout.header, first);
  programs.copy(bytes, layout.header);
  putOffset(bytes, layout.phoff, layout.header, layout, little);
  putOffset(bytes, layout.shoff, 0, layout, little);
  // e_ehsize, e_phentsize, e_phnum, e_shentsize, e_shnum, e_shstrndx
  for (const [i, value] of [layout.header, layout.program, count, 0, 0, 0].entries()) {
    putShort(bytes, layout.sizes + 2 * i, value, little);
  }
  return { bytes, end };
}

async function need(head: Head, size: number): Promise<void> {
  if (!(await head.reach(size))) throw new MemoryFault("the hypervisor's dump ends within its headers");
}

/** Where the first segment that holds anything begins, and where the last one ends. */
function extent(programs: Buffer, layout: Layout, little: boolean): { first: number; end: number } {
  let [first, end] = [Number.POSITIVE_INFINITY, 0];
  for (let at = 0; at < programs.length; at += layout.program) {
    const offset = offsetAt(programs, at + layout.fileOffset, layout, little);
    const size = offsetAt(programs, at + layout.fileSize, layout, little);
    if (size === 0) continue;
    first = Math.min(first, offset);
    end = Math.max(end, offset + size);
  }
  if (end === 0) throw new MemoryFault("the hypervisor's dump holds no memory");
  return { first, end };
}

function offsetAt(bytes: Buffer, at: number, { wide }: Layout, little: boolean): number {
  if (!wide) return little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
  const value = little ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at);
  // Sums of two of them stay exact.
  if (value > 1n << 52n) throw new MemoryFault("the hypervisor's dump points behind the end of any file");
  return Number(value);
}

function putOffset(bytes: Buffer, at: number, value: number, { wide }: Layout, little: boolean): void {
  if (wide && little) bytes.writeBigUInt64LE(BigInt(value), at);
  else if (wide) bytes.writeBigUInt64BE(BigInt(value), at);
  else if (little) bytes.writeUInt32LE(value, at);
  else bytes.writeUInt32BE(value, at);
}

function shortAt(bytes: Buffer, at: number, little: boolean): number {
  return little ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at);
}

function putShort(bytes: Buffer, at: number, value: number, little: boolean): void {
  if (little) bytes.writeUInt16LE(value, at);
  else bytes.writeUInt16BE(value, at);
}
