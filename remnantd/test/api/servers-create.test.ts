// POST /servers: the forms clients write it in, and what comes of it.

import { expect, test } from 'vitest';
import type { Answer, Body } from '../harness/http-client.ts';
import { IMAGE } from '../harness/open-remnant.ts';
import { ADMIN, endedAction, eventOf, MEMBER } from '../harness/records.ts';
import { useRemnant } from '../harness/use-remnant.ts';
import { waitFor } from '../harness/wait-for.ts';

const FLAVORS = [
  { id: '1', name: 'small', vcpus: 1, ram: 512, disk: 1 },
  { id: 'huge', name: 'huge', vcpus: 1, ram: 10_000_000, disk: 1 },
];
const remnant = useRemnant({ config: { flavors: FLAVORS } });
const BASE = { name: 'web', flavorRef: '1', imageRef: IMAGE };

function create(server: object, version = '2.1', token = MEMBER): Promise<Answer> {
  return remnant().ask({ method: 'POST', path: '/v2.1/servers', token, version, body: { server } });
}

function show(id: string): Promise<Body> {
  return remnant()
    .ask({ path: `/v2.1/servers/${id}`, token: ADMIN, version: '2.93' })
    .then(({ body }) => body['server'] ?? ({} as Body));
}

/** The server once it is what it becomes. */
function built(id: string): Promise<Body> {
  return waitFor(`${id} to be built`, async () => {
    const server = await show(id);
    return server['status'] !== 'BUILD' && server;
  });
}

const named = async (name: string) => {
  const { body } = await remnant().ask({ path: `/v2.1/servers/detail?name=^${name}`, token: MEMBER, version: '2.93' });
  return body['servers'] ?? ([] as unknown as readonly Body[]);
};

test.each([
  ['2.1', {}],
  ['2.19', { description: 'the shop', metadata: { role: 'web' } }],
  ['2.37', { networks: 'none' }],
  ['2.93', { networks: 'auto', hostname: 'shop', 'OS-DCF:diskConfig': 'AUTO' }],
  ['2.37', { networks: [], flavorRef: 'http://localhost/flavors/1' }],
])('at %s with %j', async (version, more) => {
  const answer = await create({ ...BASE, ...more }, version);
  expect(answer.status).toBe(202);
  const server = answer.body['server'];
  const id = server?.['id'] ?? '';
  expect(Object.keys(server ?? {})).toEqual(['id', 'links', 'OS-DCF:diskConfig', 'security_groups']);
  expect(answer.headers['location']).toBe(`http://localhost:80/v2.1/servers/${id}`);
  const now = await built(id);
  expect(now).toMatchObject({
    status: 'ACTIVE',
    'OS-EXT-STS:power_state': 1,
    'OS-EXT-STS:task_state': null,
    'OS-EXT-SRV-ATTR:host': 'host-1',
    tenant_id: 'a1',
    user_id: 'ann',
    image: { id: IMAGE },
  });
  expect(
    remnant()
      .world.host('host-1')
      .guests.has(id as never),
  ).toBe(true);
  const action = await endedAction(remnant(), id, answer);
  expect(action).toMatchObject({ action: 'create', message: null });
  expect(eventOf(action)).toMatchObject({ event: 'compute__do_build_and_run_instance', result: 'Success' });
});

test('from a local image written as a block device', async () => {
  const device = { uuid: IMAGE, source_type: 'image', destination_type: 'local', boot_index: 0 };
  const answer = await create({ name: 'bdm', flavorRef: '1', block_device_mapping_v2: [device] });
  expect((await built(answer.body['server']?.['id'] ?? ''))['image']?.['id']).toBe(IMAGE);
});

test('several at once, each with its number', async () => {
  const answer = await create({ ...BASE, name: 'many', min_count: '2', max_count: 3 });
  expect(answer.status).toBe(202);
  const servers = await named('many');
  expect(new Set(servers.map((server) => server['name']))).toEqual(new Set(['many-1', 'many-2', 'many-3']));
  await Promise.all(servers.map((server) => built(server['id'] ?? '')));
});

test('a reservation id finds what was made with it', async () => {
  const answer = await create({ ...BASE, name: 'reserved', min_count: 2, return_reservation_id: true });
  const reservation = answer.body['reservation_id'] ?? '';
  expect([answer.status, Object.keys(answer.body)]).toEqual([202, ['reservation_id']]);
  const path = `/v2.1/servers?reservation_id=${reservation}`;
  const { body } = await remnant().ask({ path, token: MEMBER });
  expect(body['servers']).toHaveLength(2);
  for (const server of body['servers'] ?? []) await built(server['id'] ?? '');
});

test('no host has room: an ERROR with its fault, and an action that says so', async () => {
  const answer = await create({ ...BASE, flavorRef: 'huge' });
  expect(answer.status).toBe(202);
  const id = answer.body['server']?.['id'] ?? '';
  const server = await show(id);
  expect(server).toMatchObject({ status: 'ERROR', 'OS-EXT-SRV-ATTR:host': null, host_status: '' });
  expect(server['fault']).toMatchObject({
    code: 500,
    message: 'No valid host was found. There are not enough hosts available.',
  });
  expect(await endedAction(remnant(), id, answer)).toMatchObject({ action: 'create', message: 'Error' });
});

test('a host that fails to make it: an ERROR with its fault', async () => {
  const answer = await create({ ...BASE, metadata: { sim_create: 'fails' } });
  const id = answer.body['server']?.['id'] ?? '';
  const server = await built(id);
  expect(server).toMatchObject({ status: 'ERROR', fault: { code: 500 } });
  expect((await endedAction(remnant(), id, answer))['message']).toBe('Error');
});

test.each([
  [{ name: ' x' }, "An invalid 'name' value was provided."],
  [{ flavorRef: 'none' }, 'Flavor none could not be found.'],
  [{ imageRef: 'aaaaaaaa-0000-4000-8000-000000000000' }, 'Can not find requested image'],
  [{ imageRef: '' }, 'Missing imageRef attribute'],
  [{ min_count: 3, max_count: 2 }, 'min_count must be <= max_count'],
  [{ min_count: 0 }, 'Invalid input for field/attribute min_count. Value: 0. 0 is less than the minimum of 1'],
  [{ key_name: 'mine' }, 'Invalid key_name provided.'],
  [{ key_name: 5 }, "Invalid input for field/attribute key_name. Value: 5. 5 is not of type 'string'"],
  [{ key_name: '' }, "Invalid input for field/attribute key_name. Value: . '' is too short"],
  [
    { imageRef: 5 },
    'Invalid input for field/attribute imageRef. Value: 5. 5 is not valid under any of the given schemas',
  ],
  [
    { config_drive: 'x' },
    "Invalid input for field/attribute config_drive. Value: x. 'x' is not one of [True, 'True', 'TRUE', 'true', '1', ",
  ],
  [{ networks: [{ uuid: 'x' }] }, 'Bad networks format: network uuid is not in proper format (x)'],
  [{ block_device_mapping_v2: [{}] }, 'Block Device Mapping is Invalid: Missing device UUID.'],
  [{ user_data: 'abc' }, "Invalid input for field/attribute user_data. Value: abc. 'abc' is not a 'base64'"],
  [{ name: 'a\u200bb' }, "An invalid 'name' value was provided."],
  [{ networks: [{ uuid: 'aaaaaaaa-0000-4000-8000-000000000000' }] }, 'Network aaaaaaaa-'],
  [{ nope: 1 }, "Additional properties are not allowed ('nope' was unexpected)"],
  [{ metadata: { 'a/b': 'c' } }, 'Invalid input for field/attribute metadata.'],
  [{ 'OS-DCF:diskConfig': 'MAYBE' }, 'Invalid input for field/attribute OS-DCF:diskConfig.'],
])('%j is refused and makes nothing', async (more, message) => {
  const count = () => remnant().store.read.selectFrom('servers').select('id').execute();
  const before = await count();
  const answer = await create({ ...BASE, ...more });
  expect(answer.status).toBe(400);
  expect(answer.message).toContain(message);
  expect(await count()).toEqual(before);
});

test('from 2.37 on networks must be said', async () => {
  const answer = await create(BASE, '2.37');
  expect(answer.status).toBe(400);
  expect(answer.message).toMatch(/^Invalid input for field\/attribute server\. .* 'networks' is a required property$/);
});

test.each([
  [{ user_data: '!!' }],
  [{ security_groups: [{}] }],
  [{ networks: undefined, block_device_mapping_v2: [{}] }],
])('from 2.37 on networks are missed before what the schema lets through is looked into: %j', async (more) => {
  const answer = await create({ ...BASE, ...more }, '2.37');
  expect([answer.status, answer.message]).toEqual([400, expect.stringMatching(/ 'networks' is a required property$/)]);
});

test('from 2.37 on a network uuid is checked by the schema', async () => {
  const answer = await create({ ...BASE, networks: [{ uuid: 'x' }] }, '2.37');
  expect(answer.message).toBe(
    "Invalid input for field/attribute networks. Value: [{'uuid': 'x'}]. [{'uuid': 'x'}] is not valid under any of the given schemas",
  );
});

test('what is wrong is told in the order of the schema', async () => {
  const bad = { accessIPv4: 'x', networks: 'x', key_name: 5 };
  const { message } = await create({ ...BASE, ...bad }, '2.37');
  expect(message).toBe(
    "Invalid input for field/attribute networks. Value: x. 'x' is not valid under any of the given schemas",
  );
});

test('an IPv6 address is kept canonical; groups without a name are none', async () => {
  const answer = await create({ ...BASE, accessIPv6: '2001:DB8::0001', security_groups: [{}] });
  expect(answer.body['server']?.['security_groups']).toEqual([{ name: 'default' }]);
  expect((await built(answer.body['server']?.['id'] ?? ''))['accessIPv6']).toBe('2001:db8::1');
});

test('a reader may not', async () => {
  expect((await create(BASE, '2.1', 'ann:a1:reader')).status).toBe(403);
});
