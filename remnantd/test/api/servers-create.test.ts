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
const PUBLIC_KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ1fLDYRAxh1kNWCnE4VgbXPEgwJqdAbkPTKLpNjTQ5m ann@home';
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
    tenant_id: 'a1a1a1a1',
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
  expect((await create(BASE, '2.1', 'ann:a1a1a1a1:reader')).status).toBe(403);
});

test('a key, user data and files are on a drive that the guest reads, asked for or not', async () => {
  const keypair = { name: 'mine', public_key: PUBLIC_KEY };
  const token = MEMBER;
  const key = await remnant().ask({ method: 'POST', path: '/v2.1/os-keypairs', token, body: { keypair } });
  expect(key.status).toBe(200);
  const plain = await create(BASE);
  expect((await remnant().row(plain.body['server']?.['id'] ?? '')).configDrive).toBe(false);
  const personality = [{ path: '/etc/motd', contents: 'aGk=' }];
  const answer = await create({ ...BASE, name: 'Keyed Server', key_name: 'mine', user_data: 'aGk=', personality });
  const id = answer.body['server']?.['id'] ?? '';
  expect(await show(id)).toMatchObject({ key_name: 'mine', config_drive: 'True', description: 'Keyed Server' });
  const row = await remnant()
    .store.read.selectFrom('commands')
    .select('payload')
    .where('server_id', '=', id)
    .executeTakeFirstOrThrow();
  expect(JSON.parse(row.payload)).toMatchObject({
    kind: 'create',
    spec: {
      diskGb: 1,
      network: true,
      configDrive: {
        hostname: 'keyed-server',
        availabilityZone: 'nova',
        key: { name: 'mine', publicKey: PUBLIC_KEY },
        userData: 'aGk=',
        launchIndex: 0,
        files: personality,
      },
    },
  });
  for (const made of [plain, answer]) await built(made.body['server']?.['id'] ?? '');
});

test.each([
  ['2.36', {}, 'auto'],
  ['2.37', { networks: 'auto' }, 'auto'],
  ['2.37', { networks: [] }, 'auto'],
  ['2.37', { networks: 'none' }, 'none'],
])('at %s with %j the network is %s', async (version, more, networks) => {
  const id = (await create({ ...BASE, ...more }, version)).body['server']?.['id'] ?? '';
  expect((await remnant().row(id)).networks).toBe(networks);
  await built(id);
});

test.each([
  [{ block_device_mapping: [{ volume_id: IMAGE }] }, `failed to get volume ${IMAGE}.`],
  [{ block_device_mapping: [{ snapshot_id: IMAGE }] }, `failed to get snapshot ${IMAGE}.`],
  [{ block_device_mapping: [{ device_name: 'vdb' }] }, 'Unrecognized legacy format.'],
  [{ block_device_mapping_v2: [{ source_type: 'volume', uuid: 'v' }] }, 'failed to get volume v.'],
  [{ block_device_mapping_v2: [{ source_type: 'blank', uuid: 'v' }] }, 'Invalid device UUID.'],
  [
    { block_device_mapping_v2: [{ source_type: 'image', uuid: IMAGE, boot_index: null }] },
    'Mapping image to local is not supported.',
  ],
  [
    { block_device_mapping_v2: [{ source_type: 'image', uuid: 'aaaaaaaa-0000-4000-8000-000000000000' }] },
    'Boot sequence for the instance and image/block device mapping combination is not valid.',
  ],
])('%j is no way to boot here', async (more, why) => {
  const answer = await create({ ...BASE, ...more });
  expect([answer.status, answer.message]).toEqual([400, `Block Device Mapping is Invalid: ${why}`]);
});

test.each([
  ['2.93', { hostname: 'a', min_count: 2 }, "'a' is too short"],
  ['2.93', { hostname: 'abc', max_count: 2 }, 'Unable to allocate a single hostname to multiple instances'],
  ['2.93', { hostname: 'shop.example.org' }, "'shop.example.org' does not match"],
  ['2.56', { trusted_image_certificates: ['a'] }, "('trusted_image_certificates' was unexpected)"],
  ['2.63', { trusted_image_certificates: ['a'] }, 'Image certificate validation is not supported'],
  ['2.57', { personality: [] }, "('personality' was unexpected)"],
  ['2.73', { host: 'host-1' }, "('host' was unexpected)"],
])('at %s %j is refused', async (version, more, message) => {
  const answer = await create({ ...BASE, networks: 'none', ...more }, version);
  expect([answer.status, answer.message]).toEqual([400, expect.stringContaining(message)]);
});

test('from 2.94 a host name may have its domain', async () => {
  const server = { ...BASE, networks: 'none', hostname: 'shop.example.org' };
  const id = (await create(server, '2.94')).body['server']?.['id'] ?? '';
  expect((await built(id))['OS-EXT-SRV-ATTR:hostname']).toBe('shop.example.org');
});
