// Following an operator's files, look by look: every way in which a file comes, goes and changes, and what is not to be
// taken for a change.

import { mkdirSync, renameSync, rmSync, statSync, symlinkSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { tempDir } from '../../test/harness/temp-dir.ts';
import { testClock } from '../../test/harness/test-clock.ts';
import { waitFor } from '../../test/harness/wait-for.ts';
import { PolicyFileError } from '../policy/load-policy.ts';
import type { PolicyNews } from './keep-policy.ts';
import { keepPolicy } from './keep-policy.ts';
import { policyPlaces } from './policy-files.ts';

const RULE = 'os_compute_api:x';
const DEFAULTS = [{ name: RULE, check: 'role:a', description: '', operations: [], scopeTypes: [] }];
const says = (check: string) => `"${RULE}": "${check}"\n`;

/** Keeps the policy of a folder; `look` lets one look pass, `check` is the rule in force. */
async function keep(dir: string, file: string | null = null) {
  const clock = testClock();
  clock.freeze();
  let looks = 0;
  const news: PolicyNews[] = [];
  const errors: unknown[] = [];
  const kept = await keepPolicy({
    defaults: DEFAULTS,
    places: policyPlaces({ state_dir: dir, policy: { file, folder: null } }),
    clock: {
      ...clock,
      after: (ms, run) => {
        looks += 1;
        return clock.after(ms, run);
      },
    },
    onNews: (one) => news.push(one),
    onError: (_what, error) => errors.push(error),
  });
  onTestFinished(() => {
    kept.stop();
    clock.stop();
    expect(errors).toEqual([]);
  });
  return {
    kept,
    /** What was told, in short, since the last time this was asked. */
    told: () => news.splice(0).map((one) => (one.kind === 'loaded' ? `loaded ${one.files.length}` : one.problem)),
    check: () => kept.policy.rules().find(({ name }) => name === RULE)?.check,
    look: async () => {
      const before = looks;
      clock.advance(500);
      await waitFor('the look to be over', () => looks > before);
    },
  };
}
const twice = async ({ look }: { look: () => Promise<void> }) => {
  await look();
  await look();
};

test('nothing there is the defaults, and nothing is read again while nothing changes', async () => {
  const one = await keep(tempDir());
  expect([one.check(), ...one.told()]).toEqual(['role:a', 'loaded 0']);
  await twice(one);
  expect(one.told()).toEqual([]);
});

test('a change counts once it stood still for a look', async () => {
  const dir = tempDir();
  const file = join(dir, 'policy.yaml');
  const one = await keep(dir);
  writeFileSync(file, says('role:half'));
  await one.look();
  expect(one.check(), 'it may be half written').toBe('role:a');
  writeFileSync(file, says('role:whole'));
  await one.look();
  expect(one.check()).toBe('role:a');
  await one.look();
  expect(one.check()).toBe('role:whole');
  expect(one.told()).toEqual(['loaded 0', 'loaded 1']);
});

test('a file that is away between two looks was never away', async () => {
  const dir = tempDir();
  const file = join(dir, 'policy.yaml');
  writeFileSync(file, says('role:b'));
  const one = await keep(dir);
  unlinkSync(file);
  await one.look();
  writeFileSync(file, says('role:c'));
  await one.look();
  expect(one.check()).toBe('role:b');
  await one.look();
  expect(one.check()).toBe('role:c');
  unlinkSync(file);
  await twice(one);
  expect(one.check()).toBe('role:a');
});

test('a file of the same size and time in its place is another file', async () => {
  const dir = tempDir();
  const file = join(dir, 'policy.yaml');
  writeFileSync(file, says('role:b'));
  const { atime, mtime } = statSync(file);
  const one = await keep(dir);
  writeFileSync(`${file}.tmp`, says('role:c'));
  utimesSync(`${file}.tmp`, atime, mtime);
  renameSync(`${file}.tmp`, file);
  await twice(one);
  expect(one.check()).toBe('role:c');
});

test('a file that is written in place without changing its size is seen', async () => {
  const dir = tempDir();
  const file = join(dir, 'policy.yaml');
  writeFileSync(file, says('role:b'));
  const one = await keep(dir);
  writeFileSync(file, says('role:c'));
  await twice(one);
  expect(one.check()).toBe('role:c');
});

test('files of the folder are read by name after the file, those of editors not at all', async () => {
  const dir = tempDir();
  const folder = join(dir, 'policy.d');
  mkdirSync(folder);
  writeFileSync(join(dir, 'policy.yaml'), says('role:first'));
  writeFileSync(join(folder, '20-b.yaml'), says('role:last'));
  writeFileSync(join(folder, '10-a.json'), `{${says('role:middle').trim()}}`);
  for (const name of ['.30-c.yaml.swp', '.#30-c.yaml', '30-c.yaml~', '30-c.yaml.bak', 'README'])
    writeFileSync(join(folder, name), 'role: (');
  const one = await keep(dir);
  expect([one.check(), ...one.told()]).toEqual(['role:last', 'loaded 3']);
  rmSync(join(folder, '20-b.yaml'));
  await twice(one);
  expect(one.check()).toBe('role:middle');
});

test('a bad file is told once for each change of it, and the rules before it stay', async () => {
  const dir = tempDir();
  const file = join(dir, 'policy.yaml');
  writeFileSync(file, says('role:b'));
  const one = await keep(dir);
  writeFileSync(file, says('role'));
  await twice(one);
  await twice(one);
  const problem = `${file}:1:22: "${RULE}": "role" is not a check such as role:admin`;
  expect(one.told()).toEqual(['loaded 1', problem]);
  expect([one.check(), one.kept.problem()]).toEqual(['role:b', problem]);
  writeFileSync(file, says('role '));
  await twice(one);
  expect(one.told()).toEqual([problem]);
  writeFileSync(file, says('role:c'));
  await twice(one);
  expect([one.check(), one.kept.problem(), ...one.told()]).toEqual(['role:c', null, 'loaded 1']);
});

test('what cannot be read is refused like what cannot be understood', async () => {
  const dir = tempDir();
  const file = join(dir, 'policy.yaml');
  const one = await keep(dir);
  const refusedFor = async (word: string) => {
    await twice(one);
    expect(one.kept.problem()).toContain(`${file}: cannot be read: `);
    expect(one.kept.problem()).toContain(word);
    expect(one.check()).toBe('role:a');
    rmSync(file, { recursive: true });
  };
  writeFileSync(file, Buffer.from([0x61, 0xff, 0xfe]));
  await refusedFor('not valid');
  writeFileSync(file, '#'.repeat(1_048_577));
  await refusedFor('larger than 1048576 bytes');
  mkdirSync(file);
  await refusedFor('EISDIR');
  symlinkSync(file, file);
  await refusedFor('ELOOP');
  await twice(one);
  expect(one.kept.problem()).toBeNull();
});

test('a file that the configuration names must be there, at the start and later', async () => {
  const dir = tempDir();
  const file = join(dir, 'mine.yaml');
  await expect(keep(dir, 'mine.yaml')).rejects.toThrow(new PolicyFileError(`${file}: cannot be read: ENOENT`).message);
  writeFileSync(file, says('role:b'));
  const one = await keep(dir, 'mine.yaml');
  unlinkSync(file);
  await twice(one);
  expect(one.check()).toBe('role:b');
  expect(one.kept.problem()).toContain('ENOENT');
});

test('a bad file at the start is no start', async () => {
  const dir = tempDir();
  writeFileSync(join(dir, 'policy.yaml'), says('rule:gone'));
  await expect(keep(dir)).rejects.toThrow(
    new PolicyFileError(`${join(dir, 'policy.yaml')}:1:1: "${RULE}": there is no rule "gone"`),
  );
});

test('reload reads at once, and tells of it even when nothing changed', async () => {
  const dir = tempDir();
  const one = await keep(dir);
  one.told();
  writeFileSync(join(dir, 'policy.yaml'), says('role:b'));
  await one.kept.reload();
  expect(one.check()).toBe('role:b');
  await one.kept.reload();
  await twice(one);
  expect(one.told()).toEqual(['loaded 1', 'loaded 1']);
});
