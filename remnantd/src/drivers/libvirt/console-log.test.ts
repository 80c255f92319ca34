// Proves the console logs: last lines of big files without reading them whole, and files that only their owner can read.

import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { asId, type ServerId } from '../../model/ids.ts';
import { ConsoleLogs, lastLines } from './console-log.ts';

const id = asId<ServerId>('00010203-0405-0607-0809-0a0b0c0d0e0f');
let folder: string;
let logs: ConsoleLogs;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'console-'));
  logs = new ConsoleLogs(folder);
});
afterEach(() => rm(folder, { recursive: true }));

const mode = async (path: string) => (await stat(path)).mode & 0o777;

test('files and folder are for their owner alone, whatever they were before', async () => {
  await mkdir(join(folder, 'console'), { mode: 0o755 });
  await writeFile(logs.path(id), 'old', { mode: 0o644 });
  await chmod(logs.path(id), 0o644);
  await logs.prepare(id);
  expect(await mode(join(folder, 'console'))).toBe(0o700);
  expect(await mode(logs.path(id))).toBe(0o600);
  expect(await logs.read(id, null)).toBe('');
});

test('removing takes the parts put aside along, and nothing else', async () => {
  await logs.remove(id);
  await logs.prepare(id);
  await writeFile(`${logs.path(id)}.0`, 'older');
  await writeFile(join(folder, 'console', 'other.log'), 'stays');
  await logs.remove(id);
  expect(await readdir(join(folder, 'console'))).toEqual(['other.log']);
  expect(await logs.read(id, null)).toBeNull();
});

test('a big log is read from its end, from a whole line on', async () => {
  await logs.prepare(id);
  const line = `${'é'.repeat(49)}\n`;
  await writeFile(logs.path(id), line.repeat(20_000));
  const text = (await logs.read(id, null)) ?? '';
  expect(text.length).toBeGreaterThan(500_000);
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(1024 * 1024);
  expect(new Set(text.split('\n'))).toEqual(new Set([line.trimEnd(), '']));
  expect(await logs.read(id, 2)).toBe(line.repeat(2));
});

test('no path is made from what is no UUID', () => {
  expect(() => logs.path(asId<ServerId>('../../etc/passwd'))).toThrow(TypeError);
});

test('the last lines are those a reader would count', () => {
  expect(lastLines('a\nb\nc', 2)).toBe('b\nc');
  expect(lastLines('a\nb\nc\n', 2)).toBe('b\nc\n');
  expect(lastLines('a\n\n', 1)).toBe('\n');
  expect(lastLines('\n', 1)).toBe('\n');
  expect(lastLines('', 3)).toBe('');
  expect(lastLines('a\nb', 0)).toBe('');
  const text = fc.array(fc.constantFrom('a', '\n'), { maxLength: 20 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 25 }), (all, count) => {
      const lines = all.match(/[^\n]*\n|[^\n]+$/g) ?? [];
      expect(lastLines(all, count)).toBe(lines.slice(-count).join(''));
    }),
  );
});
