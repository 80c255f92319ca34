// A password of our own at another service: the first line of a file that nobody but its owner can read. Read anew at each
// sign-in, so that a changed password needs no restart.

import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';

/** The password in `path`. Throws Error with what is wrong with the file, never with what is in it. */
export function readPasswordFile(path: string): string {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    throw new Error(`${path} cannot be read: ${(error as NodeJS.ErrnoException).code}`, {
      cause: error,
    });
  }
  try {
    // Of the open file, so that it is the one that is read.
    const about = fstatSync(file);
    if (!about.isFile()) throw new Error(`${path} is not a file`);
    if ((about.mode & 0o077) !== 0) {
      throw new Error(`${path} can be read by others than its owner: chmod 600 ${path}`);
    }
    const [line = ''] = readFileSync(file, 'utf8').split(/\r?\n/);
    if (line === '') throw new Error(`${path} has no password in its first line`);
    return line;
  } finally {
    closeSync(file);
  }
}
