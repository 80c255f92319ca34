// A file that comes bit by bit: FILE.part until it is whole and checked, then FILE. What is in FILE.part already counts, so a
// download that broke off goes on. Only its owner may read either: in them is a guest's memory.

import type { Hash } from 'node:crypto';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { open, rename, rm, stat } from 'node:fs/promises';

/** A file under way. */
export class PartialFile {
  readonly path: string;
  readonly #part: string;
  readonly #file: FileHandle;
  #hash: Hash;
  #length: number;

  private constructor(path: string, file: FileHandle, hash: Hash, length: number) {
    this.path = path;
    this.#part = `${path}.part`;
    this.#file = file;
    this.#hash = hash;
    this.#length = length;
  }

  /** Opens it, and reads what is there of it; more than `most` bytes cannot be of this file, and are thrown away. */
  static async open(path: string, most: number): Promise<PartialFile> {
    const part = `${path}.part`;
    const file = await open(part, 'a+', 0o600);
    await file.chmod(0o600);
    const { size } = await file.stat();
    if (size > most) await file.truncate(0);
    const hash = createHash('sha256');
    if (size > 0 && size <= most) for await (const piece of createReadStream(part)) hash.update(piece as Buffer);
    return new PartialFile(path, file, hash, size > most ? 0 : size);
  }

  /** Bytes that are here. */
  get length(): number {
    return this.#length;
  }

  /** Adds the next bytes. */
  async add(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; ) at += (await this.#file.write(bytes, at)).bytesWritten;
    this.#hash.update(bytes);
    this.#length += bytes.length;
  }

  /** Throws away what is here. */
  async empty(): Promise<void> {
    await this.#file.truncate(0);
    this.#hash = createHash('sha256');
    this.#length = 0;
  }

  /** Gives it its name if it is what its digest says; else nothing of it is left, and the result is false. */
  async finish(sha256: string): Promise<boolean> {
    const right = this.#hash.digest('hex') === sha256;
    if (right) await this.#file.sync();
    await this.#file.close();
    if (right) await rename(this.#part, this.path);
    else await rm(this.#part, { force: true });
    return right;
  }

  /** Leaves it for another time. */
  async leave(): Promise<void> {
    await this.#file.close();
  }
}

/** What is at `path`: nothing, a file, or a folder. */
export async function whatIsAt(path: string): Promise<'nothing' | 'file' | 'folder'> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file';
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'nothing';
    throw error;
  }
}
