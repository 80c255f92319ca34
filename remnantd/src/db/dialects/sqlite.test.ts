import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { takeAlone } from './sqlite.ts';

const dir = mkdtempSync(join(tmpdir(), 'remnant-lock-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

it('gives a path to one at a time', () => {
  const path = join(dir, 'lock');
  const letGo = takeAlone(path);
  expect(() => takeAlone(path)).toThrow(`${path}: another process has it`);
  letGo();
  takeAlone(path)();
});
