// A file of JSON values, one a line, only ever appended to. An append is one synchronous write, so once it returns the
// line outlives a kill -9 of the process (not of the machine: nothing is fsynced). A last line without its line end is
// what a kill can leave; it is dropped at open, before anything is appended behind it.

import {
  closeSync,
  existsSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';

/** A file of JSON lines, open for appending. */
export interface JsonLines<T> {
  /** Adds one line; when this returns, the operating system has it. */
  append(value: T): void;
  close(): void;
}

/** The values in the file at `path`, without a torn last line; none if there is no file. Throws on any other bad line. */
export function readJsonLines<T>(path: string): T[] {
  if (!existsSync(path)) return [];
  const bytes = readFileSync(path);
  return bytes
    .subarray(0, wholeLength(bytes))
    .toString('utf8')
    .split('\n')
    .slice(0, -1)
    .map((line, index) => {
      try {
        const value: T = JSON.parse(line);
        return value;
      } catch (cause) {
        throw new Error(`${path}:${index + 1} is not JSON`, { cause });
      }
    });
}

/** Opens the file at `path` for appending, made if missing and readable by its owner only; cuts off a torn last line. */
export function openJsonLines<T>(path: string): JsonLines<T> {
  const file = openSync(path, 'a+', 0o600);
  const bytes = readFileSync(path);
  const whole = wholeLength(bytes);
  if (whole < bytes.length) ftruncateSync(file, whole);
  return {
    append(value) {
      writeSync(file, `${JSON.stringify(value)}\n`);
    },
    close() {
      closeSync(file);
    },
  };
}

/** Puts `values` in place of what the file at `path` held: all of them or, if killed on the way, none. */
export function replaceJsonLines<T>(path: string, values: Iterable<T>): void {
  const fresh = `${path}.new`;
  const file = openSync(fresh, 'w', 0o600);
  try {
    let block = '';
    for (const value of values) {
      block += `${JSON.stringify(value)}\n`;
      if (block.length > 1 << 20) {
        writeFileSync(file, block);
        block = '';
      }
    }
    writeFileSync(file, block);
  } finally {
    closeSync(file);
  }
  renameSync(fresh, path);
}

function wholeLength(bytes: Uint8Array): number {
  return bytes.lastIndexOf(0x0a) + 1;
}
