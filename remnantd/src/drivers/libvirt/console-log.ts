// The files QEMU logs serial consoles to, one a server. What a guest prints may be secret: the folder is for its owner
// only, and so is every file in it, before the first byte is there.
// Invariant: paths are made from ids that were checked to be UUIDs, never from other input.

import { chmod, mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isUuid, type ServerId } from '../../model/ids.ts';

/** At most this much of a log is ever read, from its end. */
const mostBytes = 1024 * 1024;

/** The console logs in `stateDir`/console. All methods reject with the system's error. */
export class ConsoleLogs {
  readonly #folder: string;

  constructor(stateDir: string) {
    this.#folder = join(stateDir, 'console');
  }

  /** Where the console of `id` is logged. Throws TypeError for what is no UUID. */
  path(id: ServerId): string {
    if (!isUuid(id)) throw new TypeError('a console log is named by a UUID');
    return join(this.#folder, `${id}.log`);
  }

  /** Makes an empty log, mode 0600; QEMU keeps owner and mode when it opens it. */
  async prepare(id: ServerId): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await chmod(this.#folder, 0o700);
    const file = await open(this.path(id), 'w', 0o600);
    try {
      await file.chmod(0o600);
    } finally {
      await file.close();
    }
  }

  /** Removes the log, and older parts that virtlogd put aside; one that is not there is fine. */
  async remove(id: ServerId): Promise<void> {
    const own = `${id}.log`;
    const names = await readdir(this.#folder).catch(ignoreMissing([]));
    for (const name of names) {
      if (name === own || name.startsWith(`${own}.`)) await rm(join(this.#folder, name), { force: true });
    }
  }

  /** The last `lines` lines (all when null) of the last MiB of the log; null if there is no log. */
  async read(id: ServerId, lines: number | null): Promise<string | null> {
    const file = await open(this.path(id), 'r').catch(ignoreMissing(null));
    if (file === null) return null;
    try {
      const { size } = await file.stat();
      const start = Math.max(0, size - mostBytes);
      const { buffer, bytesRead } = await file.read(Buffer.alloc(size - start), 0, size - start, start);
      const text = buffer.toString('utf8', 0, bytesRead);
      // A line cut in half, perhaps within a character, is left out.
      return lastLines(start > 0 ? text.slice(text.indexOf('\n') + 1) : text, lines);
    } finally {
      await file.close();
    }
  }
}

/** The last `lines` lines of `text`, with their line ends; all of it when null. A last line without an end counts. */
export function lastLines(text: string, lines: number | null): string {
  if (lines === null) return text;
  if (lines <= 0) return '';
  let cut = text.endsWith('\n') ? text.length - 1 : text.length;
  for (let count = 0; count < lines; count += 1) {
    if (cut <= 0) return text;
    cut = text.lastIndexOf('\n', cut - 1);
    if (cut === -1) return text;
  }
  return text.slice(cut + 1);
}

/** Gives `instead` for a file that is not there, and passes any other error on. */
function ignoreMissing<T>(instead: T): (error: NodeJS.ErrnoException) => T {
  return (error) => {
    if (error.code === 'ENOENT') return instead;
    throw error;
  };
}
