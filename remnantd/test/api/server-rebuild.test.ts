// Rebuild: the guest is made anew on its host, the answer shows the server by microversion, and what came to nothing is taken back.

import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ImageId } from '../../src/model/ids.ts';
import { asId } from '../../src/model/ids.ts';
import type { Answer, Body } from '../harness/http-client.ts';
import { IMAGE } from '../harness/open-remnant.ts';
import { ADMIN, act, endedAction, MEMBER, STRANGER } from '../harness/records.ts';
import { makeImage } from '../harness/sim-parts.ts';
import { useRemnant } from '../harness/use-remnant.ts';
import { waitFor } from '../harness/wait-for.ts';

const OTHER = '11111111-2222-4333-8444-555555555555';
const remnant = useRemnant({
  before: async (_store, _world, dir) => makeImage(join(dir, 'images', 'other'), OTHER),
});

const guest = (id: string) => remnant().world.host('host-1').guests.get(asId(id));
const rebuild = (id: string, more: object = {}, version = '2.94', token = MEMBER): Promise<Answer> =>
  act(remnant(), id, { rebuild: { imageRef: IMAGE, ...more } }, { token, version });
const atRest = (id: string) =>
  waitFor(`${id} to be at rest`, async () => {
    const row = await remnant().row(id);
    return row.taskState === null && row;
  });

test('it runs from the other image, with what was asked for, and says so at once', async () => {
  const { id } = await remnant().addServer({ metadata: { old: 'yes' } }, 'hangs');
  const before = guest(id);
  const answer = await rebuild(id, {
    imageRef: OTHER,
    name: 'renamed',
    metadata: { sim_behaviour: 'panics' },
    description: 'new',
    hostname: 'host.example',
    user_data: 'aGk=',
    accessIPv4: '10.0.0.1',
    'OS-DCF:diskConfig': 'AUTO',
    adminPass: 'x',
    preserve_ephemeral: false,
    trusted_image_certificates: null,
  });
  expect(answer.status).toBe(202);
  expect(answer.headers['location']).toMatch(new RegExp(`/v2\\.1/servers/${id}$`));
  expect(answer.body['server']).toMatchObject({
    id,
    name: 'renamed',
    status: 'REBUILD',
    image: { id: OTHER },
    metadata: { sim_behaviour: 'panics' },
    description: 'new',
    'OS-EXT-SRV-ATTR:hostname': 'host.example',
    user_data: 'aGk=',
    accessIPv4: '10.0.0.1',
    'OS-DCF:diskConfig': 'AUTO',
    config_drive: 'True',
    progress: 0,
  });
  expect(await atRest(id)).toMatchObject({ vmState: 'active', powerState: 1, imageId: OTHER, userData: 'aGk=' });
  expect(guest(id)).not.toBe(before);
  expect(guest(id)?.spec).toMatchObject({ displayName: 'renamed', metadata: { sim_behaviour: 'panics' } });
  const action = await endedAction(remnant(), id, answer);
  expect(action).toMatchObject({ action: 'rebuild', message: null });
  const events = (action['events'] ?? []) as readonly Body[];
  expect(events.map((one) => `${one['event']} ${one['result']}`)).toEqual([
    'compute_rebuild_instance Success',
    'rebuild_server Success',
  ]);
});

test('one that was off is off, one in ERROR runs', async () => {
  const { id } = await remnant().addServer({}, 'hangs');
  await act(remnant(), id, { 'os-stop': null });
  await waitFor('it to be off', async () => (await remnant().row(id)).vmState === 'stopped');
  expect((await rebuild(id)).status).toBe(202);
  expect(await atRest(id)).toMatchObject({ vmState: 'stopped', powerState: 4 });
  expect(guest(id)?.powerState).toBe(4);
  const failed = await remnant().addServer({ vmState: 'error' });
  expect((await rebuild(failed.id)).status).toBe(202);
  expect(await atRest(failed.id)).toMatchObject({ vmState: 'active', powerState: 1 });
});

const LATER = ['OS-EXT-STS:vm_state', 'OS-EXT-AZ:availability_zone', 'security_groups', 'config_drive', 'host_status'];
test.each([
  ['2.18', ['status', 'locked'], ['description', 'key_name', 'user_data', ...LATER]],
  ['2.53', ['description', 'tags'], ['key_name', 'user_data', ...LATER]],
  ['2.54', ['key_name'], ['user_data', ...LATER]],
  ['2.57', ['key_name', 'user_data'], LATER],
  ['2.74', ['user_data', 'server_groups', 'locked_reason'], LATER],
  ['2.75', ['user_data', 'OS-EXT-SRV-ATTR:host', ...LATER], ['OS-EXT-SRV-ATTR:user_data', 'adminPass']],
])('at %s the answer has %j, and not %j', async (version, there, absent) => {
  const { id } = await remnant().addServer({}, 'hangs');
  const answer = await rebuild(id, {}, version, ADMIN);
  expect(answer.status).toBe(202);
  const names = Object.keys(answer.body['server'] ?? {});
  expect(names).toEqual(expect.arrayContaining(there));
  expect(names.filter((name) => absent.includes(name))).toEqual([]);
  await atRest(id);
});

test('host_status from 2.75 is for those whom the policy lets see it', async () => {
  const { id } = await remnant().addServer({}, 'hangs');
  const asMember = await rebuild(id, {}, '2.75');
  expect(asMember.body['server']).not.toHaveProperty('host_status');
  await atRest(id);
  const asAdmin = await rebuild(id, {}, '2.75', ADMIN);
  expect(asAdmin.body['server']).toMatchObject({ host_status: 'UP' });
  await atRest(id);
});

test.each([
  ['an image that is not there', { imageRef: '99999999-2222-4333-8444-555555555555' }, 'Cannot find image for rebuild'],
  ['a key pair that is not there', { key_name: 'nobodys' }, 'Invalid key_name provided.'],
  ['certificates', { trusted_image_certificates: ['a'] }, 'Image certificate validation is not supported'],
])('%s is refused, and nothing changes', async (_, more, message) => {
  const { id } = await remnant().addServer({}, 'hangs');
  const before = await remnant().row(id);
  const answer = await rebuild(id, more);
  expect([answer.status, answer.message]).toEqual([400, message]);
  expect(await remnant().row(id)).toEqual(before);
});

test("another project's server is not there, a locked one stays, a paused one is in no state for it", async () => {
  const { id } = await remnant().addServer({ lockedBy: 'admin' }, 'hangs');
  expect((await rebuild(id, {}, '2.94', STRANGER)).status).toBe(404);
  const locked = await rebuild(id);
  expect([locked.status, locked.message]).toEqual([409, `Instance ${id} is locked`]);
  const paused = await remnant().addServer({ vmState: 'paused' }, 'hangs');
  const answer = await rebuild(paused.id);
  expect([answer.status, answer.message]).toEqual([
    409,
    `Cannot 'rebuild' instance ${paused.id} while it is in vm_state paused`,
  ]);
});

test('one that its host never began has the image it had; one that failed half-way is in ERROR', async () => {
  const { id } = await remnant().addServer({ host: asId('gone') });
  expect((await rebuild(id, { imageRef: OTHER })).body['server']).toMatchObject({ image: { id: OTHER } });
  remnant().clock.advance(31_000);
  expect(await atRest(id)).toMatchObject({ vmState: 'active', imageId: IMAGE });
  const half = await remnant().addServer({}, 'hangs');
  await rebuild(half.id, { imageRef: OTHER, metadata: { sim_fails: 'create' } });
  expect(await atRest(half.id)).toMatchObject({ vmState: 'error', imageId: OTHER, fault: { code: 500 } });
});

test('one that was adopted is made anew when its owner asks', async () => {
  const { id } = await remnant().addServer({ origin: 'adopted', imageId: null }, 'hangs');
  expect((await rebuild(id)).status).toBe(202);
  expect(await atRest(id)).toMatchObject({ vmState: 'active', imageId: asId<ImageId>(IMAGE) });
});
