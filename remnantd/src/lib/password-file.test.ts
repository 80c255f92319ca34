// The password file: its first line, and only when nobody else can read it.

import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { tempDir } from '../../test/harness/temp-dir.ts';
import { readPasswordFile } from './password-file.ts';

function file(text: string, mode: number): string {
  const path = join(tempDir(), 'password');
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

it.each([
  ['s3cret\n', 's3cret'],
  ['s3cret', 's3cret'],
  [' with spaces \r\nand more\n', ' with spaces '],
])('gives the first line of %j', (text, password) => {
  expect(readPasswordFile(file(text, 0o600))).toBe(password);
  expect(readPasswordFile(file(text, 0o400))).toBe(password);
});

it.each([0o640, 0o604, 0o666, 0o660, 0o610])('refuses one that others can reach (mode %o)', (mode) => {
  expect(() => readPasswordFile(file('s3cret\n', mode))).toThrow(/can be read by others than its owner: chmod 600 \//);
});

it('says what is wrong, and nothing of what is in it', () => {
  expect(() => readPasswordFile('/nowhere/password')).toThrow('/nowhere/password cannot be read: ENOENT');
  expect(() => readPasswordFile(file('\ns3cret\n', 0o600))).toThrow(/no password in its first line$/);
  const folder = join(tempDir(), 'folder');
  mkdirSync(folder, { mode: 0o700 });
  expect(() => readPasswordFile(folder)).toThrow(/is not a file$/);
});
