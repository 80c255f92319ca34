// Proves that a console is followed from where it is, through an emptied and a replaced log, and with its characters whole.

import { pbkdf2 } from 'node:crypto';
import { appendFileSync, readdirSync, readlinkSync } from 'node:fs';
import { appendFile, mkdtemp, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ConsoleFollower } from './console-follower.ts';

let folder: string;
let path: string;
let said: string;
let follower: ConsoleFollower;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'follow-'));
  path = join(folder, 'guest.log');
  said = '';
  await writeFile(path, 'before\n');
  follower = await ConsoleFollower.start(path, (text) => {
    said += text;
  });
});
afterEach(async () => {
  await follower.stop();
  await rm(folder, { recursive: true });
});

const says = (text: string) => vi.waitFor(() => expect(said).toBe(text), { interval: 1, timeout: 5_000 });

test('gives what comes, and nothing of what was there', async () => {
  await appendFile(path, 'one\n');
  await says('one\n');
  await appendFile(path, 'two\u001b[0m\n');
  await says('one\ntwo\u001b[0m\n');
});

test('a character that comes in two parts is one', async () => {
  const [first, rest] = [Buffer.from('é').subarray(0, 1), Buffer.from('é').subarray(1)];
  await appendFile(path, Buffer.concat([Buffer.from('a'), first]));
  await says('a');
  await appendFile(path, rest);
  await says('aé');
});

test('much text comes whole and in order', async () => {
  const lines = Array.from({ length: 40_000 }, (_, index) => `line ${index}\n`).join('');
  await appendFile(path, lines);
  await says(lines);
});

test('a log that is emptied is followed from its new beginning', async () => {
  await appendFile(path, 'old boot\n');
  await says('old boot\n');
  await truncate(path, 0);
  await appendFile(path, 'new\n');
  await says('old boot\nnew\n');
});

test('a log that is put aside is read to its end, and then the one in its place', async () => {
  await appendFile(path, 'old\n');
  await rename(path, `${path}.0`);
  await writeFile(path, 'new\n');
  await says('old\nnew\n');
  await appendFile(path, 'newer\n');
  await says('old\nnew\nnewer\n');
});

test('a log that goes does no harm, and one that comes again is followed', async () => {
  await rm(path);
  await appendFile(join(folder, 'other.log'), 'not ours\n');
  await writeFile(path, 'again\n');
  await says('again\n');
});

test('after the stop nothing comes', async () => {
  await follower.stop();
  const other = await ConsoleFollower.start(path, (text) => {
    said += `other: ${text}`;
  });
  await appendFile(path, 'late\n');
  await says('other: late\n');
  await other.stop();
});

test('a log that is written to as it begins to be followed is opened once, and from its end', async () => {
  const opened = () => readdirSync('/proc/self/fd').filter((fd) => linkOf(fd) === path).length;
  const before = opened();
  let early = '';
  for (let round = 0; round < 5; round += 1) {
    // The files' threads are busy: word of the change is here before the log is open.
    for (let job = 0; job < 8; job += 1) pbkdf2('', '', 20_000, 16, 'sha256', () => {});
    const starting = ConsoleFollower.start(path, (text) => {
      early += text;
    });
    appendFileSync(path, 'now\n');
    // oxlint-disable-next-line no-await-in-loop
    await (await starting).stop();
  }
  expect(early).not.toContain('before');
  expect(opened()).toBe(before);
});

/** What a number of an open file stands for; null for one that was closed meanwhile. */
function linkOf(fd: string): string | null {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return null;
  }
}

test('there must be a log', async () => {
  await expect(ConsoleFollower.start(join(folder, 'none.log'), () => undefined)).rejects.toMatchObject({
    code: 'ENOENT',
  });
});
