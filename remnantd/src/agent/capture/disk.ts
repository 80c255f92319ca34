// The few things a capture asks of the disk, so that a test can stand between the two. Files are for their owner only.

import { writeSync } from 'node:fs';
import { type FileHandle, open, statfs } from 'node:fs/promises';

/** A file that is being written, all of each call or an error. */
export interface DiskFile {
  /** Writes at a position. */
  write(bytes: Uint8Array, position: number): Promise<void>;
  /** Writes at the end, before it returns: what was written outlives this process, though not a loss of power. */
  append(bytes: Uint8Array): void;
  truncate(size: number): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** A disk. */
export interface Disk {
  /** Opens a file for appending, or for writing at positions; makes it if there is none. */
  open(path: string, how: 'append' | 'write'): Promise<DiskFile>;
  /** Bytes that are free below `path`. */
  free(path: string): Promise<number>;
}

/** The machine's own. */
export const hostDisk: Disk = {
  async open(path, how) {
    return diskFile(await openAt(path, how));
  },
  async free(path) {
    const { bavail, bsize } = await statfs(path);
    return bavail * bsize;
  },
};

async function openAt(path: string, how: 'append' | 'write'): Promise<FileHandle> {
  if (how === 'append') return open(path, 'a', 0o600);
  try {
    return await open(path, 'r+');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return open(path, 'wx+', 0o600);
  }
}

function diskFile(file: FileHandle): DiskFile {
  return {
    async write(bytes, position) {
      for (let done = 0; done < bytes.length; ) {
        const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
        done += bytesWritten;
      }
    },
    append(bytes) {
      for (let done = 0; done < bytes.length; ) done += writeSync(file.fd, bytes, done, bytes.length - done);
    },
    truncate: (size) => file.truncate(size),
    sync: () => file.datasync(),
    close: () => file.close(),
  };
}
