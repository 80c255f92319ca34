// Where evacuated servers go and what they are made of: members of a group keep apart while they are on their way, a host whose
// agent cannot make them is none for them, and an order that was given up leaves no image behind that the guest does not have.

import { expect, test } from 'vitest';
import { commandsOf } from '../../src/db/commands.ts';
import { insertServerGroup } from '../../src/db/server-groups.ts';
import { groupMembers } from '../../src/db/server-places.ts';
import type { HostName, ImageId } from '../../src/model/ids.ts';
import { asId } from '../../src/model/ids.ts';
import { SUBJECT } from '../../src/model/wire.ts';
import type { Answer } from '../harness/http-client.ts';
import type { CloudOptions, TestCloud } from '../harness/open-cloud.ts';
import { IMAGE } from '../harness/open-remnant.ts';
import { ADMIN, MEMBER, unknownId } from '../harness/records.ts';
import { NOBODY, useCloud } from '../harness/use-cloud.ts';
import { waitFor } from '../harness/wait-for.ts';

const [H1, H2, H3] = [asId<HostName>('host-1'), asId<HostName>('host-2'), asId<HostName>('host-3')];
const GONE = asId<HostName>('gone');
const OTHER = asId<ImageId>('11111111-2222-4333-8444-555555555555');

const opened = (options: CloudOptions = {}): Promise<TestCloud> => useCloud({ apis: 1, ...options }, NOBODY);
const act = (cloud: TestCloud, id: string, body: object, token = ADMIN): Promise<Answer> =>
  cloud.api(0).ask({ method: 'POST', path: `/v2.1/servers/${id}/action`, token, version: '2.94', body });
const evacuate = (cloud: TestCloud, id: string, body: object = {}) => act(cloud, id, { evacuate: body });
const atRest = (cloud: TestCloud, id: string) =>
  waitFor(`${id} to be at rest`, async () => {
    const row = await cloud.row(id);
    return row.taskState === null && row;
  });

/** A server of host-1 whose rebuild from another image that host never took: it is lost. */
async function rebuiltOnLost(cloud: TestCloud): Promise<string> {
  const { id } = await cloud.addServer({ imageId: asId(IMAGE) }, 'hangs');
  await cloud.agent('host-1').kill();
  expect((await act(cloud, id, { rebuild: { imageRef: OTHER } }, MEMBER)).status).toBe(202);
  expect((await cloud.row(id)).imageId).toBe(OTHER);
  cloud.advance(3_500);
  await waitFor('host-1 to be lost', () => cloud.api(0).hosts.status(H1) === 'UNKNOWN');
  return id;
}

test('evacuated while a rebuild waits, its row names the image that its guest is made from', async () => {
  const cloud = await opened({ images: [OTHER] });
  const id = await rebuiltOnLost(cloud);
  expect((await evacuate(cloud, id)).status).toBe(200);
  expect((await cloud.row(id)).imageId).toBe(OTHER);
  const row = await waitFor('it to be on host-2', async () => {
    const now = await cloud.row(id);
    return now.host === 'host-2' && now.taskState === null && now;
  });
  const made = (await commandsOf(cloud.store.read, asId(id))).find((one) => one.host === 'host-2');
  expect(made?.order).toMatchObject({ kind: 'rebuild', spec: { image: row.imageId } });
});

test('where that evacuation comes to nothing it has the image that it was made from before', async () => {
  const cloud = await opened({ images: [OTHER] });
  const id = await rebuiltOnLost(cloud);
  await waitFor('host-2 to be heard', () => cloud.api(0).hosts.status(H2) === 'UP');
  await cloud.agent('host-2').kill();
  expect((await evacuate(cloud, id)).status).toBe(200);
  expect(await cloud.row(id)).toMatchObject({ imageId: OTHER, taskState: 'rebuilding' });
  const service = await cloud.api(0).ask({ path: '/v2.1/os-services?host=host-2', token: ADMIN, version: '2.53' });
  const path = `/v2.1/os-services/${service.body['services']?.[0]?.['id']}`;
  const down = { method: 'PUT', path, token: ADMIN, version: '2.53', body: { forced_down: true } } as const;
  expect((await cloud.api(0).ask(down)).status).toBe(200);
  expect(await atRest(cloud, id)).toMatchObject({ imageId: IMAGE, host: 'host-1', vmState: 'active' });
});

test('two members of a group that keep apart do so on their way from a lost host', async () => {
  const cloud = await opened({ hosts: ['host-1', 'host-2'] });
  const groupId = unknownId();
  await cloud.store.transaction((tx) =>
    insertServerGroup(tx, {
      id: groupId,
      projectId: asId('a1a1a1a1'),
      userId: asId('ann'),
      name: 'apart',
      policy: 'anti-affinity',
      maxServerPerHost: null,
      createdAt: 0,
    }),
  );
  const metadata = { sim_takes: 'create=3000' };
  const make = async () => (await cloud.addServer({ host: GONE, groupId, metadata })).id;
  const [one, other, third] = [await make(), await make(), await make()];
  // Each is still being made when the next one is placed.
  expect((await evacuate(cloud, one)).status).toBe(200);
  expect((await evacuate(cloud, other)).status).toBe(200);
  const members = await groupMembers(cloud.store.read, groupId);
  expect([members.get(H1), members.get(H2), members.get(GONE)]).toEqual([1, 1, 1]);
  expect((await evacuate(cloud, third)).status).toBe(200);
  expect(await cloud.row(third), 'there is no third host').toMatchObject({ vmState: 'error', host: 'gone' });
  const hosts = await waitFor('both to be made', async () => {
    cloud.advance(200);
    const rows = await Promise.all([one, other].map((id) => cloud.row(id)));
    return rows.every(({ taskState }) => taskState === null) && new Set(rows.map(({ host }) => host));
  });
  expect(hosts).toEqual(new Set(['host-1', 'host-2']));
});

test('a host whose agent does not know the call is chosen for nobody; who names it is told', async () => {
  const cloud = await opened({ hosts: ['host-1'] });
  const offered = cloud.api(0).hosts.find(H1)?.offered;
  const roomy = JSON.parse(JSON.stringify({ ...offered, memoryMb: (offered?.memoryMb ?? 0) * 2 }));
  const hello = { host: H3, wire: 1, life: 'old', calls: ['power-on'], offered: roomy };
  await cloud.bus.request(SUBJECT.from(H3, 'hello'), hello, 1_000);
  await waitFor('host-3 to be up', () => cloud.api(0).hosts.status(H3) === 'UP');
  const { id } = await cloud.addServer({ host: GONE });
  const named = await evacuate(cloud, id, { host: 'host-3' });
  expect([named.status, named.message]).toEqual([
    400,
    "The agent of the server's host does not speak the call rebuild",
  ]);
  expect((await evacuate(cloud, id)).status).toBe(200);
  expect((await atRest(cloud, id)).host).toBe('host-1');
});
