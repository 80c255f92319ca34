// A crash dump that no kernel wrote, in makedumpfile's flattened format and to the byte as valid as a real one: a header of
// 4096 bytes, records of two big-endian 64-bit numbers (offset, size) and the data, and an end record. Put together, the data
// begins as a kdump file does. Any part of it is made on demand, so that a dump of many gigabytes needs no memory.

const HEADER = 4_096;
const RECORD_HEAD = 16;
const RECORD_DATA = 16_384;
const RECORD = RECORD_HEAD + RECORD_DATA;

/** A dump of `bytes` bytes once it is put together; `mark` is written all over it, so that two dumps can be told apart. */
export interface FlatDump {
  readonly bytes: number;
  readonly mark: string;
}

/** How long the stream is. */
export function flatLength({ bytes }: FlatDump): number {
  return HEADER + recordsOf(bytes) * RECORD_HEAD + bytes + RECORD_HEAD;
}

/** A place about half-way where no record ends: a stream that stops there is broken. */
export function flatCut({ bytes }: FlatDump): number {
  return HEADER + Math.floor(recordsOf(bytes) / 2) * RECORD + RECORD_HEAD / 2;
}

/** The next part of the stream from `from` on, at most up to `to`; empty when `from` is not before `to` or the end. */
export function flatPart(dump: FlatDump, from: number, to: number): Buffer {
  const end = Math.min(to, flatLength(dump));
  if (from >= end) return Buffer.alloc(0);
  if (from < HEADER) return header().subarray(from, end);
  const index = Math.floor((from - HEADER) / RECORD);
  const start = HEADER + index * RECORD;
  const record = index < recordsOf(dump.bytes) ? recordAt(dump, index) : endRecord();
  // The last record is shorter than the others, so the end record may begin within the same stride.
  if (from - start >= record.length) {
    return endRecord().subarray(from - start - record.length, end - start - record.length);
  }
  return record.subarray(from - start, end - start);
}

function recordsOf(bytes: number): number {
  return Math.ceil(bytes / RECORD_DATA);
}

function header(): Buffer {
  const block = Buffer.alloc(HEADER);
  block.write('makedumpfile');
  block.writeBigInt64BE(1n, 16);
  block.writeBigInt64BE(1n, 24);
  return block;
}

function recordAt({ bytes, mark }: FlatDump, index: number): Buffer {
  const offset = index * RECORD_DATA;
  const size = Math.min(RECORD_DATA, bytes - offset);
  const record = Buffer.alloc(RECORD_HEAD + size, `${mark} ${index}\n`);
  record.writeBigInt64BE(BigInt(offset), 0);
  record.writeBigInt64BE(BigInt(size), 8);
  if (index === 0) record.write('KDUMP   ', RECORD_HEAD);
  return record;
}

function endRecord(): Buffer {
  return Buffer.alloc(RECORD_HEAD, 0xff);
}
