// An append-only file of JSON lines that survives kill -9 and power loss: a record is on the disk before `append` resolves.
// Appends made at the same time share one write and one sync. A torn last line, left by a crash, is dropped at open.

import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { JsonValue } from '../lib/json.ts';

/** A durable log. */
export interface DurableLog {
  /** Resolves when `record` is safe. Records are kept in the order of the calls. */
  append(record: JsonValue): Promise<void>;
  /** Replaces everything with what `records` gives when its turn comes, atomically. */
  rewrite(records: () => readonly JsonValue[]): Promise<void>;
  /** Waits for what was appended, then lets go of the file. */
  close(): Promise<void>;
}

/** Opens a log. The agent takes this as a parameter, so that a test can stand between it and the disk. */
export type OpenLog = (path: string) => Promise<{ log: DurableLog; records: JsonValue[] }>;

interface Appended {
  readonly text: string;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

/** Opens the log at `path` (made if missing, readable by its owner only) and gives back what it holds. */
export const openDurableLog: OpenLog = async (path) => {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const { records, intact } = await load(path);
  let { file, size } = intact ? await reopen(path) : await replace(path, records);
  if (!intact) await syncFolder(path);
  let writing: Promise<void> = Promise.resolve();
  // Appends that will share the next write; null when there is none to join.
  let batch: Appended[] | null = null;
  let torn = false;

  const write = async (entries: readonly Appended[]) => {
    const bytes = Buffer.from(entries.map((entry) => entry.text).join(''));
    try {
      // What a failed write left half-done would become a damaged line in the middle.
      if (torn) await file.truncate(size);
      torn = true;
      await file.appendFile(bytes);
      torn = false;
      size += bytes.length;
      for (const entry of entries) entry.done();
    } catch (error) {
      for (const entry of entries) entry.failed(error);
    }
  };

  const log: DurableLog = {
    append: (record) =>
      new Promise((done, failed) => {
        const entry = { text: `${JSON.stringify(record)}\n`, done, failed };
        if (batch !== null) {
          batch.push(entry);
          return;
        }
        const mine = [entry];
        batch = mine;
        writing = writing.then(() => {
          if (batch === mine) batch = null;
          return write(mine);
        });
      }),
    rewrite: (fresh) => {
      // What is appended from now on comes after it.
      batch = null;
      const rewritten = writing.then(async () => {
        const old = file;
        ({ file, size } = await replace(path, fresh()));
        torn = false;
        await old.close();
        await syncFolder(path);
      });
      writing = rewritten.catch(() => {});
      return rewritten;
    },
    close: async () => {
      await writing;
      await file.close();
    },
  };
  return { log, records };
};

async function load(path: string): Promise<{ records: JsonValue[]; intact: boolean }> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { records: [], intact: false };
    throw error;
  }
  const lines = text.split('\n');
  const torn = lines.pop() ?? '';
  const records = lines.map((line, i) => {
    try {
      return JSON.parse(line) as JsonValue;
    } catch {
      throw new Error(`${path}: line ${i + 1} is damaged`);
    }
  });
  return { records, intact: torn === '' };
}

interface OpenFile {
  readonly file: FileHandle;
  readonly size: number;
}

/** Each write ends when it is on the disk, as if `fdatasync` came behind it, in one trip to the system. */
const APPEND = constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | constants.O_DSYNC;

async function reopen(path: string): Promise<OpenFile> {
  const file = await open(path, APPEND);
  return { file, size: (await file.stat()).size };
}

/** Puts a new file in the place of `path`. When it throws, the old one is still there, untouched. */
async function replace(path: string, records: readonly JsonValue[]): Promise<OpenFile> {
  const fresh = `${path}.new`;
  await rm(fresh, { force: true });
  const file = await open(fresh, APPEND, 0o600);
  try {
    const bytes = Buffer.from(records.map((record) => `${JSON.stringify(record)}\n`).join(''));
    await file.appendFile(bytes);
    await file.sync();
    await rename(fresh, path);
    return { file, size: bytes.length };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Makes the name of a new file as durable as its content. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
