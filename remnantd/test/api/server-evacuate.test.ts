// Evacuation: servers of a host that is lost are made anew on another one; what the lost host still has of them is removed when
// it is back, whether it died, was cut off, or was only forced down.

import { expect, test } from 'vitest';
import { commandsOf } from '../../src/db/commands.ts';
import { migrationsMatching } from '../../src/db/server-migrations.ts';
import type { HostName } from '../../src/model/ids.ts';
import { asId } from '../../src/model/ids.ts';
import type { Migration } from '../../src/model/migration.ts';
import type { Answer } from '../harness/http-client.ts';
import type { CloudOptions, TestCloud } from '../harness/open-cloud.ts';
import { ADMIN, MEMBER } from '../harness/records.ts';
import { NOBODY, useCloud } from '../harness/use-cloud.ts';
import { waitFor } from '../harness/wait-for.ts';

const H1 = asId<HostName>('host-1');
const FORCE_UP =
  'Unable to force up host host-1 as `done` evacuation migration records remain associated with the host. Ensure the compute service has been restarted, allowing these records to move to `completed` before retrying this request.';

async function opened(options: CloudOptions = {}): Promise<TestCloud> {
  return useCloud({ apis: 1, ...options }, NOBODY);
}

const act = (cloud: TestCloud, id: string, body: object, version = '2.94', token = ADMIN): Promise<Answer> =>
  cloud.api(0).ask({ method: 'POST', path: `/v2.1/servers/${id}/action`, token, version, body });
const evacuate = (cloud: TestCloud, id: string, body: object = {}, version?: string) =>
  act(cloud, id, { evacuate: body }, version);
const guestOn = (cloud: TestCloud, host: string, id: string) => cloud.world.host(host).guests.get(asId(id));

/** Kills the agent of host-1 and waits until it is judged. */
async function lose(cloud: TestCloud): Promise<void> {
  await cloud.agent('host-1').kill();
  cloud.advance(3_500);
  await waitFor('host-1 to be lost', () => cloud.api(0).hosts.status(H1) === 'UNKNOWN');
}

async function migrationsOf(cloud: TestCloud, serverId: string): Promise<Migration[]> {
  const none = { host: null, sourceHost: null, node: null, kind: null, userId: null, projectId: null };
  const times = { changedSince: null, changedBefore: null };
  return migrationsMatching(cloud.store.read, { statuses: null, serverId, ...none, ...times }, null);
}

async function forceDown(cloud: TestCloud, down: boolean): Promise<Answer> {
  const path = '/v2.1/os-services';
  const { body } = await cloud.api(0).ask({ path: `${path}?host=host-1`, token: ADMIN, version: '2.53' });
  const id = body['services']?.[0]?.['id'];
  const ask = { method: 'PUT', path: `${path}/${id}`, token: ADMIN, version: '2.53' } as const;
  return cloud.api(0).ask({ ...ask, body: { forced_down: down } });
}

const movedTo = (cloud: TestCloud, id: string, host: string) =>
  waitFor(`${id} to be on ${host}`, async () => {
    const row = await cloud.row(id);
    return row.host === host && row.taskState === null && row;
  });

test('a server of a host that died runs elsewhere; the host, when it is back, is rid of it before it is forced up again', async () => {
  const cloud = await opened();
  const { id } = await cloud.addServer({}, 'hangs');
  await lose(cloud);
  const answer = await evacuate(cloud, id);
  expect([answer.status, answer.body]).toEqual([200, '']);
  const row = await movedTo(cloud, id, 'host-2');
  expect(row).toMatchObject({
    vmState: 'active',
    powerState: 1,
    node: cloud.api(0).hosts.find(asId('host-2'))?.offered?.hypervisorHostname,
  });
  expect(guestOn(cloud, 'host-2', id)?.powerState).toBe(1);
  expect((await migrationsOf(cloud, id)).map((one) => [one.kind, one.status, one.sourceHost, one.destHost])).toEqual([
    ['evacuation', 'done', 'host-1', 'host-2'],
  ]);
  expect((await forceDown(cloud, true)).status).toBe(200);
  const up = await forceDown(cloud, false);
  expect([up.status, up.message]).toEqual([400, FORCE_UP]);
  expect(cloud.api(0).hosts.status(H1), 'nothing changed').toBe('DOWN');

  expect(guestOn(cloud, 'host-1', id), 'it is still there').toBeDefined();
  await cloud.agent('host-1').start();
  await waitFor('the leftover to be gone', () => guestOn(cloud, 'host-1', id) === undefined);
  await waitFor('it to be completed', async () => (await migrationsOf(cloud, id))[0]?.status === 'completed');
  expect((await forceDown(cloud, false)).status).toBe(200);
  expect(await cloud.row(id), 'its server is where it was').toMatchObject({
    host: 'host-2',
    vmState: 'active',
    deletedAt: null,
  });
  expect(guestOn(cloud, 'host-2', id)?.powerState).toBe(1);
});

test('a host that is forced down and alive is rid of it at once, and gets nothing else', async () => {
  const cloud = await opened();
  const [one, other] = [await cloud.addServer({}, 'hangs'), await cloud.addServer({ name: 'other' }, 'hangs')];
  await forceDown(cloud, true);
  expect((await evacuate(cloud, one.id)).status).toBe(200);
  await movedTo(cloud, one.id, 'host-2');
  await waitFor('it to be completed', async () => (await migrationsOf(cloud, one.id))[0]?.status === 'completed');
  expect(guestOn(cloud, 'host-1', one.id)).toBeUndefined();
  const stop = await act(cloud, other.id, { 'os-stop': null }, '2.94', MEMBER);
  expect(stop.status).toBe(202);
  await waitFor('it to be refused', async () => (await cloud.row(other.id)).taskState === null);
  expect(guestOn(cloud, 'host-1', other.id)?.powerState, 'nothing was done to it').toBe(1);
});

test('what the lost host had not taken it never takes, and what it says late changes nothing', async () => {
  const cloud = await opened();
  const { id } = await cloud.addServer({}, 'hangs');
  await cloud.agent('host-1').kill();
  const nmi = await act(cloud, id, { trigger_crash_dump: null }, '2.94', MEMBER);
  expect(nmi.status).toBe(202);
  cloud.advance(3_500);
  await waitFor('host-1 to be lost', () => cloud.api(0).hosts.status(H1) === 'UNKNOWN');
  expect((await evacuate(cloud, id)).status).toBe(200);
  const [dump] = await commandsOf(cloud.store.read, asId(id));
  expect(dump).toMatchObject({
    host: 'host-1',
    state: 'done',
    outcome: { result: 'error', reason: 'the server is evacuated' },
  });
  await movedTo(cloud, id, 'host-2');
  await cloud.agent('host-1').start();
  await waitFor('the leftover to be gone', () => guestOn(cloud, 'host-1', id) === undefined);
  await waitFor('it to be completed', async () => (await migrationsOf(cloud, id))[0]?.status === 'completed');
  expect(cloud.world.nmis(), 'no NMI was ever sent').toEqual([]);
  expect(await cloud.row(id)).toMatchObject({ host: 'host-2', vmState: 'active', powerState: 1 });
});

test.each([
  ['2.94', { vmState: 'stopped', powerState: 4 }, 'stopped', 4],
  ['2.95', {}, 'stopped', 4],
  ['2.94', { vmState: 'error' }, 'active', 1],
] as const)('at %s one that was %j is %s afterwards', async (version, row, vmState, powerState) => {
  const cloud = await opened();
  const { id } = await cloud.addServer({ host: asId<HostName>('gone'), ...row });
  expect((await evacuate(cloud, id, {}, version)).status).toBe(200);
  const moved = await waitFor('it to be moved', async () => {
    const now = await cloud.row(id);
    return now.host !== 'gone' && now;
  });
  expect(moved).toMatchObject({ vmState, powerState, taskState: null });
  expect(guestOn(cloud, moved.host ?? '', id)?.powerState).toBe(powerState);
});

test('what Nova refuses, in its order', async () => {
  const cloud = await opened();
  const { id } = await cloud.addServer({}, 'hangs');
  const refused = async (body: object, version = '2.94') => {
    const answer = await evacuate(cloud, id, body, version);
    return [answer.status, answer.message];
  };
  expect(await refused({ host: 'nowhere' })).toEqual([404, 'Compute host nowhere not found.']);
  expect(await refused({ host: 'host-1' })).toEqual([400, "The target host can't be the same one."]);
  expect(await refused({})).toEqual([400, 'Compute service of host-1 is still in use.']);
  expect(await refused({ force: true }, '2.29')).toEqual([400, "Can't force to a non-provided destination"]);
  expect(await refused({ onSharedStorage: 'True', adminPass: 'x' }, '2.13')).toEqual([
    400,
    "admin password can't be changed on existing disk",
  ]);
  const asMember = await act(cloud, id, { evacuate: {} }, '2.94', MEMBER);
  expect(asMember.status).toBe(403);
  const paused = await cloud.addServer({ host: asId<HostName>('gone'), vmState: 'paused' });
  const answer = await evacuate(cloud, paused.id);
  expect([answer.status, answer.message]).toEqual([
    409,
    `Cannot 'evacuate' instance ${paused.id} while it is in vm_state paused`,
  ]);
  const adopted = await cloud.addServer({ host: asId<HostName>('gone'), imageId: null, origin: 'adopted' });
  expect((await evacuate(cloud, adopted.id)).message).toBe(
    'The server cannot be evacuated: no image is known that it was made from.',
  );
  expect(await cloud.row(adopted.id)).toMatchObject({ vmState: 'active', taskState: null });
});

test.each([
  ['2.13', { onSharedStorage: 'False' }],
  ['2.14', {}],
  ['2.67', { force: true }],
  ['2.68', {}],
])('a named host takes it, as asked for at %s', async (version, more) => {
  const cloud = await opened({ hosts: ['host-1', 'host-2', 'host-3'] });
  const { id } = await cloud.addServer({ host: asId<HostName>('gone') });
  expect((await evacuate(cloud, id, { host: 'host-3', ...more }, version)).status).toBe(200);
  await movedTo(cloud, id, 'host-3');
});

test('one that finds no room is in ERROR, and its action says why', async () => {
  const cloud = await opened();
  const flavor = { id: 'x', name: 'huge', vcpus: 1, ram: 100_000_000, disk: 1, ephemeral: 0, swap: 0, extraSpecs: {} };
  const { id } = await cloud.addServer({ host: asId<HostName>('gone'), flavor });
  const answer = await evacuate(cloud, id);
  expect(answer.status).toBe(200);
  const message = 'No valid host was found. There are not enough hosts available.';
  expect(await cloud.row(id)).toMatchObject({
    vmState: 'error',
    taskState: null,
    host: 'gone',
    fault: { code: 500, message },
  });
  const path = `/v2.1/servers/${id}/os-instance-actions/${answer.headers['x-compute-request-id']}`;
  const { body } = await cloud.api(0).ask({ path, token: ADMIN, version: '2.93' });
  expect(body['instanceAction']).toMatchObject({ action: 'evacuate', message: 'Error' });
  expect(body['instanceAction']?.['events']).toMatchObject([
    { event: 'rebuild_server', result: 'Error', details: message },
  ]);
  expect((await migrationsOf(cloud, id))[0]?.status).toBe('error');
});

test('two that go to the same host at once share its last room with nobody', async () => {
  const cloud = await opened({ hosts: ['host-1', 'host-2'] });
  const room = cloud.api(0).hosts.find(asId('host-2'))?.offered?.memoryMb ?? 0;
  const flavor = {
    id: 'x',
    name: 'half',
    vcpus: 1,
    ram: Math.floor(room * 0.6),
    disk: 1,
    ephemeral: 0,
    swap: 0,
    extraSpecs: {},
  };
  await cloud.agent('host-1').stop();
  await waitFor('host-1 to be lost', () => cloud.api(0).hosts.status(H1) === 'UNKNOWN');
  const servers = [await cloud.addServer({ flavor }), await cloud.addServer({ flavor })];
  const answers = await Promise.all(servers.map(({ id }) => evacuate(cloud, id)));
  expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  const rows = await Promise.all(
    servers.map(({ id }) =>
      waitFor('it to be over', async () => {
        const row = await cloud.row(id);
        return row.taskState === null && row;
      }),
    ),
  );
  expect(rows.map(({ vmState }) => vmState).toSorted()).toEqual(['active', 'error']);
});

test('the service of a host that a server is on its way to stays', async () => {
  const cloud = await opened();
  const metadata = { sim_takes: 'create=3000' };
  const { id } = await cloud.addServer({ host: asId<HostName>('gone'), metadata });
  expect((await evacuate(cloud, id, { host: 'host-2' })).status).toBe(200);
  const ask = { token: ADMIN, version: '2.53' } as const;
  const { body } = await cloud.api(0).ask({ path: '/v2.1/os-services?host=host-2', ...ask });
  const path = `/v2.1/os-services/${body['services']?.[0]?.['id']}`;
  const refused = async () => {
    const { status, message } = await cloud.api(0).ask({ method: 'DELETE', path, ...ask });
    return [status, message];
  };
  expect(await refused()).toEqual([
    409,
    'Unable to delete compute service that has in-progress migrations. Complete the migrations or delete the instances first.',
  ]);
  await waitFor('it to be made', async () => {
    cloud.advance(500);
    return (await cloud.row(id)).host === 'host-2';
  });
  expect(await refused()).toEqual([
    409,
    'Unable to delete compute service that is hosting instances. Migrate or delete the instances first.',
  ]);
});

test('one that is evacuated twice, and one that is deleted meanwhile, leave nothing on any host', async () => {
  const cloud = await opened({ hosts: ['host-1', 'host-2', 'host-3'] });
  const metadata = { sim_takes: 'create=300' };
  const [twice, deleted] = [await cloud.addServer({ metadata }, 'hangs'), await cloud.addServer({ metadata }, 'hangs')];
  await lose(cloud);
  expect((await evacuate(cloud, twice.id, { host: 'host-2' })).status).toBe(200);
  expect((await evacuate(cloud, twice.id, { host: 'host-3' })).status).toBe(200);
  expect((await evacuate(cloud, deleted.id, { host: 'host-2' })).status).toBe(200);
  const gone = await cloud.api(0).ask({
    method: 'DELETE',
    path: `/v2.1/servers/${deleted.id}`,
    token: MEMBER,
    version: '2.93',
  });
  expect(gone.status).toBe(204);
  await movedTo(cloud, twice.id, 'host-3');
  await cloud.agent('host-1').start();
  await waitFor('nothing to be left', () =>
    ['host-1', 'host-2', 'host-3'].every(
      (host) =>
        guestOn(cloud, host, deleted.id) === undefined &&
        (host === 'host-3') === (guestOn(cloud, host, twice.id) !== undefined),
    ),
  );
  expect(await cloud.row(twice.id)).toMatchObject({ host: 'host-3', vmState: 'active', deletedAt: null });
  await waitFor('no leftover to be open', async () =>
    [...(await migrationsOf(cloud, twice.id)), ...(await migrationsOf(cloud, deleted.id))].every(
      (one) => one.leftoverOn === null,
    ),
  );
});

test('one that the new host cannot make is in ERROR where it was, nothing of it is left there, and it can be evacuated again', async () => {
  const cloud = await opened({ hosts: ['host-1', 'host-2'] });
  const { id } = await cloud.addServer({ host: asId<HostName>('gone'), metadata: { sim_fails: 'create' } });
  expect((await evacuate(cloud, id, { host: 'host-2' })).status).toBe(200);
  const row = await waitFor('it to have failed', async () => {
    const now = await cloud.row(id);
    return now.taskState === null && now;
  });
  expect(row).toMatchObject({ vmState: 'error', host: 'gone' });
  expect((await migrationsOf(cloud, id))[0]).toMatchObject({ status: 'failed' });
  await waitFor('host-2 to have been asked', async () => (await migrationsOf(cloud, id))[0]?.leftoverOn === null);
  expect(guestOn(cloud, 'host-2', id)).toBeUndefined();
  expect((await evacuate(cloud, id, { host: 'host-1' })).status).toBe(200);
});
