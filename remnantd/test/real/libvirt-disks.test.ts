// The files of a guest's disks, as real programs make them: read back by programs too, and by nobody but their owner.

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import type { RootDisk } from '../../src/drivers/driver.ts';
import { GuestDisks } from '../../src/drivers/libvirt/guest-disks.ts';
import { asId, type CommandId, type ServerId } from '../../src/model/ids.ts';
import { tempDir } from '../harness/temp-dir.ts';

const run = promisify(execFile);
const id = asId<ServerId>('00010203-0405-4607-8809-0a0b0c0d0e0f');
const GIB = 1024 ** 3;

beforeAll(async () => {
  await run('bash', [join(import.meta.dirname, '../../../lab/install.sh'), 'libvirt']);
});

/** Disks in a folder of their own, and an image of 1 MiB that says so. */
function opened() {
  const root = tempDir();
  const stateDir = join(root, 'host');
  mkdirSync(stateDir, { mode: 0o700 });
  const image = join(root, 'image.raw');
  writeFileSync(image, Buffer.alloc(1024 * 1024, 'image'));
  const raw = (sizeGb: number): RootDisk => ({ image, format: 'raw', sizeGb });
  return { root, stateDir, raw, disks: new GuestDisks(stateDir, root) };
}

async function size(path: string): Promise<number> {
  const { stdout } = await run('qemu-img', ['info', '--output=json', '-f', 'qcow2', path]);
  return (JSON.parse(stdout) as { 'virtual-size': number })['virtual-size'];
}

test('a disk is a copy of its image, as large as it is to be, and for its owner alone', async () => {
  const { root, stateDir, raw, disks } = opened();
  const path = disks.path(id, 'root');
  await disks.make(id, 'root', raw(0));
  expect(await size(path)).toBe(1024 * 1024);
  const back = join(root, 'back.raw');
  await run('qemu-img', ['convert', '-f', 'qcow2', '-O', 'raw', path, back]);
  expect(readFileSync(back)).toEqual(readFileSync(raw(0).image));
  await disks.make(id, 'root', raw(2));
  expect(await size(path)).toBe(2 * GIB);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  // Who may not look into it may still be let through to a file of its own.
  for (const folder of [root, stateDir, join(stateDir, 'disks', id)]) expect(statSync(folder).mode & 0o777).toBe(0o711);

  // A qcow2 is taken the same way, and what it was made from is needed no more.
  const copy = { image: path, format: 'qcow2', sizeGb: 1 } as const;
  await disks.make(id, 'rescue', copy);
  expect(await size(disks.path(id, 'rescue'))).toBe(2 * GIB);
  await disks.remove(id);
  await disks.remove(id);
  expect(readdirSync(join(stateDir, 'disks'))).toEqual([]);
});

test('a disk only ever grows, and one that is not there is left alone', async () => {
  const { raw, disks } = opened();
  await disks.growRoot(id, 1);
  await disks.make(id, 'root', raw(2));
  for (const [asked, then] of [
    [0, 2],
    [1, 2],
    [3, 3],
  ] as const) {
    await disks.growRoot(id, asked);
    expect(await size(disks.path(id, 'root'))).toBe(then * GIB);
  }
});

test('an image that leads to other files of the host is opened by no program', async () => {
  const { root, stateDir, raw, disks } = opened();
  const leading = join(root, 'leading.qcow2');
  await run('qemu-img', ['create', '-q', '-f', 'qcow2', '-b', raw(0).image, '-F', 'raw', leading]);
  const made = disks.make(id, 'root', { image: leading, format: 'qcow2', sizeGb: 0 });
  await expect(made).rejects.toMatchObject({ code: 'failed', message: expect.stringContaining('a backing file') });
  const data = join(root, 'data.raw');
  await run('qemu-img', ['create', '-q', '-f', 'qcow2', '-o', `data_file=${data}`, join(root, 'outer.qcow2'), '1M']);
  const outer = disks.make(id, 'root', { image: join(root, 'outer.qcow2'), format: 'qcow2', sizeGb: 0 });
  await expect(outer).rejects.toMatchObject({ code: 'failed', message: expect.stringContaining('a data file') });
  expect(readdirSync(stateDir)).toEqual([]);
});

test('what qemu-img says against it is in the fault', async () => {
  const { stateDir, raw, disks } = opened();
  const broken = join(stateDir, 'broken.qcow2');
  await run('qemu-img', ['convert', '-f', 'raw', '-O', 'qcow2', raw(0).image, broken]);
  const bytes = readFileSync(broken);
  // Its first table cannot be where it says.
  bytes.writeBigUInt64BE(3n, 40);
  writeFileSync(broken, bytes);
  const made = disks.make(id, 'root', { image: broken, format: 'qcow2', sizeGb: 0 });
  await expect(made).rejects.toMatchObject({
    code: 'failed',
    message: expect.stringMatching(/^qemu-img failed: .*L1/),
  });
});

test('a config drive has the files and the label that a guest looks for, and leaves no copy of them', async () => {
  const { stateDir, disks } = opened();
  await disks.makeConfigDrive(id, {
    'openstack/latest/user_data': 'the first',
    'openstack/latest/meta_data.json': '{}',
  });
  const files = {
    'openstack/latest/user_data': Buffer.from([0x1f, 0x8b, 0xff, 0x00]),
    'openstack/latest/meta_data.json': '{"name":"ü"}',
  };
  await disks.makeConfigDrive(id, files);
  const iso = disks.configDrivePath(id);
  expect(readdirSync(join(stateDir, 'disks', id))).toEqual(['config.iso']);
  expect(statSync(iso).mode & 0o777).toBe(0o600);
  const { stdout: about } = await run('isoinfo', ['-d', '-i', iso]);
  expect(about).toContain('Volume id: config-2');
  for (const [path, content] of Object.entries(files)) {
    const { stdout } = await run('isoinfo', ['-R', '-x', `/${path}`, '-i', iso], { encoding: 'buffer' });
    expect(stdout).toEqual(Buffer.from(content));
  }
  await expect(disks.makeConfigDrive(id, { '../out': 'x' })).rejects.toMatchObject({ code: 'failed' });
  expect(readdirSync(join(stateDir, 'disks'))).toEqual([id]);
});

test('a definition is kept until the rescue ends', async () => {
  const { stateDir, raw, disks } = opened();
  expect(await disks.keptDefinition(id)).toBeNull();
  await disks.endRescue(id);
  await disks.keepDefinition(id, '<domain>ü</domain>');
  await disks.make(id, 'rescue', raw(0));
  expect(await new GuestDisks(stateDir, stateDir).keptDefinition(id)).toBe('<domain>ü</domain>');
  await disks.endRescue(id);
  expect(await disks.keptDefinition(id)).toBeNull();
  expect(readdirSync(join(stateDir, 'disks', id))).toEqual([]);
});

const MAKING = asId<CommandId>('10000000-0000-4000-8000-000000000001');
const LATER = asId<CommandId>('20000000-0000-4000-8000-000000000002');

test('a disk that another host made is found where both have their disks, and goes only by its making', async () => {
  const { root, raw } = opened();
  const shared = join(root, 'shared');
  mkdirSync(shared, { mode: 0o750 });
  const host = (name: string) => {
    mkdirSync(join(root, name));
    return new GuestDisks(join(root, name), root, shared);
  };
  const [one, other] = [host('one'), host('two')];
  expect(await one.find(id)).toBeNull();
  await one.begin(id, { making: MAKING });
  expect(await other.find(id), 'what is not whole is not there').toBeNull();
  await one.make(id, 'root', raw(0));
  await one.makeConfigDrive(id, { user_data: 'mine' });
  expect(await other.find(id)).toEqual({ making: MAKING });
  expect(await other.hasConfigDrive(id)).toBe(true);
  expect(statSync(join(shared, id)).mode & 0o777).toBe(0o711);
  expect(statSync(shared).mode & 0o777, 'the folder is for its operator to see to').toBe(0o750);

  await one.keepDefinition(id, '<domain/>');
  expect(await other.keptDefinition(id), 'it is of one host alone').toBeNull();
  await one.remove(id, [LATER]);
  expect(await one.keptDefinition(id)).toBeNull();
  expect(await other.find(id)).toEqual({ making: MAKING });
  await one.remove(id, [LATER, MAKING]);
  expect([await other.find(id), readdirSync(shared)]).toEqual([null, []]);

  // What nobody signed may be anybody's.
  await one.begin(id, {});
  await one.make(id, 'root', raw(0));
  await other.remove(id, [MAKING]);
  expect(await one.find(id)).toEqual({ making: null });
  await other.remove(id);
  expect(readdirSync(shared)).toEqual([]);
});

test('on shared storage nothing is replaced that was made or taken over since that was asked for', async () => {
  const { root, raw } = opened();
  const shared = join(root, 'shared');
  mkdirSync(shared);
  const host = (name: string) => {
    mkdirSync(join(root, name));
    return new GuestDisks(join(root, name), root, shared);
  };
  const [one, other] = [host('one'), host('two')];
  const since = {
    code: 'failed',
    message: 'the disk that lies here was made, or taken over, since this was asked for',
  };

  // Both are at it: whoever began last has it, and the other one takes nothing of it back.
  await one.begin(id, { making: MAKING, replaces: [] });
  await one.make(id, 'root', raw(0), MAKING);
  await other.begin(id, { making: LATER, replaces: [MAKING] });
  await expect(one.make(id, 'root', raw(0), MAKING)).rejects.toMatchObject(since);
  await other.make(id, 'root', raw(0), LATER);
  await one.remove(id, [MAKING]);
  expect(await one.find(id)).toEqual({ making: LATER });

  await expect(one.begin(id, { making: MAKING, replaces: [] })).rejects.toMatchObject(since);
  // Taken over as it is: what was asked for before knows its making, and not that.
  const third = asId<CommandId>('third');
  await other.take(id, third);
  await expect(one.begin(id, { making: MAKING, replaces: [LATER] })).rejects.toMatchObject(since);
  await one.remove(id, [LATER, MAKING]);
  expect(await one.find(id)).toEqual({ making: LATER });
  await one.begin(id, { making: MAKING, replaces: [LATER, third] });
  expect(await one.find(id)).toBeNull();
});

test('a disk of this host alone that nobody signed is of an earlier stay: it is not found, and goes', async () => {
  const { stateDir, raw, disks } = opened();
  await disks.make(id, 'root', raw(0));
  expect(await disks.find(id)).toBeNull();
  await disks.remove(id, []);
  expect(readdirSync(join(stateDir, 'disks'))).toEqual([]);
});

test('a making ends what was there of an earlier one, and one that breaks off leaves no disk', async () => {
  const { stateDir, raw, disks } = opened();
  await disks.begin(id, { making: MAKING });
  await disks.make(id, 'root', raw(0));
  await disks.begin(id, { making: LATER });
  expect(await disks.find(id)).toBeNull();
  const missing = { image: join(stateDir, 'no-such-image'), format: 'raw', sizeGb: 0 } as const;
  await expect(disks.make(id, 'root', missing)).rejects.toThrow('ENOENT');
  await disks.make(id, 'root', raw(0));
  expect(await disks.find(id)).toEqual({ making: LATER });
  const home = join(stateDir, 'disks', id);
  // As a host leaves them that dies half-way.
  writeFileSync(join(home, 'root.qcow2.new'), 'half');
  await disks.make(id, 'root', raw(1));
  expect(readdirSync(home).toSorted()).toEqual(['making', 'root.qcow2']);
});

test('a folder that is not mounted is not made: nothing is found, made or removed there', async () => {
  const { root, stateDir, raw } = opened();
  const missing = join(root, 'mount', 'disks');
  const disks = new GuestDisks(stateDir, root, missing);
  for (const attempt of [
    () => disks.find(id),
    () => disks.begin(id, { making: MAKING }),
    () => disks.make(id, 'root', raw(0)),
    () => disks.makeConfigDrive(id, { a: 'b' }),
    () => disks.remove(id),
    () => disks.remove(id, [MAKING]),
  ]) {
    await expect(attempt()).rejects.toMatchObject({
      code: 'failed',
      message: `the folder of disks ${missing} is not there: is its storage mounted?`,
      forOwner: 'the storage of disks is not there',
    });
  }
  expect(readdirSync(root)).not.toContain('mount');
});

test('a disk that leads to other files is none to go on with, and one that a QEMU has is not free', async () => {
  const { root, raw, disks } = opened();
  await disks.requireFree(id);
  await disks.begin(id, { making: MAKING });
  await disks.make(id, 'root', raw(0));
  await disks.requireFree(id);
  const path = disks.path(id, 'root');
  const holder = spawn('qemu-io', ['-f', 'qcow2', path], { stdio: ['pipe', 'pipe', 'inherit'] });
  holder.stdin.write('read 0 512\n');
  await once(holder.stdout, 'data');
  await expect(disks.requireFree(id)).rejects.toMatchObject({
    code: 'failed',
    message: expect.stringMatching(/^qemu-img failed: .*lock/),
  });
  holder.stdin.end();
  await once(holder, 'exit');
  await disks.requireFree(id);
  await run('qemu-img', ['create', '-q', '-f', 'qcow2', '-b', join(root, 'image.raw'), '-F', 'raw', path]);
  await expect(disks.find(id)).rejects.toMatchObject({ code: 'failed', message: expect.stringContaining('backing') });
});

test('an id that is no UUID is no path', () => {
  const { disks } = opened();
  expect(() => disks.path(asId<ServerId>('../../etc'), 'root')).toThrow(TypeError);
});
