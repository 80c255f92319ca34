// Files of the command line that only their owner reads: whole or not there, and on the disk when this returns.

import { chownSync, closeSync, fsyncSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileErrorText } from '../lib/file-error.ts';
import { StartError } from './start-error.ts';

const OWNER_ONLY = 0o600;

/** Writes a file that must not be there yet. Throws StartError naming it. */
export function writeNew(path: string, text: string): void {
  telling(path, () => write(path, text, 'wx'));
}

/** A secret that is on the disk and not in its place yet. */
export interface ArrivedSecret {
  /** Puts it in the place of the file there may be. Throws StartError that says where it is instead. */
  readonly settle: () => void;
  /** Takes it away again. */
  readonly forget: () => void;
}

/**
 * Writes a file beside `path`, which stays as it is until `settle`. It gets the owner of the one in its place: nats-server, which
 * reads it, is another user than who writes it. Throws StartError naming it.
 */
export function writeBeside(path: string, text: string): ArrivedSecret {
  const arriving = `${path}.arriving`;
  const forget = () => rmSync(arriving, { force: true });
  telling(path, () => {
    const before = statSync(path, { throwIfNoEntry: false });
    if (before?.isDirectory() === true) throw new Error('it is a folder');
    forget();
    write(arriving, text, 'wx');
    try {
      if (before !== undefined) chownSync(arriving, before.uid, before.gid);
    } catch (error) {
      forget();
      throw error;
    }
  });
  const settle = () => {
    try {
      renameSync(arriving, path);
      sync(dirname(path));
    } catch (error) {
      throw new StartError(`${path} cannot be written: ${fileErrorText(error)}; what belongs there is in ${arriving}`, {
        cause: error,
      });
    }
  };
  return { settle, forget };
}

/** Puts a file in the place of the one there may be. Throws StartError naming it. */
export function replaceFile(path: string, text: string): void {
  const { settle, forget } = writeBeside(path, text);
  try {
    settle();
  } catch (error) {
    forget();
    throw new StartError(`${path} cannot be written: ${fileErrorText((error as Error).cause)}`, { cause: error });
  }
}

/** Throws StartError, as `replaceFile` would, when a file cannot be put there; nothing is changed. */
export function checkReplaceable(path: string): void {
  writeBeside(path, '').forget();
}

function write(path: string, text: string, how: 'wx'): void {
  const file = openSync(path, how, OWNER_ONLY);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  sync(dirname(path));
}

function sync(folder: string): void {
  const file = openSync(folder, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function telling(path: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    throw new StartError(`${path} cannot be written: ${fileErrorText(error)}`, { cause: error });
  }
}
