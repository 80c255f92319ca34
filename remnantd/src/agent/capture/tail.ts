// The end of a dump that has no sealed segment yet, kept so that an agent that dies loses nothing it had written. Each
// piece is sealed under a nonce of its own and written before anything else happens to it. Two files take turns: one is
// emptied when all it holds is in segments, so neither grows for ever.

import { hkdfSync } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Disk, DiskFile } from './disk.ts';
import { open, sealWith } from './sealing.ts';

/** Position (8 bytes), length of the sealed piece (4), nonce (12). */
const HEAD = 24;
const LABEL = 12;
const TURN_AT = 1024 * 1024;
/** The files of a tail. */
export const TAIL_FILES = ['tail.0', 'tail.1'] as const;

interface Half {
  readonly file: DiskFile;
  size: number;
  /** Everything in it lies before this position of the dump. */
  end: number;
}

/** The tail of one dump. */
export class Tail {
  readonly #key: Buffer;
  readonly #nonce: () => Buffer;
  #current: Half;
  #other: Half;

  private constructor(key: Buffer, nonce: () => Buffer, current: Half, other: Half) {
    this.#key = key;
    this.#nonce = nonce;
    this.#current = current;
    this.#other = other;
  }

  /**
   * Opens the tail in `dir`, and gives what it holds of the dump from `position` on, in order, up to the first byte that is
   * missing. A piece that was cut off when its writer died counts for nothing.
   */
  static async open(
    dir: string,
    key: Buffer,
    nonce: () => Buffer,
    disk: Disk,
    position: number,
  ): Promise<{ tail: Tail; found: Buffer[] }> {
    const own = tailKey(key);
    const read = await Promise.all(TAIL_FILES.map(async (name) => piecesOf(await readIfThere(join(dir, name)), own)));
    const found = stitch(
      read.flatMap(({ pieces }) => pieces),
      position,
    );
    const end = found.reduce((sum, piece) => sum + piece.length, position);
    const opened: DiskFile[] = [];
    const half = async (name: string, size: number): Promise<Half> => {
      const file = await disk.open(join(dir, name), 'append');
      opened.push(file);
      // What comes behind half a piece could not be read again.
      await file.truncate(size);
      return { file, size: Math.max(size, TURN_AT), end };
    };
    try {
      const current = await half(TAIL_FILES[0], read[0]?.size ?? 0);
      const other = await half(TAIL_FILES[1], read[1]?.size ?? 0);
      return { tail: new Tail(own, nonce, current, other), found };
    } catch (error) {
      await Promise.all(opened.map((file) => file.close()));
      throw error;
    }
  }

  /** Keeps the bytes of the dump at `position`; they outlive the process when it returns. */
  append(position: number, plain: Uint8Array): void {
    const label = Buffer.alloc(LABEL);
    label.writeBigUInt64BE(BigInt(position), 0);
    label.writeUInt32BE(plain.length + 16, 8);
    const nonce = this.#nonce();
    const sealed = sealWith(this.#key, nonce, label, plain);
    this.#current.file.append(Buffer.concat([label, nonce, sealed]));
    this.#current.size += HEAD + sealed.length;
    this.#current.end = position + plain.length;
  }

  /** All bytes before `position` are in segments: what is kept of them is let go, now and then. */
  async settled(position: number): Promise<void> {
    if (this.#current.size < TURN_AT || this.#other.end > position) return;
    const free = this.#other;
    await free.file.truncate(0);
    free.size = 0;
    this.#other = this.#current;
    this.#current = free;
  }

  async close(): Promise<void> {
    await Promise.all([this.#current.file.close(), this.#other.file.close()]);
  }
}

interface Piece {
  readonly position: number;
  readonly plain: Buffer;
}

function stitch(pieces: readonly Piece[], position: number): Buffer[] {
  const found: Buffer[] = [];
  let at = position;
  for (const piece of pieces.toSorted((a, b) => a.position - b.position)) {
    const end = piece.position + piece.plain.length;
    if (end <= at) continue;
    if (piece.position > at) break;
    found.push(piece.plain.subarray(at - piece.position));
    at = end;
  }
  return found;
}

/** The pieces in a file, and where the last good one ends. */
function piecesOf(bytes: Buffer, key: Buffer): { pieces: Piece[]; size: number } {
  const pieces: Piece[] = [];
  let at = 0;
  while (at + HEAD <= bytes.length) {
    const label = bytes.subarray(at, at + LABEL);
    const start = at + HEAD;
    const end = start + label.readUInt32BE(8);
    const sealed = bytes.subarray(start, end);
    const plain = end > bytes.length ? null : open(key, bytes.subarray(at + LABEL, start), label, sealed);
    if (plain === null) break;
    pieces.push({ position: Number(label.readBigUInt64BE(0)), plain });
    at = end;
  }
  return { pieces, size: at };
}

/** The tail's nonces are drawn, those of segments counted: under one key they could meet. */
function tailKey(key: Buffer): Buffer {
  return Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), 'remnant artefact tail', 32));
}

async function readIfThere(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}
