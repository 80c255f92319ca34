// A FIFO that libvirt writes a guest's memory to, instead of a file: so no byte of it is ever on a disk in plain, and one
// who stops reading ends the dump, which libvirt itself cannot. We hold a writing end as well until libvirt has answered:
// without it, a FIFO nobody writes to yet would look like one that has ended.
// Invariant: until libvirt has answered, or for a minute once it is known that no answer will come, the FIFO is there, and whoever waits to
// write to it is let in: a libvirtd that waits for a reader holds its guest, and where the FIFO is gone it would write the memory to a file.

import { execFile } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { Socket } from 'node:net';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** One FIFO, open for reading. */
export interface MemoryPipe {
  /** What libvirt is told to write to. */
  readonly path: string;
  readonly bytes: Readable;
  /** All was written: `bytes` ends when it is read. */
  finish(): void;
  /** Not all was written: `bytes` is destroyed with `fault`. */
  fail(fault: Error): void;
  /** Nobody comes to write any more; false where that is not certain, for libvirt did not say so: then it is waited for a while. */
  over(isCertain: boolean): void;
}

/** The FIFOs in `folder`, which is made, for its owner only. Both functions reject with the system's error. */
export interface MemoryPipes {
  /** Makes a FIFO and opens it; it is removed when its stream is closed and it is over. */
  open(name: string): Promise<MemoryPipe>;
  /**
   * Removes what an earlier life left, and lets go of who waits to write there: libvirt opens a FIFO with the guest paused,
   * and waits for a reader for as long as it takes.
   */
  sweep(): Promise<void>;
}

/** The FIFOs of one driver. */
export function memoryPipes(folder: string): MemoryPipes {
  return {
    async open(name) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const path = join(folder, name);
      await run('mkfifo', ['-m', '600', path]);
      return openPipe(path);
    },
    async sweep() {
      await Promise.all((await namesIn(folder)).map((name) => remove(join(folder, name))));
    },
  };
}

/** How often whoever waits to write is let in, ms. */
const LET_IN_MS = 100;
/** How long a call that was not answered may take to come to its FIFO, ms: libvirt itself waits 30 s for its turn with a guest. */
const LINGER_MS = 60_000;
/** How long one who found a FIFO by its name may take to open what was found, ms: a step of the system's own, on a busy machine. */
const FOUND_MS = 1000;
const READ = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;
const WRITE = constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;

function openPipe(path: string): MemoryPipe {
  const bytes = new Socket({ fd: openSync(path, READ), readable: true, writable: false });
  let held: number | null = openSync(path, WRITE);
  const letGo = () => {
    if (held !== null) closeSync(held);
    held = null;
  };
  let lettingIn: NodeJS.Timeout | undefined;
  let isOver = false;
  const end = () => {
    isOver = true;
    clearInterval(lettingIn);
    if (bytes.closed) void remove(path).catch(() => undefined);
  };
  bytes.once('close', () => {
    letGo();
    if (isOver) end();
    else lettingIn = setInterval(() => tryToLetIn(path), LET_IN_MS).unref();
  });
  // Whoever reads it hears of it; one that nobody reads yet must not bring the process down.
  bytes.on('error', () => undefined);
  return {
    path,
    bytes,
    finish: letGo,
    fail: (fault) => void bytes.destroy(fault),
    over: (isCertain) => {
      if (isCertain) end();
      else setTimeout(end, LINGER_MS).unref();
    },
  };
}

/** The same, again and again: what fails now is tried again. */
function tryToLetIn(path: string): void {
  try {
    letIn(path);
  } catch {
    // No file can be opened at the moment, say.
  }
}

/** Who waits to write there goes on, and finds that nobody reads. */
function letIn(path: string): void {
  const reader = openUnlessGone(path);
  if (reader !== null) closeSync(reader);
}

/**
 * Removes the FIFO, and lets in who waits to write there: also one who had found it before it was removed, and comes to wait
 * only now, whom nobody could let in any more.
 */
async function remove(path: string): Promise<void> {
  const reader = openUnlessGone(path);
  try {
    await rm(path, { force: true });
    if (reader !== null) await delay(FOUND_MS);
  } finally {
    if (reader !== null) closeSync(reader);
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isGone(error)) return [];
    throw error;
  }
}

function openUnlessGone(path: string): number | null {
  try {
    return openSync(path, READ);
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}

function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
