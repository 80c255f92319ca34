// Evacuation and disks: one on storage that both hosts share is kept, another is made anew; what the lost host has left of it is
// removed when that is back, and never the disk that its server runs on by then.

import { expect, test } from 'vitest';
import { migrationsMatching } from '../../src/db/server-migrations.ts';
import { patchServer } from '../../src/db/servers.ts';
import type { HostName } from '../../src/model/ids.ts';
import { asId } from '../../src/model/ids.ts';
import type { Migration } from '../../src/model/migration.ts';
import type { Server } from '../../src/model/server.ts';
import type { Answer } from '../harness/http-client.ts';
import type { CloudOptions, TestCloud } from '../harness/open-cloud.ts';
import { ADMIN, unknownId } from '../harness/records.ts';
import { NOBODY, useCloud } from '../harness/use-cloud.ts';
import { waitFor } from '../harness/wait-for.ts';

const H1 = asId<HostName>('host-1');
const IMAGE = '11111111-2222-4333-8444-555555555551';
const OTHER = '11111111-2222-4333-8444-555555555552';
const SHARED = '/shared';
const TOGETHER = { 'host-1': SHARED, 'host-2': SHARED };

const opened = (options: CloudOptions = {}): Promise<TestCloud> =>
  useCloud({ apis: 1, hosts: ['host-1', 'host-2'], diskImages: [IMAGE, OTHER], ...options }, NOBODY);
const act = (cloud: TestCloud, id: string, body: object, version = '2.94'): Promise<Answer> =>
  cloud.api(0).ask({ method: 'POST', path: `/v2.1/servers/${id}/action`, token: ADMIN, version, body });
const guestOn = (cloud: TestCloud, host: string, id: string) => cloud.world.host(host).guests.get(asId(id));
const diskIn = (cloud: TestCloud, folder: string, id: string) => {
  const disk = cloud.world.disks(folder).get(asId(id));
  return disk === undefined ? undefined : { making: disk.making, by: disk.by };
};
const own = (host: string) => `the disks of ${host}`;

/** A server on host-1, made as its owner would. */
async function made(cloud: TestCloud): Promise<string> {
  const server = { name: 'web', imageRef: IMAGE, flavorRef: '1', networks: 'none', availability_zone: 'nova:host-1' };
  const { status, body } = await cloud
    .api(0)
    .ask({ method: 'POST', path: '/v2.1/servers', token: ADMIN, version: '2.93', body: { server } });
  expect(status).toBe(202);
  const id = String(body['server']?.['id']);
  await settled(cloud, id, ({ vmState }) => vmState === 'active');
  return id;
}

/** Ends the agent of host-1 and, unless it is to go on unseen, the guest; waits until the host is judged. */
async function lose(cloud: TestCloud, id: string, guest: 'dies' | 'goes on' = 'dies'): Promise<void> {
  await cloud.agent('host-1').kill();
  const there = guestOn(cloud, 'host-1', id);
  if (guest === 'dies' && there !== undefined) cloud.world.host('host-1').cutPower(there);
  cloud.advance(3_500);
  await waitFor('host-1 to be lost', () => cloud.api(0).hosts.status(H1) === 'UNKNOWN');
}

/** Evacuates it and gives its row when that is over. */
async function evacuated(cloud: TestCloud, id: string, body: object = {}, version?: string): Promise<Server> {
  expect((await act(cloud, id, { evacuate: body }, version)).status).toBe(200);
  return settled(cloud, id);
}

const settled = (cloud: TestCloud, id: string, is: (row: Server) => boolean = () => true) =>
  waitFor(`${id} to be at rest`, async () => {
    const row = await cloud.row(id);
    return row.taskState === null && is(row) && row;
  });

async function migrationsOf(cloud: TestCloud, serverId: string): Promise<Migration[]> {
  const none = { host: null, sourceHost: null, node: null, kind: null, userId: null, projectId: null };
  const times = { changedSince: null, changedBefore: null };
  return migrationsMatching(cloud.store.read, { statuses: null, serverId, ...none, ...times }, null);
}

/** The events of its last evacuation, oldest first. */
async function eventsOf(cloud: TestCloud, id: string): Promise<string[]> {
  const path = `/v2.1/servers/${id}/os-instance-actions`;
  const ask = { token: ADMIN, version: '2.93' };
  const list = await cloud.api(0).ask({ path, ...ask });
  const actions = list.body['instanceActions'] as unknown as { action: string; request_id: string }[];
  const last = actions.find(({ action }) => action === 'evacuate');
  const { body } = await cloud.api(0).ask({ path: `${path}/${last?.request_id}`, ...ask });
  const events = body['instanceAction']?.['events'] as unknown as { event: string; result: string }[];
  return events.map(({ event, result }) => `${event} ${result}`).toReversed();
}

/** Has host-1 come back, and waits until nothing is left of what was evacuated from there. */
async function returned(cloud: TestCloud, id: string): Promise<void> {
  await cloud.agent('host-1').start();
  await waitFor('nothing to be left', async () =>
    (await migrationsOf(cloud, id)).every(({ leftoverOn }) => leftoverOn === null),
  );
  expect(guestOn(cloud, 'host-1', id)).toBeUndefined();
}

test('on shared storage it goes on with its disk, which stays when the lost host is back, and goes with the server', async () => {
  const cloud = await opened({ disks: TOGETHER });
  const id = await made(cloud);
  const disk = diskIn(cloud, SHARED, id);
  await lose(cloud, id);
  expect(await evacuated(cloud, id)).toMatchObject({
    host: 'host-2',
    vmState: 'active',
    powerState: 1,
    imageId: IMAGE,
  });
  expect(diskIn(cloud, SHARED, id)).toEqual({ ...disk, by: 'host-2' });
  expect(await eventsOf(cloud, id)).toEqual([
    'rebuild_server Success',
    'compute_rebuild_instance Success',
    'remnant_keep_disk Success',
  ]);
  await returned(cloud, id);
  expect(diskIn(cloud, SHARED, id)).toEqual({ ...disk, by: 'host-2' });
  expect(guestOn(cloud, 'host-2', id)?.powerState).toBe(1);
  expect((await migrationsOf(cloud, id)).map(({ status }) => status)).toEqual(['completed']);

  const gone = await cloud.api(0).ask({ method: 'DELETE', path: `/v2.1/servers/${id}`, token: ADMIN, version: '2.93' });
  expect(gone.status).toBe(204);
  const shown = { path: `/v2.1/servers/${id}`, token: ADMIN };
  await waitFor('it to be gone', async () => (await cloud.api(0).ask(shown)).status === 404);
  expect(diskIn(cloud, SHARED, id)).toBeUndefined();
});

test('elsewhere it is made anew, and its old disk is removed when the lost host is back', async () => {
  const cloud = await opened();
  const id = await made(cloud);
  const disk = diskIn(cloud, own('host-1'), id);
  await lose(cloud, id);
  expect(await evacuated(cloud, id)).toMatchObject({ host: 'host-2', vmState: 'active' });
  expect(await eventsOf(cloud, id)).toEqual(['rebuild_server Success', 'compute_rebuild_instance Success']);
  expect(diskIn(cloud, own('host-1'), id)).toEqual(disk);
  const anew = diskIn(cloud, own('host-2'), id);
  expect(anew?.making).not.toBe(disk?.making);
  await returned(cloud, id);
  expect(diskIn(cloud, own('host-1'), id)).toBeUndefined();
  expect(diskIn(cloud, own('host-2'), id)).toEqual(anew);
});

test('it moves on from host to host with one disk, and each is rid of it when it is back', async () => {
  const cloud = await opened({
    hosts: ['host-1', 'host-2', 'host-3'],
    disks: { ...TOGETHER, 'host-3': SHARED },
  });
  const id = await made(cloud);
  const making = diskIn(cloud, SHARED, id)?.making;
  await lose(cloud, id);
  await evacuated(cloud, id, { host: 'host-2' });
  await cloud.agent('host-2').kill();
  const second = guestOn(cloud, 'host-2', id);
  if (second !== undefined) cloud.world.host('host-2').cutPower(second);
  cloud.advance(3_500);
  await waitFor('host-2 to be lost', () => cloud.api(0).hosts.status(asId('host-2')) === 'UNKNOWN');
  expect(await evacuated(cloud, id, { host: 'host-3' })).toMatchObject({ host: 'host-3', vmState: 'active' });
  await cloud.agent('host-2').start();
  await returned(cloud, id);
  expect(guestOn(cloud, 'host-2', id)).toBeUndefined();
  expect(diskIn(cloud, SHARED, id)).toEqual({ making, by: 'host-3' });
});

test('while its guest goes on on the lost host it runs nowhere else, and nothing of it is touched', async () => {
  const cloud = await opened({ disks: TOGETHER });
  const id = await made(cloud);
  const disk = diskIn(cloud, SHARED, id);
  await lose(cloud, id, 'goes on');
  const row = await evacuated(cloud, id);
  expect(row).toMatchObject({ host: 'host-1', vmState: 'error', fault: { code: 500 } });
  expect(row.fault?.details).toContain('write" lock');
  await waitFor('host-2 to have been asked', async () =>
    (await migrationsOf(cloud, id)).every(({ leftoverOn }) => leftoverOn === null),
  );
  expect([guestOn(cloud, 'host-1', id)?.powerState, guestOn(cloud, 'host-2', id)]).toEqual([1, undefined]);
  expect(diskIn(cloud, SHARED, id)).toEqual(disk);

  const there = guestOn(cloud, 'host-1', id);
  if (there !== undefined) cloud.world.host('host-1').cutPower(there);
  expect(await evacuated(cloud, id)).toMatchObject({ host: 'host-2', vmState: 'active' });
  expect(diskIn(cloud, SHARED, id)).toEqual({ ...disk, by: 'host-2' });
});

test.each([
  ['True', true],
  ['False', false],
])('until 2.13 onSharedStorage %s is done where that is so (%s)', async (onSharedStorage, shared) => {
  const cloud = await opened(shared ? { disks: TOGETHER } : {});
  const id = await made(cloud);
  const making = diskIn(cloud, shared ? SHARED : own('host-1'), id)?.making;
  await lose(cloud, id);
  expect(await evacuated(cloud, id, { onSharedStorage }, '2.13')).toMatchObject({ host: 'host-2', vmState: 'active' });
  expect(diskIn(cloud, shared ? SHARED : own('host-2'), id)?.making === making).toBe(shared);
});

test.each([
  ['True', false],
  ['False', true],
])(
  'and onSharedStorage %s where that is not so (%s) is an error as Nova has it, and loses nothing',
  async (onSharedStorage, shared) => {
    const cloud = await opened(shared ? { disks: TOGETHER } : {});
    const id = await made(cloud);
    const folder = shared ? SHARED : own('host-1');
    const disk = diskIn(cloud, folder, id);
    await lose(cloud, id);
    const message = 'Invalid state of instance files on shared storage';
    expect(await evacuated(cloud, id, { onSharedStorage }, '2.13')).toMatchObject({
      host: 'host-1',
      vmState: 'error',
      fault: { code: 500, message },
    });
    expect(await eventsOf(cloud, id)).toContain('compute_rebuild_instance Error');
    await waitFor('host-2 to have been asked', async () =>
      (await migrationsOf(cloud, id)).every(({ leftoverOn, status }) => leftoverOn === null && status === 'failed'),
    );
    expect(guestOn(cloud, 'host-2', id)).toBeUndefined();
    expect(diskIn(cloud, folder, id)).toEqual(disk);
    expect(await evacuated(cloud, id)).toMatchObject({ host: 'host-2', vmState: 'active' });
  },
);

/** Has the image of a server be forgotten. */
const forgetImage = (cloud: TestCloud, id: string) =>
  cloud.store.transaction((tx) => patchServer(tx, asId(id), { imageId: asId(unknownId()) }));

test('a disk that is kept needs no image', async () => {
  const cloud = await opened({ disks: TOGETHER });
  const id = await made(cloud);
  const disk = diskIn(cloud, SHARED, id);
  await forgetImage(cloud, id);
  await lose(cloud, id);
  const refused = await act(cloud, id, { evacuate: { onSharedStorage: 'False' } }, '2.13');
  expect([refused.status, refused.message]).toEqual([400, expect.stringMatching(/its image .* is not there any more/)]);
  expect(await evacuated(cloud, id)).toMatchObject({ host: 'host-2', vmState: 'active' });
  expect(diskIn(cloud, SHARED, id)).toEqual({ ...disk, by: 'host-2' });
});

test('without its image and its disk it stays what it was, and says so', async () => {
  const cloud = await opened();
  const id = await made(cloud);
  await forgetImage(cloud, id);
  await lose(cloud, id);
  expect(await evacuated(cloud, id)).toMatchObject({ host: 'host-1', vmState: 'active' });
  expect(await eventsOf(cloud, id)).toEqual(['rebuild_server Success', 'compute_rebuild_instance Error']);
  expect((await migrationsOf(cloud, id))[0]).toMatchObject({ status: 'error', leftoverOn: null });
});

test('an old disk of it that a host still has is as good as none', async () => {
  const cloud = await opened({ hosts: ['host-1', 'host-2', 'host-3'] });
  const id = await made(cloud);
  const first = diskIn(cloud, own('host-1'), id);
  await lose(cloud, id);
  await evacuated(cloud, id, { host: 'host-2' });
  // As if it had been there once, and that host could not remove it yet.
  cloud.world.putDisk(own('host-3'), asId(id), first ?? null);
  await cloud.agent('host-2').kill();
  cloud.advance(3_500);
  await waitFor('host-2 to be lost', () => cloud.api(0).hosts.status(asId('host-2')) === 'UNKNOWN');
  expect(await evacuated(cloud, id, { host: 'host-3' })).toMatchObject({ host: 'host-3', vmState: 'active' });
  expect(diskIn(cloud, own('host-3'), id)?.making).not.toBe(first?.making);
  expect(await eventsOf(cloud, id)).not.toContain('remnant_keep_disk Success');
});

test('what its owner wanted to be rid of is not kept: a rebuild that the lost host never took is done elsewhere', async () => {
  const cloud = await opened({ disks: TOGETHER });
  const id = await made(cloud);
  const disk = diskIn(cloud, SHARED, id);
  await cloud.agent('host-1').kill();
  expect((await act(cloud, id, { rebuild: { imageRef: OTHER } })).status).toBe(202);
  await lose(cloud, id);
  expect(await evacuated(cloud, id)).toMatchObject({ host: 'host-2', vmState: 'active', imageId: OTHER });
  expect(diskIn(cloud, SHARED, id)?.making).not.toBe(disk?.making);
});

test('nor is it done while its guest goes on on the lost host: it has its disk, and the image of that', async () => {
  const cloud = await opened({ disks: TOGETHER });
  const id = await made(cloud);
  const disk = diskIn(cloud, SHARED, id);
  await cloud.agent('host-1').kill();
  expect((await act(cloud, id, { rebuild: { imageRef: OTHER } })).status).toBe(202);
  await lose(cloud, id, 'goes on');
  expect(await evacuated(cloud, id)).toMatchObject({ host: 'host-1', vmState: 'error', imageId: IMAGE });
  expect([guestOn(cloud, 'host-1', id)?.powerState, diskIn(cloud, SHARED, id)]).toEqual([1, disk]);
  await lose(cloud, id);
  expect(await evacuated(cloud, id)).toMatchObject({ host: 'host-2', vmState: 'active', imageId: IMAGE });
  expect(diskIn(cloud, SHARED, id)).toEqual({ ...disk, by: 'host-2' });
});

test('deleted elsewhere before the lost host is back, it leaves no disk', async () => {
  const cloud = await opened({ disks: TOGETHER });
  const id = await made(cloud);
  await lose(cloud, id);
  await evacuated(cloud, id);
  await cloud.api(0).ask({ method: 'DELETE', path: `/v2.1/servers/${id}`, token: ADMIN, version: '2.93' });
  await waitFor('it to be deleted', async () => (await cloud.row(id)).deletedAt !== null);
  await returned(cloud, id);
  expect(diskIn(cloud, SHARED, id)).toBeUndefined();
});
