// os-services to the letter: which call answers what from which microversion, the order of its refusals, filters, deletion.

import { beforeAll, expect, test } from 'vitest';
import { auditPage } from '../../src/db/audit.ts';
import type { JsonValue } from '../../src/lib/json.ts';
import type { HostName } from '../../src/model/ids.ts';
import { asId } from '../../src/model/ids.ts';
import { SUBJECT } from '../../src/model/wire.ts';
import type { Answer } from '../harness/http-client.ts';
import { ADMIN, MEMBER, unknownId } from '../harness/records.ts';
import { addService } from '../harness/service-rows.ts';
import { useRemnant } from '../harness/use-remnant.ts';

const remnant = useRemnant({ hosts: ['host-1', 'host-2'] });
const SCHEDULER = 'bbbbbbbb-0000-4000-8000-000000000001';

beforeAll(() => addService(remnant().store, { id: SCHEDULER, host: 'control', binary: 'nova-scheduler' }));

function put(id: string, body: unknown, version: string, token = ADMIN): Promise<Answer> {
  return remnant().ask({ method: 'PUT', path: `/v2.1/os-services/${id}`, token, version, body });
}

/** A service as the API writes it. */
type Shown = Readonly<Record<string, string | number | boolean | null>>;

async function list(query = '', version = '2.93'): Promise<readonly Shown[]> {
  const { body } = await remnant().ask({ path: `/v2.1/os-services${query}`, token: ADMIN, version });
  return (body as unknown as { services: Shown[] }).services;
}

/** The id of a service for the paths of `version`. */
async function idOf(host: string, version = '2.53'): Promise<string> {
  return String((await one(host, version))['id']);
}

async function one(host = 'host-1', version = '2.93'): Promise<Shown> {
  const [service] = await list(`?host=${host}`, version);
  if (service === undefined) throw new Error(`no service on ${host}`);
  return service;
}

test.each([
  ['2.1', false, 'number'],
  ['2.10', false, 'number'],
  ['2.11', true, 'number'],
  ['2.52', true, 'number'],
  ['2.53', true, 'string'],
  ['2.93', true, 'string'],
])('at %s a service has forced_down: %s, and its id is a %s', async (version, forced, type) => {
  const service = await one('host-1', version);
  expect('forced_down' in service).toBe(forced);
  expect(typeof service['id']).toBe(type);
  expect(service['updated_at']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/);
});

test('are listed in the order they were made, and filtered by whole values', async () => {
  const hosts = async (query: string) =>
    (await list(query)).map((service) => `${service['host']} ${service['binary']}`);
  const numbers = (await list('', '2.1')).map((service) => Number(service['id']));
  expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
  expect(await hosts('?binary=nova-scheduler')).toEqual(['control nova-scheduler']);
  expect(await hosts('?host=host-2&binary=nova-compute')).toEqual(['host-2 nova-compute']);
  expect(await hosts('?host=host')).toEqual([]);
  expect(await hosts('?host=host-1&host=host-2')).toEqual(['host-2 nova-compute']);
  expect(await hosts('?host=&binary=')).toHaveLength(3);
});

test('unknown parameters are dropped until 2.74 and refused from 2.75', async () => {
  expect(await list('?zzz=1', '2.74')).toHaveLength(3);
  const answer = await remnant().ask({ path: '/v2.1/os-services?zzz=1', token: ADMIN, version: '2.75' });
  expect([answer.status, answer.message]).toEqual([
    400,
    "Additional properties are not allowed ('zzz' was unexpected)",
  ]);
});

const ON = { host: 'host-1', binary: 'nova-compute' };

test('by verb, until 2.52', async () => {
  const said = async (verb: string, body: object, version = '2.11') => (await put(verb, body, version)).body['service'];
  expect(await said('disable', { ...ON, disabled_reason: 'dropped' }, '2.1')).toEqual({ ...ON, status: 'disabled' });
  expect((await one())['disabled_reason']).toBeNull();
  const logged = { ...ON, status: 'disabled', disabled_reason: 'new disks' };
  expect(await said('disable-log-reason', { ...ON, disabled_reason: 'new disks' }, '2.1')).toEqual(logged);
  expect(await one()).toMatchObject({ status: 'disabled', disabled_reason: 'new disks' });
  expect(await said('enable', ON, '2.52')).toEqual({ ...ON, status: 'enabled' });
  expect(await one()).toMatchObject({ status: 'enabled', disabled_reason: null });
  expect(await said('force-down', { ...ON, forced_down: 'Yes' })).toEqual({ ...ON, forced_down: true });
  expect(await one()).toMatchObject({ forced_down: true, state: 'down' });
  expect(await said('force-down', { ...ON, forced_down: '0' })).toEqual({ ...ON, forced_down: false });
  expect(await one()).toMatchObject({ forced_down: false, state: 'up' });
});

const WORDS = [true, 'True', 'TRUE', 'true', '1', 'ON', 'On', 'on', 'YES', 'Yes', 'yes'];
const OPPOSITES = [false, 'False', 'FALSE', 'false', '0', 'OFF', 'Off', 'off', 'NO', 'No', 'no'];

test.each([...WORDS.map((word) => [word, true]), ...OPPOSITES.map((word) => [word, false])] as const)(
  'forced_down takes %j for %s',
  async (word, meant) => {
    const answer = await put(await idOf('host-2'), { forced_down: word }, '2.53');
    expect([answer.status, answer.body['service']?.['forced_down']]).toEqual([200, meant]);
    expect((await one('host-2'))['forced_down']).toBe(meant);
  },
);

test('by uuid, from 2.53: both at once, and what is so already', async () => {
  const id = await idOf('host-1');
  const both = await put(id, { status: 'disabled', disabled_reason: 'why', forced_down: true }, '2.53');
  expect(both.body['service']).toEqual({
    ...(await one()),
    status: 'disabled',
    disabled_reason: 'why',
    forced_down: true,
  });
  const again = await put(id, { status: 'disabled' }, '2.93');
  expect([again.status, again.body['service']]).toEqual([
    200,
    expect.objectContaining({ status: 'disabled', disabled_reason: null, forced_down: true }),
  ]);
  const back = await put(id, { status: 'enabled', forced_down: false }, '2.93');
  expect(back.body['service']).toMatchObject({ status: 'enabled', state: 'up', forced_down: false });
});

const BINARY = 'Updating a nova-scheduler service is not supported. Only nova-compute services can be updated.';
const NO_UPDATE = "No updates were requested. Fields 'status' or 'forced_down' should be specified.";
const ENABLED_WITH = "Specifying 'disabled_reason' with status 'enabled' is invalid.";
const DENIED = "Policy doesn't allow os_compute_api:os-services:update to be performed.";
const NOBODY = 'aaaaaaaa-0000-4000-8000-00000000ffff';

test.each([
  // By verb.
  ['2.10', 'force-down', ON, ADMIN, 404, 'Unknown action'],
  [
    '2.10',
    'force-down',
    { ...ON, forced_down: true },
    ADMIN,
    400,
    "Additional properties are not allowed ('forced_down' was unexpected)",
  ],
  ['2.11', 'zzz', ON, ADMIN, 404, 'Unknown action'],
  ['2.11', 'zzz', ON, MEMBER, 403, DENIED],
  ['2.11', 'disable-log-reason', { ...ON, binary: 'nova-scheduler' }, ADMIN, 400, 'Missing disabled reason field'],
  ['2.11', 'force-down', ON, ADMIN, 400, 'Missing forced_down field'],
  ['2.11', 'disable', { host: 'nowhere', binary: 'nova-scheduler' }, ADMIN, 400, BINARY],
  [
    '2.11',
    'disable',
    { host: 'nowhere', binary: 'nova-compute' },
    ADMIN,
    404,
    "Host 'nowhere' is not mapped to any cell",
  ],
  [
    '2.11',
    'disable',
    { host: 'control', binary: 'nova-compute' },
    ADMIN,
    404,
    "Host 'control' is not mapped to any cell",
  ],
  ['2.52', 'enable', { host: 'host-1' }, ADMIN, 400, "'binary' is a required property"],
  [
    '2.52',
    'enable',
    { ...ON, host: 'h h' },
    ADMIN,
    400,
    "Invalid input for field/attribute host. Value: h h. 'h h' does not match '^[a-zA-Z0-9-._]*$'",
  ],
  // By uuid, in Nova's order.
  ['2.53', 'enable', { forced_down: true }, MEMBER, 400, 'Invalid uuid enable'],
  ['2.53', NOBODY, {}, MEMBER, 403, DENIED],
  ['2.53', NOBODY, {}, ADMIN, 404, `Service ${NOBODY} could not be found.`],
  ['2.53', SCHEDULER, { status: 'enabled', disabled_reason: 'x' }, ADMIN, 400, BINARY],
  ['2.53', '{host-1}', { status: 'enabled', disabled_reason: 'x' }, ADMIN, 400, ENABLED_WITH],
  ['2.53', '{host-1}', { status: 'enabled', disabled_reason: 'x', forced_down: true }, ADMIN, 400, ENABLED_WITH],
  ['2.53', '{host-1}', {}, ADMIN, 400, NO_UPDATE],
  ['2.53', '{host-1}', { disabled_reason: 'x' }, ADMIN, 400, NO_UPDATE],
  [
    '2.53',
    '{host-1}',
    { status: 'disabled', disabled_reason: '' },
    ADMIN,
    400,
    "Invalid input for field/attribute disabled_reason. Value: . '' is too short",
  ],
  ['2.53', `{${NOBODY}}`, {}, ADMIN, 404, `Service {${NOBODY}} could not be found.`],
  ['2.53', '{host-1}', { host: 'host-1' }, ADMIN, 400, "Additional properties are not allowed ('host' was unexpected)"],
] as const)('at %s, PUT %s with %j by %s: %i', async (version, path, body, token, status, text) => {
  const before = await one();
  const answer = await put(path.replace('{host-1}', String(before['id'])), body, version, token);
  expect([answer.status, answer.message]).toEqual([status, text]);
  expect(await one()).toEqual({ ...before, updated_at: expect.any(String) as string });
});

function remove(id: string | number, version = '2.53', token = ADMIN): Promise<Answer> {
  return remnant().ask({ method: 'DELETE', path: `/v2.1/os-services/${id}`, token, version });
}

test.each([
  ['2.52', 'zzz', ADMIN, 400, 'Invalid input received: id must be an integer'],
  ['2.52', NOBODY, ADMIN, 400, 'Invalid input received: id must be an integer'],
  ['2.52', '99999', ADMIN, 404, 'Service 99999 not found.'],
  ['2.52', '%20+9_999', ADMIN, 404, 'Service  +9_999 not found.'],
  ['2.52', '1__0', ADMIN, 400, 'Invalid input received: id must be an integer'],
  ['2.52', '9'.repeat(30), ADMIN, 404, `Service ${'9'.repeat(30)} not found.`],
  ['2.53', '1', ADMIN, 400, 'Invalid uuid 1'],
  ['2.53', NOBODY, ADMIN, 404, `Service ${NOBODY} not found.`],
  ['2.53', `{${NOBODY}}`, ADMIN, 404, `Service {${NOBODY}} not found.`],
  ['2.53', `urn:uuid:${NOBODY}`, ADMIN, 404, `Service urn:uuid:${NOBODY} not found.`],
  ['2.53', 'zzz', MEMBER, 403, "Policy doesn't allow os_compute_api:os-services:delete to be performed."],
] as const)('at %s, DELETE %s by %s: %i', async (version, id, token, status, text) => {
  const answer = await remove(id, version, token);
  expect([answer.status, answer.message]).toEqual([status, text]);
});

test('a number is read as Python reads one: spaces around it do not count', async () => {
  const server = await remnant().addServer();
  expect(server.host).toBe('host-1');
  const answer = await remove(`%20${await idOf('host-1', '2.52')}%20`, '2.52');
  expect(answer.status).toBe(409);
});

test.each(['2.1', '2.93'])('at %s a service that hosts nothing is deleted, and with it its status', async (version) => {
  const host = asId<HostName>(`left-${version}`);
  const id = unknownId();
  await addService(remnant().store, { id, host });
  const shown = await idOf(host, version);
  const stayed = await remnant().addServer({ host });
  const inUse = await remove(shown, version);
  const text = 'Unable to delete compute service that is hosting instances. Migrate or delete the instances first.';
  expect([inUse.status, inUse.message]).toEqual([409, text]);
  expect(await one(host)).toMatchObject({ id });
  await remnant().store.transaction((tx) =>
    tx.updateTable('servers').set({ deleted_at: 5, vm_state: 'deleted' }).where('id', '=', stayed.id).execute(),
  );
  const gone = await remove(shown, version);
  expect([gone.status, gone.body]).toEqual([204, '']);
  expect(await list(`?host=${host}`)).toEqual([]);
  expect(remnant().hosts.status(host)).toBe('');
  expect((await remove(shown, version)).status).toBe(404);
  const query = { before: null, limit: 5, requestId: null, target: `service ${id}` };
  const [entry] = await auditPage(remnant().store.read, query);
  expect(entry).toMatchObject({ operation: 'os-services.delete', userId: 'admin', result: 'done' });
});

test('a service that is no nova-compute can be deleted, whatever is on its host', async () => {
  const id = unknownId();
  await addService(remnant().store, { id, host: 'host-1', binary: 'nova-conductor' });
  await remnant().addServer();
  expect((await remove(id)).status).toBe(204);
  expect(remnant().hosts.status(asId('host-1'))).toBe('UP');
});

test('the service of a host whose agent is alive is back with its next hello, and new', async () => {
  const host = asId<HostName>('host-2');
  const { offered, life, calls } = remnant().hosts.find(host) ?? {};
  const id = await idOf(host);
  expect((await remove(id)).status).toBe(204);
  expect([remnant().hosts.heard(host), remnant().hosts.status(host)]).toEqual([true, '']);
  const hello = { host, wire: 1, life, calls, offered } as unknown as JsonValue;
  await remnant().bus.request(SUBJECT.from(host, 'hello'), hello, 5_000);
  expect(await idOf(host)).not.toBe(id);
  expect(remnant().hosts.status(host)).toBe('UP');
});
