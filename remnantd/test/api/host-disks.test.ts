// Hosts whose folder of disks cannot be used, or is full: what they tell of it is shown, nothing that needs a disk is put there, whoever
// finds no place is told why, and one that has its folder again is chosen again by itself.

import { expect, test } from 'vitest';
import type { Driver } from '../../src/drivers/driver.ts';
import type { HostName } from '../../src/model/ids.ts';
import { asId } from '../../src/model/ids.ts';
import type { Server } from '../../src/model/server.ts';
import { SUBJECT } from '../../src/model/wire.ts';
import type { Body } from '../harness/http-client.ts';
import type { CloudOptions, TestCloud } from '../harness/open-cloud.ts';
import { IMAGE } from '../harness/open-remnant.ts';
import { ADMIN, MEMBER } from '../harness/records.ts';
import { NOBODY, useCloud } from '../harness/use-cloud.ts';
import { waitFor } from '../harness/wait-for.ts';

const [H1, H2, OLD] = [asId<HostName>('host-1'), asId<HostName>('host-2'), asId<HostName>('old')];
const GONE = asId<HostName>('gone');
const DISK = '11111111-2222-4333-8444-555555555551';
const SHARED = '/shared';
const FLAVORS = [
  { id: '0', name: 'none', vcpus: 1, ram: 512, disk: 0 },
  { id: '1', name: 'small', vcpus: 1, ram: 512, disk: 1 },
  { id: '2', name: 'large', vcpus: 1, ram: 512, disk: 3 },
];
const NO_HOST = 'No valid host was found. There are not enough hosts available.';
const AWAY = 'the folder of disks /shared is not there: is its storage mounted?';

const opened = (options: CloudOptions = {}): Promise<TestCloud> =>
  useCloud({ apis: 1, diskImages: [DISK], config: { flavors: FLAVORS }, ...options }, NOBODY);

/** Simulated hosts that have so many GiB for disks. */
const withDisk = (diskGb: number) => (driver: Driver) => ({
  ...driver,
  inventory: async () => ({ ...(await driver.inventory()), diskGb }),
});

async function ask(cloud: TestCloud, path: string, token = ADMIN): Promise<Body> {
  return (await cloud.api(0).ask({ path, token, version: '2.87' })).body;
}

/** Asks for a server, and gives its row when it is at rest. */
async function made(cloud: TestCloud, server: object = {}, token = ADMIN): Promise<Server> {
  const whole = { name: 'web', imageRef: DISK, flavorRef: '1', networks: 'none', ...server };
  const path = '/v2.1/servers';
  const { status, body } = await cloud
    .api(0)
    .ask({ method: 'POST', path, token, version: '2.93', body: { server: whole } });
  expect(status).toBe(202);
  return atRest(cloud, String(body['server']?.['id']));
}

const atRest = (cloud: TestCloud, id: string) =>
  waitFor(`${id} to be at rest`, async () => {
    const row = await cloud.row(id);
    return row.taskState === null && row;
  });

async function act(cloud: TestCloud, id: string, body: object): Promise<Server> {
  const path = `/v2.1/servers/${id}/action`;
  const { status } = await cloud.api(0).ask({ method: 'POST', path, token: ADMIN, version: '2.94', body });
  expect(status).toBeLessThan(300);
  return atRest(cloud, id);
}

/** Takes the folder of disks of a host away, or gives it back, and waits until that is known. */
async function setDisks(cloud: TestCloud, host: string, problem: string | null): Promise<void> {
  cloud.world.host(host).setDiskProblem(problem);
  const told = () => cloud.api(0).hosts.find(asId(host))?.offered?.disks?.problem;
  await waitFor(`${host} to have told`, () => told() === problem);
}

const hostDisks = async (cloud: TestCloud, host: string) =>
  (await ask(cloud, `/remnant/v1/hosts/${host}`))['host']?.['disks'];

test('a host without its folder is chosen for no server with a disk, and again as soon as it has it', async () => {
  const cloud = await opened({ disks: { 'host-1': SHARED, 'host-2': SHARED } });
  const { life } = cloud.api(0).hosts.find(H1) ?? {};
  expect(await hostDisks(cloud, 'host-1')).toEqual({
    usable: true,
    problem: null,
    total_gb: 4_096,
    free_gb: 4_096,
    shared: true,
  });
  await setDisks(cloud, 'host-1', AWAY);
  expect(await hostDisks(cloud, 'host-1')).toEqual({
    usable: false,
    problem: AWAY,
    total_gb: 0,
    free_gb: 0,
    shared: true,
  });
  const hypervisors = await ask(cloud, '/v2.1/os-hypervisors/detail');
  const sizes = (hypervisors['hypervisors'] as readonly Body[]).map((one) => [one['local_gb'], one['free_disk_gb']]);
  expect(sizes).toEqual([
    [0, 0],
    [4_096, 4_096],
  ]);
  const listed = await ask(cloud, '/remnant/v1/hosts');
  expect((listed['hosts'] as readonly Body[]).map((one) => one['disks']?.['usable'])).toEqual([false, true]);

  // The other one has less memory left with each.
  for (let n = 0; n < 3; n += 1) expect((await made(cloud)).host).toBe('host-2');
  const noDisk = { imageRef: IMAGE, flavorRef: '0' };
  expect((await made(cloud, noDisk)).host, 'one without a disk needs no folder').toBe('host-1');
  expect((await made(cloud, { ...noDisk, flavorRef: '1' })).host).toBe('host-2');
  expect((await made(cloud, { ...noDisk, config_drive: true })).host).toBe('host-2');
  expect((await made(cloud, { imageRef: DISK, flavorRef: '0' })).host, 'as large as its image').toBe('host-2');

  await setDisks(cloud, 'host-1', null);
  expect((await made(cloud)).host).toBe('host-1');
  expect(cloud.api(0).hosts.find(H1)?.life, 'its agent was not started again').toBe(life);
});

test('whoever runs the hosts is told why there was none; the owner is told what Nova tells', async () => {
  const cloud = await opened();
  await setDisks(cloud, 'host-1', AWAY);
  await setDisks(cloud, 'host-2', 'the folder of disks /shared cannot be written to');
  const { id, vmState } = await made(cloud, {}, MEMBER);
  expect(vmState).toBe('error');
  const faultFor = async (token: string) => (await ask(cloud, `/v2.1/servers/${id}`, token))['server']?.['fault'];
  expect(await faultFor(ADMIN)).toMatchObject({
    code: 500,
    message: NO_HOST,
    details: `host-1: ${AWAY}; host-2: the folder of disks /shared cannot be written to`,
  });
  const owners = await faultFor(MEMBER);
  expect(owners).toMatchObject({ code: 500, message: NO_HOST });
  expect(owners).not.toHaveProperty('details');
});

test('nothing is evacuated to a host without its folder, not even by its name or by force, until it has it', async () => {
  const cloud = await opened({ disks: { 'host-1': SHARED, 'host-2': SHARED } });
  await setDisks(cloud, 'host-1', AWAY);
  const { id } = await cloud.addServer({ host: GONE, imageId: asId(DISK) });
  expect(await act(cloud, id, { evacuate: { host: 'host-1' } })).toMatchObject({
    host: 'gone',
    vmState: 'error',
    fault: {
      message: NO_HOST,
      details: `host-1: ${AWAY}; host-2: not wanted there, by zone, name, group or hint`,
    },
  });
  expect(await act(cloud, id, { evacuate: {} })).toMatchObject({ host: 'host-2', vmState: 'active' });
  const second = await cloud.addServer({ host: GONE, imageId: asId(DISK) });
  const path = `/v2.1/servers/${second.id}/action`;
  const forced = { evacuate: { host: 'host-1', force: true } };
  const answer = await cloud.api(0).ask({ method: 'POST', path, token: ADMIN, version: '2.29', body: forced });
  expect(answer.status).toBe(200);
  expect(await atRest(cloud, second.id)).toMatchObject({ vmState: 'error', host: 'gone' });
  await setDisks(cloud, 'host-1', null);
  expect(await act(cloud, second.id, { evacuate: { host: 'host-1' } })).toMatchObject({
    host: 'host-1',
    vmState: 'active',
  });
});

test('a host whose agent is older tells nothing of its disks, and is chosen as before', async () => {
  const cloud = await opened({ hosts: ['host-1'] });
  await setDisks(cloud, 'host-1', AWAY);
  const { disks: _, ...offered } = cloud.api(0).hosts.find(H1)?.offered ?? {};
  const hello = { host: OLD, wire: 1, life: 'old', calls: ['create'], offered: { ...offered, diskGb: 0 } };
  await cloud.bus.request(SUBJECT.from(OLD, 'hello'), JSON.parse(JSON.stringify(hello)), 1_000);
  await waitFor('it to be up', () => cloud.api(0).hosts.status(OLD) === 'UP');
  expect(await hostDisks(cloud, 'old')).toBeNull();
  const whole = { name: 'web', imageRef: DISK, flavorRef: '1', networks: 'none' };
  const create = {
    method: 'POST',
    path: '/v2.1/servers',
    token: ADMIN,
    version: '2.93',
    body: { server: whole },
  } as const;
  const { body } = await cloud.api(0).ask(create);
  expect((await cloud.row(String(body['server']?.['id']))).host).toBe('old');
});

test('disks are promised as far as there is room for them, and no further', async () => {
  const cloud = await opened({ hosts: ['host-1'], driver: withDisk(4) });
  expect((await made(cloud, { flavorRef: '2' })).host).toBe('host-1');
  expect((await made(cloud, { flavorRef: '2' })).fault).toMatchObject({
    message: NO_HOST,
    details: 'host-1: less than 3 GiB of disk left',
  });
  // What asks for no room gets in.
  expect((await made(cloud, { flavorRef: '0' })).host).toBe('host-1');
  const small = await made(cloud, { flavorRef: '1' });
  expect(small.host).toBe('host-1');
  expect((await made(cloud, { flavorRef: '1' })).vmState).toBe('error');
  expect(await act(cloud, small.id, { resize: { flavorRef: '2' } })).toMatchObject({
    vmState: 'active',
    flavor: { id: '1' },
    fault: {
      message: 'No valid host was found. No valid host found for resize',
      details: 'host-1: less than 2 GiB of disk left',
    },
  });
});

test('several of one request take room from each other, and those on their way to a host from the next', async () => {
  const cloud = await opened({ hosts: ['host-1', 'host-2'], driver: withDisk(4) });
  const path = '/v2.1/servers';
  const server = { name: 'web', imageRef: DISK, flavorRef: '2', networks: 'none', min_count: 2 };
  const two = { method: 'POST', path, token: ADMIN, version: '2.93', body: { server } } as const;
  expect((await cloud.api(0).ask(two)).status).toBe(202);
  const hosts = async () =>
    ((await ask(cloud, '/v2.1/servers/detail'))['servers'] as readonly Body[]).map(
      (one) => one['OS-EXT-SRV-ATTR:host'] ?? null,
    );
  expect(new Set(await hosts())).toEqual(new Set(['host-1', 'host-2']));
  await waitFor('both to be made', async () => {
    const rows = (await ask(cloud, '/v2.1/servers/detail'))['servers'] as readonly Body[];
    return rows.every((one) => one['status'] === 'ACTIVE');
  });
});

test('where hosts share their folder, a disk that may lie there already asks for no more room', async () => {
  const flavor = { id: '2', name: 'large', vcpus: 1, ram: 512, disk: 3, ephemeral: 0, swap: 0, extraSpecs: {} };
  const lost = { host: GONE, imageId: asId<never>(DISK), flavor };
  const shared = await opened({ hosts: ['host-1'], disks: { 'host-1': SHARED }, driver: withDisk(4) });
  for (let n = 0; n < 2; n += 1) {
    const { id } = await shared.addServer(lost);
    expect(await act(shared, id, { evacuate: {} })).toMatchObject({ host: 'host-1', vmState: 'active' });
  }
  expect((await made(shared)).fault?.details).toBe('host-1: less than 1 GiB of disk left');

  const own = await opened({ hosts: ['host-2'], driver: withDisk(4) });
  const [first, second] = [await own.addServer(lost), await own.addServer(lost)];
  expect(await act(own, first.id, { evacuate: {} })).toMatchObject({ host: H2 });
  expect((await act(own, second.id, { evacuate: {} })).fault?.details).toBe('host-2: less than 3 GiB of disk left');
});
