// Node's words about a file, without the file.

import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { fileErrorText } from './file-error.ts';

function textOf(path: string): string {
  try {
    readFileSync(path);
  } catch (error) {
    return fileErrorText(error);
  }
  throw new Error(`${path} can be read`);
}

it('names neither the path nor the call', () => {
  expect(textOf('/no/such, open file')).toBe('ENOENT: no such file or directory');
  expect(textOf('/')).toBe('EISDIR: illegal operation on a directory');
});

it('leaves what is not about a file as it is', () => {
  expect(fileErrorText(new Error('larger than 5 bytes'))).toBe('larger than 5 bytes');
});
