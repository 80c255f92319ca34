// Opens the sealed segments of a whole artefact again. A segment is checked before a byte of it is given; that the file has
// as many as its manifest says, and that the last is the last, is checked before the first.

import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { DATA } from './capture-files.ts';
import { SEGMENT, STRIDE, sealedSize, segmentsOf, unseal } from './sealing.ts';

/** Bytes from `start` up to, and without, `end`. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** How reading an artefact fails, or keeping one. */
export class ArtefactFault extends Error {
  override readonly name = 'ArtefactFault';
  readonly code: 'not-found' | 'range' | 'damaged' | 'over-cap' | 'disk';

  /** `message` is for people. */
  constructor(code: ArtefactFault['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/** The plaintext of `range`, of the artefact of `size` bytes in `dir`. Throws ArtefactFault `range`, `not-found`, `damaged`. */
export async function readSealed(dir: string, key: Buffer, size: number, range: ByteRange): Promise<Readable> {
  const { start, end } = range;
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start < 0 || end > size || start > end)
    throw new ArtefactFault('range', `the artefact has ${size} bytes`);
  const file = await openData(dir);
  try {
    if ((await file.stat()).size !== sealedSize(size)) throw damaged();
    const last = segmentsOf(size) - 1;
    await segmentOf(file, key, last, true);
    const stream = Readable.from(plaintext(file, key, last, range), { objectMode: false });
    // A stream that is destroyed before its first byte never comes to the end of its generator.
    stream.once('close', () => void file.close());
    return stream;
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function* plaintext(
  file: FileHandle,
  key: Buffer,
  last: number,
  { start, end }: ByteRange,
): AsyncGenerator<Buffer> {
  for (let number = Math.floor(start / SEGMENT); number * SEGMENT < end; number += 1) {
    const plain = await segmentOf(file, key, number, number === last);
    const base = number * SEGMENT;
    yield plain.subarray(Math.max(0, start - base), Math.min(plain.length, end - base));
  }
}

/** Reads and opens one segment. Throws ArtefactFault `damaged`. */
async function segmentOf(file: FileHandle, key: Buffer, number: number, last: boolean): Promise<Buffer> {
  const sealed = Buffer.alloc(STRIDE);
  let length = 0;
  while (length < STRIDE) {
    const { bytesRead } = await file.read(sealed, length, STRIDE - length, number * STRIDE + length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  const plain = unseal(key, number, last, sealed.subarray(0, length));
  if (plain === null) throw damaged();
  return plain;
}

async function openData(dir: string): Promise<FileHandle> {
  try {
    return await open(join(dir, DATA), 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new ArtefactFault('not-found', 'the artefact was deleted');
  }
}

function damaged(): ArtefactFault {
  return new ArtefactFault('damaged', 'the artefact is not what was kept: its file was changed or cut off');
}
