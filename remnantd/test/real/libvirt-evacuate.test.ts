// Evacuation between two real hosts, each with a libvirtd, QEMU as another user, and an agent: with one folder of disks the guest finds
// the mark that it made on its disk, without one it is made anew. The guests tell so on their consoles.

import { chmod, copyFile, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { Server } from '../../src/model/server.ts';
import type { TestCloud } from '../harness/open-cloud.ts';
import { ADMIN } from '../harness/records.ts';
import { NOBODY, useCloud } from '../harness/use-cloud.ts';
import { waitFor } from '../harness/wait-for.ts';
import { GUEST_DISK, LibvirtLab } from './libvirt-lab.ts';

const IMAGE = '70000000-0000-4000-8000-000000000021';
const LINE = 'console=ttyS0 quiet no_timer_check kd.tell=on kd.mark=mine';
/** Guests are emulated, on a machine that may be busy. */
const PATIENCE_MS = 180_000;
const EVERY_MS = 250;
/** What a guest says of its config drive. */
const TOLD = 'CONFIG /dev/sr0 of its owner';
const GIB_SECTORS = 1024 * 2048;
const FLAVORS = [
  { id: '1', name: 'small', vcpus: 1, ram: 128, disk: 1 },
  { id: '2', name: 'large', vcpus: 1, ram: 192, disk: 2 },
];

let folder = '';
beforeAll(async () => {
  // Passed through by QEMU's user, as the folder of disks of an operator is.
  folder = await mkdtemp(join(tmpdir(), 'evacuate-'));
  await chmod(folder, 0o711);
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** A folder with the image: a kernel that tells what is on its disk, and marks it. */
async function images(): Promise<string> {
  const path = join(folder, 'images');
  await rm(path, { recursive: true, force: true });
  await mkdir(join(path, 'marking'), { recursive: true });
  // Copies: libvirt gives them to QEMU's user while guests run.
  for (const file of ['vmlinuz', 'plain.img']) await copyFile(join(dirname(GUEST_DISK), file), join(path, file));
  await symlink(GUEST_DISK, join(path, 'disk.raw'));
  const image = {
    id: IMAGE,
    name: 'marking',
    kernel: '../vmlinuz',
    initrd: '../plain.img',
    disk: '../disk.raw',
    disk_format: 'raw',
    properties: { os_command_line: LINE },
  };
  await writeFile(join(path, 'marking', 'image.yaml'), JSON.stringify(image));
  return path;
}

/** Two hosts, with one folder of disks or each with its own, and a cloud over them. */
class TwoLabs {
  readonly one: LibvirtLab;
  readonly other: LibvirtLab;
  readonly cloud: TestCloud;
  id = '';

  private constructor(one: LibvirtLab, other: LibvirtLab, cloud: TestCloud) {
    this.one = one;
    this.other = other;
    this.cloud = cloud;
  }

  static async open(disks: string | null): Promise<TwoLabs> {
    const options = { qemuUser: 'libvirt-qemu', ...(disks === null ? {} : { disks }) };
    const open = async () => {
      const lab = await LibvirtLab.open(options);
      onTestFinished(() => lab.close());
      await chmod(lab.folder, 0o711);
      return lab;
    };
    const [one, other] = [await open(), await open()];
    const driver = (_: unknown, host: string) => (host === 'host-1' ? one : other).driver();
    const cloud = await useCloud(
      { apis: 1, imageFolder: await images(), config: { flavors: FLAVORS }, driver },
      NOBODY,
    );
    return new TwoLabs(one, other, cloud);
  }

  /** Makes a server on host-1 that has marked its disk. */
  async make(): Promise<void> {
    const place = { networks: 'none', availability_zone: 'nova:host-1' };
    const more = { config_drive: true, user_data: Buffer.from('of its owner\n').toString('base64') };
    const server = { name: 'web', imageRef: IMAGE, flavorRef: '1', ...place, ...more };
    const ask = { method: 'POST', path: '/v2.1/servers', token: ADMIN, version: '2.93', body: { server } } as const;
    const { status, body } = await this.cloud.api(0).ask(ask);
    expect(status).toBe(202);
    this.id = String(body['server']?.['id']);
    await this.says('mark=none');
    await this.says('MARKED mine');
  }

  /** The agent of host-1 dies, and nobody has heard of the host for a while. */
  async loseAgent(): Promise<void> {
    await this.cloud.agent('host-1').kill();
    this.cloud.advance(3_500);
    const { hosts } = this.cloud.api(0);
    await waitFor('host-1 to be lost', () => hosts.status('host-1' as never) === 'UNKNOWN');
  }

  async act(action: object): Promise<void> {
    const path = `/v2.1/servers/${this.id}/action`;
    const ask = { method: 'POST', path, token: ADMIN, version: '2.93', body: action } as const;
    const { status, message } = await this.cloud.api(0).ask(ask);
    expect([200, 202, 204], message).toContain(status);
  }

  /** Acts, and waits until it is at rest in that state. */
  async turn(action: object, vmState: Server['vmState']): Promise<void> {
    await this.act(action);
    await this.row((row) => row.taskState === null && row.vmState === vmState);
  }

  /** Evacuates it, and gives its row when that is over. */
  async evacuate(): Promise<Server> {
    await this.act({ evacuate: {} });
    return this.row(({ taskState }) => taskState === null);
  }

  /** Waits for a row like that. */
  row(is: (row: Server) => boolean): Promise<Server> {
    const now = async () => {
      const row = await this.cloud.row(this.id);
      return is(row) && row;
    };
    return waitFor('its row', now, PATIENCE_MS, EVERY_MS);
  }

  /** Waits until its console says so. */
  async says(text: string): Promise<void> {
    let said = '';
    const path = `/v2.1/servers/${this.id}/action`;
    const ask = { method: 'POST', path, token: ADMIN, version: '2.93', body: { 'os-getConsoleOutput': {} } } as const;
    const look = async () => {
      const { status, body } = await this.cloud.api(0).ask(ask);
      if (status === 200) said = String(body['output']);
      return said.includes(text);
    };
    await waitFor(`its console to say ${text}`, look, PATIENCE_MS, EVERY_MS).catch((error: unknown) => {
      throw new Error(`its console says:\n${said}`, { cause: error });
    });
  }

  /** host-1 is back; waits until it has no guest any more. */
  async comeBack(): Promise<void> {
    await this.one.startDaemon();
    expect(await this.one.virsh('list', '--all', '--uuid')).toBe(this.id);
    await this.cloud.agent('host-1').start();
    const rid = async () => (await this.one.virsh('list', '--all', '--uuid')) === '';
    await waitFor('host-1 to be rid of it', rid, PATIENCE_MS, EVERY_MS);
  }

  async running(lab: LibvirtLab): Promise<string> {
    return lab.virsh('list', '--state-running', '--uuid');
  }
}

test('with one folder of disks it goes on with its disk, once its host is really dead', {
  timeout: 600_000,
}, async () => {
  const disks = join(folder, 'disks');
  await mkdir(disks, { mode: 0o711 });
  const labs = await TwoLabs.open(disks);
  await labs.make();

  // Its agent is dead, and it is not: the other host gets no hold of its disk, and takes nothing away.
  await labs.loseAgent();
  const refused = await labs.evacuate();
  expect(refused).toMatchObject({ vmState: 'error', host: 'host-1' });
  expect(refused.fault?.details).toMatch(/qemu-img failed: .*lock/);
  expect([await labs.running(labs.one), await labs.other.virsh('list', '--all', '--uuid')]).toEqual([labs.id, '']);
  await stat(join(disks, labs.id, 'root.qcow2'));

  await labs.one.die();
  expect(await labs.evacuate()).toMatchObject({ vmState: 'active', host: 'host-2' });
  await labs.says('mark=mine');
  await labs.says(TOLD);
  await labs.comeBack();
  expect(await labs.one.leftOf(labs.id as never), 'nothing of it is left but its disk').toEqual([]);
  expect(await labs.running(labs.other)).toBe(labs.id);

  // It is its disk still, and all that is done with disks can be done with it.
  await labs.turn({ rescue: null }, 'rescued');
  await labs.says(`DISK vdb sectors=${GIB_SECTORS} mark=mine`);
  await labs.turn({ unrescue: null }, 'active');
  await labs.says(`DISK vda sectors=${GIB_SECTORS} mark=mine`);
  await labs.turn({ resize: { flavorRef: '2' } }, 'resized');
  await labs.says(`DISK vda sectors=${2 * GIB_SECTORS} mark=mine`);
  await labs.turn({ confirmResize: null }, 'active');
  await labs.turn({ rebuild: { imageRef: IMAGE } }, 'active');
  await labs.says(`DISK vda sectors=${2 * GIB_SECTORS} mark=none`);
  expect((await readdir(join(disks, labs.id))).toSorted()).toEqual(['config.iso', 'making', 'root.qcow2']);
  await labs.cloud.api(0).ask({ method: 'DELETE', path: `/v2.1/servers/${labs.id}`, token: ADMIN, version: '2.93' });
  await labs.row(({ deletedAt }) => deletedAt !== null);
  expect(await readdir(disks)).toEqual([]);
});

test('with a folder each it is made anew, and the old disk is removed when its host is back', {
  timeout: 600_000,
}, async () => {
  const labs = await TwoLabs.open(null);
  await labs.make();
  await labs.loseAgent();
  await labs.one.die();
  expect(await labs.evacuate()).toMatchObject({ vmState: 'active', host: 'host-2' });
  await labs.says('mark=none');
  await labs.says(TOLD);
  await stat(join(labs.one.folder, 'disks', labs.id, 'root.qcow2'));
  await labs.comeBack();
  await waitFor('its old disk to be gone', async () => (await readdir(join(labs.one.folder, 'disks'))).length === 0);
  expect(await labs.running(labs.other)).toBe(labs.id);
});
