// Proves the ports' files: whose they are, and that each boot of a QEMU has FIFOs of its own.

import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { asId, type ServerId } from '../../model/ids.ts';
import { GuestPorts } from './guest-ports.ts';

const id = asId<ServerId>('00010203-0405-0607-0809-0a0b0c0d0e0f');
let folder: string;
let ports: GuestPorts;
const qemus = new Set<number>();

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ports-'));
  ports = new GuestPorts(join(folder, 'host'), folder);
});
afterEach(async () => {
  ports.close();
  for (const file of qemus) closeSync(file);
  qemus.clear();
  await rm(folder, { recursive: true });
});

/** The dump port as QEMU has it; the result writes to it. */
function qemu() {
  const file = openSync(`${ports.path(id, 'dump')}.out`, constants.O_RDWR | constants.O_NONBLOCK);
  qemus.add(file);
  return {
    writes: (what: string) => writeSync(file, what),
    exits: () => {
      closeSync(file);
      qemus.delete(file);
    },
  };
}

test('QEMU may pass through to the FIFOs, which are for their owner alone, whatever was there before', async () => {
  await mkdir(join(folder, 'host', 'ports', id), { recursive: true, mode: 0o755 });
  await chmod(join(folder, 'host', 'ports'), 0o755);
  await writeFile(`${ports.path(id, 'dump')}.out`, 'a file');
  await ports.prepare(id);
  for (const path of [folder, join(folder, 'host'), join(folder, 'host', 'ports'), join(folder, 'host', 'ports', id)]) {
    expect((await stat(path)).mode & 0o777).toBe(0o711);
  }
  for (const name of ['dump.in', 'dump.out', 'status.in', 'status.out']) {
    const found = await stat(join(folder, 'host', 'ports', id, name));
    expect([found.isFIFO(), found.mode & 0o777]).toEqual([true, 0o600]);
  }
});

test('a guest without ports has none, and removing them is fine', async () => {
  expect(ports.open(id, 'dump')).toBeNull();
  await ports.remove(id);
  await ports.prepare(id);
  await ports.remove(id);
  expect(await readdir(join(folder, 'host', 'ports'))).toEqual([]);
  expect(() => ports.path(asId<ServerId>('../x'), 'dump')).toThrow(TypeError);
});

test('what nobody has read of one boot never gets into the next one', async () => {
  await ports.prepare(id);
  const first = qemu();
  ports.open(id, 'dump')?.destroy();
  first.writes('old');
  first.exits();
  ports.stopped(id);
  await ports.prepare(id);
  const second = qemu();
  const read = ports.open(id, 'dump');
  second.writes('new');
  second.exits();
  expect(read === null ? null : await text(read)).toBe('new');
});

test('one who still reads an old boot reads it to its end, beside the reader of the new one', async () => {
  await ports.prepare(id);
  const first = qemu();
  const old = ports.open(id, 'dump');
  first.writes('old');
  first.exits();
  await ports.prepare(id);
  const second = qemu();
  const fresh = ports.open(id, 'dump');
  second.writes('new');
  second.exits();
  expect(old === null || fresh === null ? null : [await text(old), await text(fresh)]).toEqual(['old', 'new']);
});

test('what a QEMU that went has left can be read afterwards, even by one who comes late', async () => {
  await ports.prepare(id);
  const only = qemu();
  const early = ports.open(id, 'dump');
  only.writes('the end');
  early?.destroy();
  only.exits();
  ports.stopped(id);
  // Somebody else starts the guest again, over the same FIFOs.
  const other = qemu();
  other.writes('another boot');
  const late = ports.open(id, 'dump');
  expect(late === null ? null : await text(late)).toBe('the end');
  const next = ports.open(id, 'dump');
  other.exits();
  expect(next === null ? null : await text(next)).toBe('another boot');
});
