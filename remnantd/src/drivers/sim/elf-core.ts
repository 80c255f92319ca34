// An ELF core of a memory that was never there, laid out as QEMU 7.2 writes one: the section headers before the program
// headers, and a wrong size of its own header. Any part of it is made on demand.

const EHDR = 64;
const SHDR = 64;
const PHDR = 56;
const SECTIONS = 2;

/** A core of `bytes` bytes of memory, in which `mark` is written all over. */
export interface ElfCore {
  readonly bytes: number;
  readonly mark: string;
}

/** All before the memory: the headers and one note. */
export function elfHead({ bytes }: ElfCore): Buffer {
  const note = vmcoreinfo();
  const phoff = EHDR + SECTIONS * SHDR;
  const noteAt = phoff + 2 * PHDR;
  const head = Buffer.alloc(noteAt + note.length);
  head.write('\x7fELF', 'latin1');
  head.set([2, 1, 1], 4);
  head.writeUInt16LE(4, 16);
  head.writeUInt16LE(62, 18);
  head.writeUInt32LE(1, 20);
  head.writeBigUInt64LE(BigInt(phoff), 32);
  head.writeBigUInt64LE(BigInt(EHDR), 40);
  // e_ehsize, e_phentsize, e_phnum, e_shentsize, e_shnum, e_shstrndx
  for (const [i, value] of [8, PHDR, 2, SHDR, SECTIONS, 1].entries()) head.writeUInt16LE(value, 52 + 2 * i);
  program(head, phoff, 4, noteAt, note.length);
  program(head, phoff + PHDR, 1, head.length, bytes);
  note.copy(head, noteAt);
  return head;
}

/** How long the file is. */
export function elfLength(core: ElfCore): number {
  return elfHead(core).length + core.bytes;
}

/** The next part of the file from `from` on, at most up to `to`. */
export function elfPart(core: ElfCore, from: number, to: number): Buffer {
  const head = elfHead(core);
  const end = Math.min(to, elfLength(core));
  if (from >= end) return Buffer.alloc(0);
  if (from < head.length) return head.subarray(from, end);
  return Buffer.alloc(end - from, `${core.mark} ${from}\n`);
}

function program(head: Buffer, at: number, type: number, offset: number, size: number): void {
  head.writeUInt32LE(type, at);
  head.writeBigUInt64LE(BigInt(offset), at + 8);
  head.writeBigUInt64LE(BigInt(size), at + 32);
  head.writeBigUInt64LE(BigInt(type === 1 ? size : 0), at + 40);
}

function vmcoreinfo(): Buffer {
  const name = 'VMCOREINFO\0\0';
  const text = Buffer.from('OSRELEASE=6.1.0-sim\nNUMBER(phys_base)=-564133888\n');
  const note = Buffer.alloc(12 + name.length + Math.ceil(text.length / 4) * 4);
  note.writeUInt32LE(11, 0);
  note.writeUInt32LE(text.length, 4);
  note.write(name, 12, 'latin1');
  text.copy(note, 12 + name.length);
  return note;
}
