// An append-only file of JSON lines that survives kill -9 and power loss: a record is on the disk before `append` resolves.
// Appends made at the same time share one write and one sync. A torn last line, left by a crash, is dropped at open.

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

/** Opens the log at `path` (made if missing, readable by its owner only) and gives back what it holds. */
export const openDurableLog: OpenLog = async (path) => {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const { records, intact } = await load(path);
  if (!intact) await replace(path, records);
  let file: FileHandle = await open(path, 'a', 0o600);
  let pending: { text: string; done: () => void; failed: (error: unknown) => void }[] = [];
  let writing: Promise<void> = Promise.resolve();
  let scheduled = false;

  const flush = async () => {
    scheduled = false;
    const batch = pending;
    pending = [];
    try {
      await file.appendFile(batch.map((entry) => entry.text).join(''));
      await file.datasync();
      for (const entry of batch) entry.done();
    } catch (error) {
      for (const entry of batch) entry.failed(error);
    }
  };

  const log: DurableLog = {
    append: (record) =>
      new Promise((done, failed) => {
        pending.push({ text: `${JSON.stringify(record)}\n`, done, failed });
        if (scheduled) return;
        scheduled = true;
        writing = writing.then(flush);
      }),
    rewrite: (fresh) => {
      const rewritten = writing.then(async () => {
        await file.close();
        await replace(path, fresh());
        file = await open(path, 'a', 0o600);
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
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { records: [], intact: true };
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

async function replace(path: string, records: readonly JsonValue[]): Promise<void> {
  const fresh = `${path}.new`;
  await rm(fresh, { force: true });
  const file = await open(fresh, 'w', 0o600);
  try {
    await file.writeFile(records.map((record) => `${JSON.stringify(record)}\n`).join(''));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(fresh, path);
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
