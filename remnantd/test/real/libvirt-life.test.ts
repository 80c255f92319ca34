// The life of guests on a real libvirt, with QEMU as another user, as on Debian's own: disks, a config drive, an address, and all
// that can be done to a guest that has them, told by the guests themselves on their consoles.

import { randomUUID } from 'node:crypto';
import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Order, RootDisk } from '../../src/drivers/driver.ts';
import { ability, DriverFault } from '../../src/drivers/driver.ts';
import type { GuestAddress } from '../../src/drivers/guest-view.ts';
import { asId, type CommandId, type ServerId } from '../../src/model/ids.ts';
import { POWER_STATE } from '../../src/model/power-state.ts';
import { consoleSays, eventually, GUEST_DISK, LibvirtLab, type Watched, watched } from './libvirt-lab.ts';

const order: Order = { command: asId<CommandId>('00000000-0000-4000-8000-000000000001') };
let lab: LibvirtLab;
let host: Watched;

beforeAll(async () => {
  lab = await LibvirtLab.open({ qemuUser: 'libvirt-qemu', network: 'labnet' });
  host = await watched(lab.driver());
});
afterAll(async () => {
  await host.driver.stop();
  await lab.close();
});

const disk = (sizeGb = 0): RootDisk => ({ image: GUEST_DISK, format: 'raw', sizeGb });
const says = (id: ServerId, text: string) => consoleSays(host.driver, id, text);
const consoleOf = async (id: ServerId) => (await host.driver.readConsole?.read(id, null)) ?? '';
const definition = (id: ServerId) => lab.virsh('dumpxml', '--inactive', '--security-info', id);

/** The fault that `attempt` ends in. */
async function fault(attempt: Promise<unknown>): Promise<DriverFault> {
  const thrown: unknown = await attempt.catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(DriverFault);
  return thrown as DriverFault;
}

/** The files of a guest's disks and their modes, in octal. */
async function files(id: ServerId): Promise<Record<string, string>> {
  const folder = join(lab.folder, 'disks', id);
  const names = await readdir(folder);
  const modes = names.map(async (name) => [name, ((await stat(join(folder, name))).mode & 0o777).toString(8)] as const);
  return Object.fromEntries(await Promise.all(modes));
}

test('a guest that was suspended goes on where it was, its console too, and can still be dumped', async () => {
  const { suspend } = host.driver;
  const { id, ...crashing } = lab.crashSpec('kd.stall=beat');
  await host.driver.make.create({ id, ...crashing }, order);
  await says(id, 'beat 2');
  await suspend?.suspend(id, order);
  expect(await host.driver.guest(id)).toMatchObject({ powerState: POWER_STATE.shutdown });
  await eventually(() => expect(host.told(id).at(-1)).toBe('stopped: Stopped Saved'));
  const before = await consoleOf(id);

  await suspend?.resume(id, order);
  expect(await host.driver.guest(id)).toMatchObject({ powerState: POWER_STATE.running });
  const beats = before.split('beat ').length - 1;
  await says(id, `beat ${beats + 2}`);
  const after = await consoleOf(id);
  expect(after.startsWith(before)).toBe(true);
  expect(after.split('GUEST-READY')).toHaveLength(2);

  const stream = await host.driver.followCrash?.openPort(id, 'dump');
  const dump = { bytes: 0, begins: '' };
  stream?.on('data', (piece: Buffer) => {
    if (dump.bytes === 0) dump.begins = piece.toString('latin1', 0, 12);
    dump.bytes += piece.length;
  });
  await host.driver.injectNmi?.send(id, order);
  await eventually(() => expect(host.told(id)).toContain('crashloaded: Crashed Crashloaded'));
  await says(id, 'DUMP-DONE rc=0');
  await eventually(() => expect(dump.bytes).toBeGreaterThan(4 * 1024 * 1024));
  expect(dump.begins).toBe('makedumpfile');
  stream?.destroy();
  await host.driver.destroy(id, order);
});

test('a guest boots from its disk, reads its config drive, and goes down when it is asked to', async () => {
  const configDrive = { 'openstack/latest/user_data': 'as its owner wants', 'openstack/latest/meta_data.json': '{}' };
  const { id, ...rest } = { ...lab.spec(), boot: null, disk: disk(1), configDrive };
  await host.driver.make.create({ id, ...rest }, order);
  await says(id, `DISK vda sectors=${2 * 1024 * 1024} mark=none`);
  await says(id, 'CONFIG /dev/sr0 as its owner wants');
  await says(id, 'GUEST-READY');
  expect(await files(id)).toEqual({ 'root.qcow2': '600', 'config.iso': '600' });
  expect(await host.driver.readAddresses?.addresses(id)).toBeNull();

  await host.driver.reboot?.soft(id, 90_000, order);
  expect(host.told(id)).toContain('stopped: Stopped Shutdown');
  expect(host.told(id)).not.toContain('stopped: Stopped Destroyed');
  await says(id, 'GUEST-READY');
  await host.driver.destroy(id, order);
  expect(await readdir(join(lab.folder, 'disks'))).toEqual([]);
});

describe('a guest with a disk and an address', () => {
  const id = asId<ServerId>(randomUUID());
  const own = { id, name: 'instance-life', disk: disk(), network: true };
  const spec = () => lab.specWith('kd.tell=on kd.net=on kd.mark=broken', own);
  let address: GuestAddress | undefined;
  let before = '';

  test('marks its disk, and is found where it was leased an address', async () => {
    await host.driver.make.create(spec(), order);
    await says(id, 'MARKED broken');
    const found = await host.driver.readAddresses?.addresses(id);
    expect(found).toMatchObject([
      { network: 'labnet', version: 4, mac: expect.stringMatching(/^52(:[0-9a-f]{2}){5}$/) },
    ]);
    address = found?.[0];
    await says(id, `NET ${address?.addr}`);
    before = await definition(id);
  });

  test('is rescued with its disk beside', async () => {
    const { boot } = lab.specWith('kd.tell=on');
    await host.driver.rescue?.rescue(id, { boot, disk: disk(1) }, order);
    await says(id, `DISK vda sectors=${2 * 1024 * 1024} mark=none`);
    await says(id, `DISK vdb sectors=${128 * 1024} mark=broken`);
    expect(await files(id)).toEqual({ 'root.qcow2': '600', 'rescue.qcow2': '600', 'before-rescue.xml': '600' });
    const growing = ability(host.driver, 'resize').resize(id, { vcpus: 2, memoryMb: 192, diskGb: 0 }, order);
    expect((await fault(growing)).message).toBe(`Instance ${id} is being rescued.`);
  });

  test('is rescued with something else, and gets its own back, though all else forgot', async () => {
    await host.driver.stop();
    await lab.signalDaemon('SIGKILL');
    await lab.startDaemon();
    host = await watched(lab.driver());
    await host.driver.rescue?.rescue(id, { boot: null, disk: disk() }, order);
    await says(id, `DISK vdb sectors=${128 * 1024} mark=broken`);
    await host.driver.rescue?.unrescue(id, order);
    await says(id, `DISK vda sectors=${128 * 1024} mark=broken`);
    expect(await definition(id)).toBe(before);
    expect(await files(id)).toEqual({ 'root.qcow2': '600' });
  });

  test('finds itself on a larger machine, its disk as it was and larger', async () => {
    await host.driver.resize?.resize(id, { vcpus: 2, memoryMb: 192, diskGb: 1 }, order);
    await says(id, `DISK vda sectors=${2 * 1024 * 1024} mark=broken`);
    const memory = /MACHINE cpus=2 memory=(\d+)/.exec(await consoleOf(id))?.[1];
    expect(Number(memory)).toBeGreaterThan(128 * 1024);
  });

  test('is as it was, when QEMU cannot be had that large', async () => {
    const large = await definition(id);
    await fault(ability(host.driver, 'resize').resize(id, { vcpus: 1, memoryMb: 2 ** 30, diskGb: 1 }, order));
    expect(await definition(id)).toBe(large);
    const told = host.told(id).length;
    // libvirt itself refuses this one, and the guest never knows.
    await fault(ability(host.driver, 'resize').resize(id, { vcpus: 1_000, memoryMb: 192, diskGb: 1 }, order));
    expect(
      host
        .told(id)
        .slice(told)
        .filter((each) => each.startsWith('stopped')),
    ).toEqual([]);
    expect(await host.driver.guest(id)).toMatchObject({ vcpus: 2, memoryMb: 192, powerState: POWER_STATE.running });
  });

  test('is new when it is built anew, and found where it was', async () => {
    await host.driver.destroy(id, order);
    await host.driver.make.create(spec(), order);
    await says(id, `DISK vda sectors=${128 * 1024} mark=none`);
    await says(id, 'MARKED broken');
    expect(await host.driver.readAddresses?.addresses(id)).toEqual([address]);
    await host.driver.destroy(id, order);
    expect(await readdir(join(lab.folder, 'disks'))).toEqual([]);
  });
});

test('a guest that others made is neither rescued nor resized', async () => {
  const file = join(lab.folder, 'foreign.xml');
  await writeFile(file, await lab.foreignXml('foreign'));
  await lab.virsh('define', file);
  const id = asId<ServerId>(await lab.virsh('domuuid', 'foreign'));
  for (const refused of [
    ability(host.driver, 'rescue').rescue(id, { boot: null, disk: disk() }, order),
    ability(host.driver, 'resize').resize(id, { vcpus: 2, memoryMb: 256, diskGb: 0 }, order),
  ]) {
    expect(await fault(refused)).toMatchObject({ code: 'not-supported' });
  }
  await host.driver.destroy(id, order);
});
