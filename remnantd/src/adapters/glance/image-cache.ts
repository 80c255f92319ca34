// Images' data on this machine: fetched once, proved whole, and only then under its name. An image's data never changes, so
// what is there is good; a copy that was cut short is swept away at the next start.

import { createHash, getHashes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Clock } from '../../ports/clock.ts';
import { ImagesUnavailable } from '../../ports/images.ts';
import type { Digest } from './read-image.ts';

/** Data to be had. */
export interface Wanted {
  /** A UUID. */
  readonly id: string;
  readonly size: number;
  readonly digest: Digest | null;
  /** False for what guests read at each start from where it lies: it is never removed. */
  readonly removable: boolean;
  /** Begins to fetch it; null when it is not there any more. */
  readonly fetch: () => Promise<Readable | null>;
}

const PART = '.part';
const KEPT = '.kept';
/** A disk that was asked for so lately may still be being copied from, ms. */
const IN_USE_MS = 3_600_000;

/** The cache. One per folder. */
export class ImageCache {
  readonly #folder: string;
  readonly #mostBytes: number;
  readonly #clock: Pick<Clock, 'wall' | 'uuid'>;
  readonly #running = new Map<string, Promise<string | null>>();
  #swept: Promise<void> | null = null;

  /** Keeps at most `mostBytes` of removable data in `folder`, but what is in use; more only while an image alone is larger. */
  constructor(folder: string, mostBytes: number, clock: Pick<Clock, 'wall' | 'uuid'>) {
    this.#folder = folder;
    this.#mostBytes = mostBytes;
    this.#clock = clock;
  }

  /**
   * The file with the data; null for an image without any. Who asks while it is being fetched waits for the same. Throws
   * ImagesUnavailable when it does not come whole, and the system's error when it cannot be kept.
   */
  async path(wanted: Wanted): Promise<string | null> {
    this.#swept ??= this.#sweep().catch((error: unknown) => {
      // Who asks next tries it again: a folder can be mended while we run.
      this.#swept = null;
      throw error;
    });
    await this.#swept;
    const name = `${wanted.id}${wanted.removable ? '' : KEPT}`;
    let running = this.#running.get(name);
    if (running === undefined) {
      running = this.#have(wanted, join(this.#folder, name)).finally(() => this.#running.delete(name));
      this.#running.set(name, running);
    }
    return running;
  }

  async #have(wanted: Wanted, path: string): Promise<string | null> {
    const now = this.#clock.wall() / 1000;
    const there = await stat(path).catch(nullIfMissing);
    if (there !== null) {
      // When it was asked for last is its file's time: it outlives the process.
      await utimes(path, now, now);
      return path;
    }
    const part = `${path}.${this.#clock.uuid()}${PART}`;
    try {
      const data = await wanted.fetch();
      if (data === null) return null;
      await keepWhole(data, part, wanted);
      await this.#makeRoom(wanted.size);
      await rename(part, path);
      await utimes(path, now, now);
      await syncFolder(this.#folder);
      return path;
    } finally {
      await rm(part, { force: true });
    }
  }

  /** Removes what was not asked for longest, until `bytes` more have room. */
  async #makeRoom(bytes: number): Promise<void> {
    const files: { path: string; size: number; usedAt: number }[] = [];
    for (const name of await readdir(this.#folder)) {
      if (name.endsWith(PART) || name.endsWith(KEPT)) continue;
      const path = join(this.#folder, name);
      const about = await stat(path).catch(nullIfMissing);
      if (about !== null) files.push({ path, size: about.size, usedAt: about.mtimeMs });
    }
    let over = files.reduce((sum, { size }) => sum + size, bytes) - this.#mostBytes;
    for (const { path, size, usedAt } of files.toSorted((a, b) => a.usedAt - b.usedAt)) {
      if (over <= 0 || this.#clock.wall() - usedAt < IN_USE_MS) return;
      await rm(path, { force: true });
      over -= size;
    }
  }

  async #sweep(): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o755 });
    for (const name of await readdir(this.#folder)) {
      if (name.endsWith(PART)) await rm(join(this.#folder, name), { force: true });
    }
  }
}

/** Writes `data` to `path`, on the disk when it resolves. Throws ImagesUnavailable unless it is what was wanted. */
async function keepWhole(data: Readable, path: string, { id, size, digest }: Wanted): Promise<void> {
  const known = digest !== null && getHashes().includes(digest.algorithm);
  const hash = known ? createHash(digest.algorithm) : null;
  let bytes = 0;
  const file = createWriteStream(path, { flags: 'wx', mode: 0o644, flush: true });
  const count = async function* (source: AsyncIterable<Buffer>) {
    for await (const chunk of source) {
      bytes += chunk.length;
      if (bytes > size) throw new ImagesUnavailable(`image ${id} has more bytes than Glance says`);
      hash?.update(chunk);
      yield chunk;
    }
  };
  try {
    await pipeline(data, count, file);
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    const ours = syscall === 'write' || syscall === 'open' || code === 'ENOSPC';
    if (ours || error instanceof ImagesUnavailable) throw error;
    throw new ImagesUnavailable(`image ${id} broke off while it was fetched: ${(error as Error).message}`);
  }
  if (bytes !== size) throw new ImagesUnavailable(`image ${id} has ${bytes} bytes where Glance says ${size}`);
  if (hash !== null && hash.digest('hex') !== digest?.value) {
    throw new ImagesUnavailable(`image ${id} was damaged on its way: its ${digest?.algorithm} is another`);
  }
}

/** The name of a file is on the disk only once its folder is. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function nullIfMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}
