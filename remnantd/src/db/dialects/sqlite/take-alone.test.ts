import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { takeAlone } from './take-alone.ts';

const dir = mkdtempSync(join(tmpdir(), 'remnant-lock-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

it('gives a path to one at a time', () => {
  const path = join(dir, 'lock');
  writeFileSync(path, '', { mode: 0o644 });
  const letGo = takeAlone(path);
  expect(() => takeAlone(path)).toThrow(`${path}: another process has it`);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  letGo();
  takeAlone(path)();
});
