// A folder of disks that is there, goes away and comes back, with real programs; and storage that hangs whoever touches it.

import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmdirSync, writeFileSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { tempDir } from '../../../test/harness/temp-dir.ts';
import { waitFor } from '../../../test/harness/wait-for.ts';
import { DiskFolder } from './disk-folder.ts';

const GIB = 1024 ** 3;

/** A shell that does what `lines` say; it counts how often it was started. */
function shell(lines: string): { readonly path: string; readonly started: () => number } {
  const dir = tempDir();
  const [path, count] = [join(dir, 'shell'), join(dir, 'count')];
  writeFileSync(path, `#!/bin/sh\necho >>${count}\n${lines}\n`);
  chmodSync(path, 0o755);
  return { path, started: () => (existsSync(count) ? readFileSync(count, 'utf8').length : 0) };
}

test('its room is that of its file system', async () => {
  const path = tempDir();
  const { problem, totalGb, freeGb } = await new DiskFolder(path, false).look();
  const { blocks, bavail, bsize } = await statfs(path);
  expect([problem, totalGb]).toEqual([null, Math.floor((blocks * bsize) / GIB)]);
  expect(Math.abs(freeGb - (bavail * bsize) / GIB)).toBeLessThan(2);
});

test('what is missing, or no folder, is told by its name, and its owners hear of no folder', async () => {
  const dir = tempDir();
  const missing = join(dir, 'no such');
  const folder = new DiskFolder(missing, true);
  expect(await folder.look()).toEqual({
    problem: {
      text: `the folder of disks ${missing} is not there: is its storage mounted?`,
      forOwner: 'the storage of disks is not there',
    },
    totalGb: 0,
    freeGb: 0,
  });
  await expect(folder.require()).rejects.toMatchObject({ code: 'failed', message: expect.stringContaining(missing) });
  writeFileSync(missing, '');
  expect((await new DiskFolder(missing, false).look()).problem?.text).toBe(
    `the folder of disks ${missing} is not there`,
  );
});

test.each([
  ['what is read-only', 'exit 4', 'cannot be written to', 'cannot be written to'],
  ['a program that fails', 'echo broken >&2; exit 1', 'cannot be looked at: broken', 'cannot be looked at'],
  ['one that prints something else', 'echo a b c', 'cannot be looked at: stat says a b c', 'cannot be looked at'],
])('%s is a problem', async (_, lines, told, forOwner) => {
  const { problem } = await new DiskFolder('/d', true, { shell: shell(lines).path }).look();
  expect(problem).toEqual({ text: `the folder of disks /d ${told}`, forOwner: `the storage of disks ${forOwner}` });
});

test('a host that cannot start a program has no folder of disks', async () => {
  const { problem } = await new DiskFolder('/d', true, { shell: '/no/such/shell' }).look();
  expect(problem?.text).toContain('cannot be looked at');
});

test('storage that hangs is waited for until the bound, by everybody once; after that, for as long as it hangs, not at all', async () => {
  // What it started keeps its output open, as a program does that cannot be killed.
  const pids = join(tempDir(), 'pids');
  const hangs = shell(`sleep 600 & echo $! >>${pids}; wait`);
  const hanging = () => readFileSync(pids, 'utf8').trim().split('\n').map(Number);
  const end = () => process.kill(hanging().at(-1) ?? 0);
  const folder = new DiskFolder('/d', true, { shell: hangs.path, boundMs: 300 });
  const found = await Promise.all([folder.look(), folder.look()]);
  for (const { problem } of found) expect(problem?.text).toBe('the folder of disks /d does not answer within 0.3 s');
  for (let n = 0; n < 3; n += 1) await expect(folder.require()).rejects.toThrow('does not answer');
  expect(hangs.started(), 'one look hangs, and no more').toBe(1);
  end();
  await waitFor('another look', () => {
    void folder.look();
    return hanging().length === 2;
  });
  end();
});

test('whoever watches it hears that it went and that it is back, and nothing that was told already', async () => {
  const path = join(tempDir(), 'disks');
  mkdirSync(path);
  const folder = new DiskFolder(path, true, { everyMs: 20 });
  const told: unknown[] = [];
  let changes = 0;
  const hears = async () => {
    changes += 1;
    const { problem, shared } = await folder.tell();
    told.push([problem?.replace(path, 'F') ?? null, shared]);
  };
  await hears();
  onTestFinished(folder.watch(() => void hears()));
  rmdirSync(path);
  await waitFor('the news that it is gone', () => told.length === 2);
  mkdirSync(path);
  await waitFor('the news that it is back', () => told.length === 3);
  expect(told).toEqual([
    [null, true],
    ['the folder of disks F is not there: is its storage mounted?', true],
    [null, true],
  ]);
  expect(changes).toBe(3);
});

test('room is told anew when a good part of it is taken, and not for less', async () => {
  const blocks = join(tempDir(), 'blocks');
  const prints = shell(`cat ${blocks}`);
  const put = (freeGb: number) => {
    writeFileSync(`${blocks}.new`, `100 ${freeGb} ${GIB}`);
    renameSync(`${blocks}.new`, blocks);
  };
  put(50);
  const folder = new DiskFolder('/d', false, { shell: prints.path, everyMs: 10 });
  expect(await folder.tell()).toEqual({ problem: null, totalGb: 100, freeGb: 50, shared: false });
  const told: number[] = [];
  const tell = async () => void told.push((await folder.tell()).freeGb);
  onTestFinished(folder.watch(() => void tell()));
  put(45);
  const looks = prints.started();
  await waitFor('some looks', () => prints.started() > looks + 3);
  expect(told).toEqual([]);
  put(44);
  await waitFor('the news', () => told.length > 0);
  expect(told[0]).toBe(44);
});
