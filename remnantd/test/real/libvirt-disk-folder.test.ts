// A host's folder of disks on a real mount that becomes read-only, is taken away, hangs, and comes back, under a real libvirtd and an
// agent that runs on: nothing is put on the host meanwhile, what needs no disk goes on, and no restart is needed.

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, open, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { asId } from '../../src/model/ids.ts';
import type { Server } from '../../src/model/server.ts';
import type { Body } from '../harness/http-client.ts';
import type { TestCloud } from '../harness/open-cloud.ts';
import { ADMIN } from '../harness/records.ts';
import { NOBODY, useCloud } from '../harness/use-cloud.ts';
import { waitFor } from '../harness/wait-for.ts';
import { LibvirtLab } from './libvirt-lab.ts';

const run = promisify(execFile);
const IMAGE = '70000000-0000-4000-8000-000000000031';
const H1 = asId<never>('host-1');
/** A folder is looked at every 10 s, and a look may take 10 s; the machine may be busy. */
const PATIENCE_MS = 90_000;
const NO_HOST = 'No valid host was found. There are not enough hosts available.';

/** The storage, where the host has it mounted, and the folder of disks inside. */
let root = '';
let mount = '';
let disks = '';

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'disk-folder-'));
  mount = join(root, 'mount');
  disks = join(mount, 'disks');
  await chmod(root, 0o711);
  for (const folder of ['storage', 'storage/disks', 'mount']) await mkdir(join(root, folder), { mode: 0o711 });
  await comes();
});
afterEach(async () => {
  // Whatever is mounted there, one over the other: nothing of it is to be removed.
  for (let more = true; more; )
    more = await goes().then(
      () => true,
      () => false,
    );
  await rm(root, { recursive: true });
});

const comes = () => run('mount', ['--bind', join(root, 'storage'), mount]);
const goes = () => run('umount', ['--lazy', mount]);
const remounted = (how: 'ro' | 'rw') => run('mount', ['-o', `remount,bind,${how}`, mount]);

/** Mounts storage over it that answers nothing, as a server that is dead; the result takes it away. */
async function hangs(): Promise<() => Promise<void>> {
  const fuse = await open('/dev/fuse', 'r+');
  const options = ['-o', 'fd=3,rootmode=40000,user_id=0,group_id=0'];
  const mounting = spawn('mount', ['-i', '-t', 'fuse', 'dead', mount, ...options], {
    stdio: ['ignore', 'inherit', 'inherit', fuse.fd],
  });
  expect(await once(mounting, 'exit')).toEqual([0, null]);
  return async () => {
    await goes();
    await fuse.close();
  };
}

class Rig {
  readonly cloud: TestCloud;

  private constructor(cloud: TestCloud) {
    this.cloud = cloud;
  }

  static async open(): Promise<Rig> {
    const lab = await LibvirtLab.open({ disks });
    onTestFinished(() => lab.close());
    const flavors = [{ id: '1', name: 'small', vcpus: 1, ram: 128, disk: 1 }];
    const options = {
      apis: 1,
      hosts: ['host-1'],
      diskImages: [IMAGE],
      config: { flavors },
      driver: () => lab.driver(),
    };
    return new Rig(await useCloud(options, NOBODY));
  }

  /** What an operator is shown of its disks. */
  async shown(): Promise<Body> {
    const { body } = await this.cloud.api(0).ask({ path: '/remnant/v1/hosts/host-1', token: ADMIN });
    return (body['host']?.['disks'] ?? {}) as Body;
  }

  /** Waits until the host has told that there is this problem, and offers no disk; or that there is none. */
  async tells(problem: string | null): Promise<void> {
    const told = async () => (await this.shown())['problem'] === problem;
    await waitFor(`the host to tell ${problem}`, told, PATIENCE_MS);
    const usable = problem === null;
    expect(await this.shown()).toMatchObject({ usable, shared: true, ...(usable ? {} : { total_gb: 0, free_gb: 0 }) });
    const { body } = await this.cloud
      .api(0)
      .ask({ path: '/v2.1/os-hypervisors/detail', token: ADMIN, version: '2.87' });
    const [hypervisor] = body['hypervisors'] as unknown as { local_gb: number }[];
    expect((hypervisor?.local_gb ?? 0) > 0).toBe(usable);
  }

  /** Asks for a server with a disk, and gives its row when it is at rest. */
  async made(): Promise<Server> {
    const server = { name: 'web', imageRef: IMAGE, flavorRef: '1', networks: 'none' };
    const ask = { method: 'POST', path: '/v2.1/servers', token: ADMIN, version: '2.93', body: { server } } as const;
    const { status, body } = await this.cloud.api(0).ask(ask);
    expect(status).toBe(202);
    return this.row(String(body['server']?.['id']), ({ taskState }) => taskState === null);
  }

  row(id: string, is: (row: Server) => boolean): Promise<Server> {
    const now = async () => {
      const row = await this.cloud.row(id);
      return is(row) && row;
    };
    return waitFor(`the row of ${id}`, now, PATIENCE_MS);
  }

  async expectNoPlace(problem: string): Promise<void> {
    const fault = { message: NO_HOST, details: `host-1: ${problem}` };
    expect(await this.made()).toMatchObject({ vmState: 'error', host: null, fault });
  }

  async ask(method: 'POST' | 'DELETE', path: string, body: object | null = null): Promise<number> {
    const more = body === null ? {} : { body };
    return (await this.cloud.api(0).ask({ method, path, token: ADMIN, version: '2.93', ...more })).status;
  }
}

test('a folder that is read-only, missing or hangs is told, and so is that it is back', {
  timeout: 600_000,
}, async () => {
  const rig = await Rig.open();
  const { life } = rig.cloud.api(0).hosts.find(H1) ?? {};
  await rig.tells(null);

  await remounted('ro');
  const readOnly = `the folder of disks ${disks} cannot be written to`;
  await rig.tells(readOnly);
  await rig.expectNoPlace(readOnly);
  await remounted('rw');
  await rig.tells(null);

  await goes();
  const missing = `the folder of disks ${disks} is not there: is its storage mounted?`;
  await rig.tells(missing);
  await rig.expectNoPlace(missing);
  expect(await readdir(mount), 'nothing was made where it is not mounted').toEqual([]);
  await comes();
  await rig.tells(null);
  const { id, vmState, host } = await rig.made();
  expect([vmState, host]).toEqual(['active', 'host-1']);
  expect((await readdir(join(disks, id))).toSorted()).toEqual(['making', 'root.qcow2']);

  const wakes = await hangs();
  const dead = `the folder of disks ${disks} does not answer within 10 s`;
  await rig.tells(dead);
  await rig.expectNoPlace(dead);
  const began = performance.now();
  expect(await rig.ask('POST', `/v2.1/servers/${id}/action`, { inject_nmi: null })).toBe(202);
  expect(performance.now() - began, 'an NMI waits for no storage').toBeLessThan(5_000);
  expect(await rig.ask('DELETE', `/v2.1/servers/${id}`)).toBe(204);
  const left = await rig.row(id, (row) => row.taskState === null);
  expect([left.vmState, left.fault?.details]).toEqual(['error', 'the storage of disks does not answer within 10 s']);
  await wakes();
  await rig.tells(null);
  expect(await rig.ask('DELETE', `/v2.1/servers/${id}`)).toBe(204);
  await rig.row(id, ({ deletedAt }) => deletedAt !== null);
  expect(await readdir(disks)).toEqual([]);
  expect(rig.cloud.api(0).hosts.find(H1)?.life, 'its agent was not started again').toBe(life);
});
