// POST /servers: where servers go. Zones, hosts by name, server groups, other servers; and hosts that nothing is put on.

import { afterAll, expect, test } from 'vitest';
import { openCommands } from '../../src/db/commands.ts';
import { insertServerGroup } from '../../src/db/server-groups.ts';
import { asId } from '../../src/model/ids.ts';
import type { ServerGroup } from '../../src/model/server-group.ts';
import type { Answer, Body } from '../harness/http-client.ts';
import { IMAGE } from '../harness/open-remnant.ts';
import { ADMIN, MEMBER, unknownId } from '../harness/records.ts';
import { useRemnant } from '../harness/use-remnant.ts';
import { waitFor } from '../harness/wait-for.ts';

const HOSTS = ['host-1', 'host-2', 'host-3'];
const remnant = useRemnant({ hosts: HOSTS });
const BASE = { name: 'web', flavorRef: '1', imageRef: IMAGE, networks: 'none' };
const NO_HOST = 'No valid host was found. There are not enough hosts available.';

function create(server: object, more: { token?: string; hints?: object; version?: string } = {}): Promise<Answer> {
  const { token = MEMBER, hints, version = '2.93' } = more;
  const body = { server: { ...BASE, ...server }, ...(hints === undefined ? {} : { 'os:scheduler_hints': hints }) };
  return remnant().ask({ method: 'POST', path: '/v2.1/servers', token, version, body });
}

async function show(id: string): Promise<Body> {
  const { body } = await remnant().ask({ path: `/v2.1/servers/${id}`, token: ADMIN, version: '2.93' });
  return body['server'] ?? ({} as Body);
}

/** The host of the server that was asked for; null for one that found none. */
async function hostOf(answer: Answer): Promise<string | null> {
  expect([answer.status, answer.message]).toEqual([202, '']);
  const server = await show(answer.body['server']?.['id'] ?? '');
  const host = server['OS-EXT-SRV-ATTR:host'] ?? null;
  if (host === null) expect(server).toMatchObject({ status: 'ERROR', fault: { code: 500, message: NO_HOST } });
  return host;
}

const nullLast = (a: string | null, b: string | null) => (a ?? 'z').localeCompare(b ?? 'z');

/** The hosts of all servers of one request, sorted. */
async function hostsOf(answer: Answer): Promise<(string | null)[]> {
  expect([answer.status, answer.message]).toEqual([202, '']);
  const path = `/v2.1/servers/detail?reservation_id=${answer.body['reservation_id'] ?? ''}`;
  const { body } = await remnant().ask({ path, token: `admin:${MEMBER.split(':')[1] ?? ''}`, version: '2.93' });
  const hosts = (body['servers'] ?? []) as readonly Body[];
  return hosts.map((server) => server['OS-EXT-SRV-ATTR:host'] ?? null).toSorted(nullLast);
}

async function group(more: Partial<ServerGroup>): Promise<string> {
  const id = unknownId();
  await remnant().store.transaction((tx) =>
    insertServerGroup(tx, {
      id,
      projectId: asId('a1a1a1a1'),
      userId: asId('ann'),
      name: 'g',
      policy: 'affinity',
      maxServerPerHost: null,
      createdAt: 0,
      ...more,
    }),
  );
  return id;
}

/** Changes the service of a host, and waits until it counts. */
async function setService(host: string, change: object): Promise<void> {
  const { body } = await remnant().ask({ path: `/v2.1/os-services?host=${host}`, token: ADMIN, version: '2.53' });
  const id = body['services']?.[0]?.['id'] ?? '';
  const path = `/v2.1/os-services/${id}`;
  const { status } = await remnant().ask({ method: 'PUT', path, token: ADMIN, version: '2.53', body: change });
  expect(status).toBe(200);
}

/** Puts a host into a zone of its own, by an aggregate, and waits until that counts. */
async function putInZone(host: string, zone: string): Promise<void> {
  const ask = (path: string, body: object) =>
    remnant().ask({ method: 'POST', path: `/v2.1/os-aggregates${path}`, token: ADMIN, version: '2.93', body });
  const made = await ask('', { aggregate: { name: zone, availability_zone: zone } });
  const added = await ask(`/${made.body['aggregate']?.['id'] ?? ''}/action`, { add_host: { host } });
  expect([made.status, added.status]).toEqual([200, 200]);
  await waitFor('the zone to count', () => remnant().hosts.find(asId(host))?.service?.zone === zone);
}

/** What is still being made when the last test is over is waited for. */
afterAll(async () => {
  const { read } = remnant().store;
  await waitFor('all servers to be made', async () => (await openCommands(read, null)).length === 0);
});

test('servers go where most memory is left', async () => {
  const answer = await create({ min_count: 3, return_reservation_id: true });
  expect(await hostsOf(answer)).toEqual(HOSTS);
});

test('nothing goes to a host that is disabled or down, not even by its name', async () => {
  await setService('host-1', { status: 'disabled' });
  await setService('host-2', { forced_down: true });
  expect(await hostsOf(await create({ min_count: 2, return_reservation_id: true }))).toEqual(['host-3', 'host-3']);
  expect(await hostOf(await create({ availability_zone: 'nova:host-1' }, { token: ADMIN }))).toBeNull();
  expect(await hostOf(await create({ host: 'host-2' }, { token: ADMIN }))).toBeNull();
  await setService('host-1', { status: 'enabled' });
  await setService('host-2', { forced_down: false });
  await waitFor('host-2 to be up', () => remnant().hosts.status(asId('host-2')) === 'UP');
});

test('an admin names the host: behind the zone, or by itself', async () => {
  for (const [n, host] of HOSTS.entries()) {
    expect(await hostOf(await create({ availability_zone: `nova:${host}` }, { token: ADMIN })), String(n)).toBe(host);
    expect(await hostOf(await create({ availability_zone: `nova::${host}` }, { token: ADMIN }))).toBe(host);
    expect(await hostOf(await create({ availability_zone: `:${host}:${host}` }, { token: ADMIN }))).toBe(host);
    expect(await hostOf(await create({ host }, { token: ADMIN }))).toBe(host);
    expect(await hostOf(await create({ hypervisor_hostname: host }, { token: ADMIN }))).toBe(host);
  }
  expect(await hostOf(await create({ availability_zone: 'nova:nowhere' }, { token: ADMIN }))).toBeNull();
  expect(await hostOf(await create({ availability_zone: 'nova:host-1:host-2' }, { token: ADMIN }))).toBeNull();
});

test.each([
  [{ availability_zone: 'nova:host-1' }, 403, "Policy doesn't allow os_compute_api:servers:create:forced_host"],
  [{ host: 'host-1' }, 403, "Policy doesn't allow compute:servers:create:requested_destination to be performed."],
])('a member names no host: %j', async (server, status, message) => {
  const answer = await create(server);
  expect([answer.status, answer.message]).toEqual([status, expect.stringContaining(message)]);
});

test.each([
  [{ availability_zone: 'a:b:c:d' }, 'Invalid input received: Unable to parse availability_zone'],
  [{ availability_zone: 'elsewhere' }, 'The requested availability zone is not available'],
  [{ host: 'nowhere' }, 'Compute host nowhere could not be found.'],
  [{ hypervisor_hostname: 'nowhere' }, 'Compute host nowhere could not be found.'],
  [{ host: 'host-1', hypervisor_hostname: 'host-2' }, 'Compute host host-1 could not be found.'],
  [
    { availability_zone: 'nova:host-1', host: 'host-1' },
    'One mechanism with host and/or hypervisor_hostname and another mechanism with zone:host:node are mutually exclusive.',
  ],
])('%j is refused', async (server, message) => {
  const answer = await create(server, { token: ADMIN });
  expect([answer.status, answer.message]).toEqual([400, message]);
});

test.each([
  ['affinity', null, (hosts: (string | null)[]) => new Set(hosts).size === 1 && !hosts.includes(null)],
  ['anti-affinity', null, (hosts: (string | null)[]) => String(hosts) === String([...HOSTS, null])],
  ['anti-affinity', 2, (hosts: (string | null)[]) => new Set(hosts).size >= 2 && !hosts.includes(null)],
  ['soft-affinity', null, (hosts: (string | null)[]) => new Set(hosts).size === 1],
  ['soft-anti-affinity', null, (hosts: (string | null)[]) => new Set(hosts).size === 3 && !hosts.includes(null)],
] as const)('a group with %s, %j on a host', async (policy, maxServerPerHost, holds) => {
  const id = await group({ policy, maxServerPerHost });
  const answer = await create({ min_count: 4, return_reservation_id: true }, { hints: { group: id } });
  const hosts = await hostsOf(answer);
  expect(hosts).toHaveLength(4);
  expect(holds(hosts), String(hosts)).toBe(true);
  const next = await create({}, { hints: { group: id } });
  expect(await remnant().row(next.body['server']?.['id'] ?? '')).toMatchObject({ groupId: id, hints: { group: id } });
});

test('a group is one of the project, and has as many members of a user as its quota lets it', async () => {
  const theirs = await group({ projectId: asId('b2b2b2b2') });
  for (const id of [theirs, unknownId()]) {
    const answer = await create({}, { hints: { group: id } });
    expect([answer.status, answer.message]).toEqual([400, `Instance group ${id} could not be found.`]);
  }
  const full = await group({ policy: 'soft-affinity' });
  expect((await create({ min_count: 10 }, { hints: { group: full } })).status).toBe(202);
  const answer = await create({}, { hints: { group: full } });
  expect([answer.status, answer.message]).toEqual([403, 'Quota exceeded, too many servers in group']);
});

test('with a server, or away from it; one of another project is none', async () => {
  const one = await remnant().addServer({ host: asId('host-2') });
  const other = await remnant().addServer({ host: asId('host-3'), projectId: asId('b2b2b2b2') });
  expect(await hostOf(await create({}, { hints: { same_host: one.id } }))).toBe('host-2');
  expect(await hostOf(await create({}, { hints: { same_host: [other.id] } }))).toBeNull();
  const away = { different_host: [one.id, (await remnant().addServer({ host: asId('host-1') })).id] };
  expect(await hostOf(await create({}, { hints: away }))).toBe('host-3');
  const bad = await create({}, { hints: { group: 'x' } });
  expect([bad.status, bad.message]).toEqual([400, expect.stringContaining("'x' is not a 'uuid'")]);
});

test('a zone is kept to, and shown; without a wish it is that of the host', async () => {
  await putInZone('host-2', 'west');
  const answer = await create({ availability_zone: 'west', min_count: 2, return_reservation_id: true });
  expect(await hostsOf(answer)).toEqual(['host-2', 'host-2']);
  const one = await create({ availability_zone: 'nova:host-2' }, { token: ADMIN });
  expect(await hostOf(one)).toBe('host-2');
  const id = one.body['server']?.['id'] ?? '';
  expect(await show(id)).toMatchObject({ 'OS-EXT-AZ:availability_zone': 'west' });
  expect(await remnant().row(id)).toMatchObject({ availabilityZone: 'west', pinnedZone: null });
  const wished = await create({ availability_zone: 'west' });
  expect(await remnant().row(wished.body['server']?.['id'] ?? '')).toMatchObject({ pinnedZone: 'west' });
  await setService('host-2', { status: 'disabled' });
  expect((await create({ availability_zone: 'west' })).message).toBe(
    'The requested availability zone is not available',
  );
});
