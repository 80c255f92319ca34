// A file that one process at a time may have, locked by SQLite: the kernel lets go of it when the process ends, however it ends.
// It is no database: who needs one folder to itself, an agent say, takes it this way too.

import { chmodSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import SQLite from 'better-sqlite3';

/**
 * Takes `path` (made, readable by its owner only) for this process alone, until the result is called or the process ends, however it ends.
 * Throws when another process has it.
 */
export function takeAlone(path: string): () => void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const lock = new SQLite(path, { timeout: 0 });
  // Before anything is written: its journal takes the mode of the file.
  chmodSync(path, 0o600);
  try {
    lock.pragma('locking_mode = EXCLUSIVE');
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    throw new Error(`${path}: another process has it`, { cause: error });
  }
  return () => lock.close();
}
