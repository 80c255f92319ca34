// Seals a stream that is finished elsewhere into the segments of an artefact: no tail, for whoever dies in the middle of
// it begins again from the source. Under the same caps as a dump that comes in from a guest.

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { DISK_FULL, diskWords, type Room } from './capture.ts';
import { DATA } from './capture-files.ts';
import type { Disk, DiskFile } from './disk.ts';
import { ArtefactFault } from './read-artefact.ts';
import { SEGMENT, STRIDE, seal } from './sealing.ts';

/** What sealing a stream needs. */
export interface SealDeps {
  /** The folder of the artefact. */
  readonly dir: string;
  readonly key: Buffer;
  readonly disk: Disk;
  /** How many bytes more an artefact that has `bytes` may have, and by which cap. */
  readonly room: (bytes: number) => Room;
  /** The file system must keep so many bytes free. */
  readonly keepFree: number;
  /** Told how many bytes are taken. */
  readonly taken: (bytes: number) => void;
}

/** Segments between two looks at the disk. */
const SYNC_EVERY = 128;

/**
 * Writes the sealed segments of `source`, synced; gives its size and its SHA-256. Throws ArtefactFault `over-cap` or `disk`,
 * and whatever `source` throws; what was written until then is left for the caller to remove.
 */
export async function sealStream(
  deps: SealDeps,
  source: AsyncIterable<Buffer>,
): Promise<{ size: number; sha256: string }> {
  const data = await onDisk(deps.disk.open(join(deps.dir, DATA), 'write'));
  try {
    await look(deps, data);
    return await segments(deps, data, source);
  } finally {
    await data.close();
  }
}

async function segments(deps: SealDeps, data: DiskFile, source: AsyncIterable<Buffer>) {
  const hash = createHash('sha256');
  const pending = Buffer.alloc(SEGMENT);
  let filled = 0;
  let size = 0;
  let sealed = 0;
  const write = async (last: boolean) => {
    const bytes = seal(deps.key, sealed, last, pending.subarray(0, filled));
    await onDisk(data.write(bytes, sealed * STRIDE));
    sealed += 1;
    filled = 0;
    if (last || sealed % SYNC_EVERY === 0) await look(deps, data);
  };
  for await (const chunk of source) {
    const room = deps.room(size);
    if (chunk.length > room.bytes) throw new ArtefactFault('over-cap', `the dump is over the cap: ${room.cap}`);
    hash.update(chunk);
    for (let at = 0; at < chunk.length; ) {
      // A full segment waits for a byte behind it: till then it may be the last.
      if (filled === SEGMENT) await write(false);
      const count = chunk.copy(pending, filled, at);
      filled += count;
      at += count;
    }
    size += chunk.length;
    deps.taken(size);
  }
  await write(true);
  return { size, sha256: hash.digest('hex') };
}

async function look({ disk, dir, keepFree }: SealDeps, data: DiskFile): Promise<void> {
  await onDisk(data.sync());
  if ((await onDisk(disk.free(dir))) < keepFree) throw new ArtefactFault('disk', DISK_FULL);
}

/** An error of the disk as a fault in words for people. */
async function onDisk<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw new ArtefactFault('disk', diskWords(error));
  }
}
