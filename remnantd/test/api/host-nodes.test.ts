// A host with nodes: its guests become servers that say which node they are on, nothing new is put on it, and its health has
// every node, for admins.

import { beforeEach, expect, test } from 'vitest';
import { insertProject, insertUser } from '../../src/db/identity.ts';
import type { HostName, ServerId } from '../../src/model/ids.ts';
import { asId } from '../../src/model/ids.ts';
import type { Answer, Body } from '../harness/http-client.ts';
import { NodeBench, nodeOf } from '../harness/node-bench.ts';
import { IMAGE } from '../harness/open-remnant.ts';
import { ADMIN, act, endedAction, MEMBER } from '../harness/records.ts';
import { useRemnant } from '../harness/use-remnant.ts';
import { waitFor } from '../harness/wait-for.ts';

const METAL = asId<HostName>('metal');
const [N1, N2, N3] = [
  'aaaaaaaa-0000-4000-8000-0000000000a1',
  'bbbbbbbb-0000-4000-8000-0000000000b2',
  'cccccccc-0000-4000-8000-0000000000c3',
] as const;
const G1 = asId<ServerId>('dddddddd-0000-4000-8000-0000000000d1');
const G2 = asId<ServerId>('dddddddd-0000-4000-8000-0000000000d2');
const G3 = asId<ServerId>('dddddddd-0000-4000-8000-0000000000d3');
const NODES = [
  nodeOf(N1, { guest: G1 }),
  nodeOf(N2),
  nodeOf(N3, { maintenance: 'new disks', lastError: 'BMC silent' }),
];

const bench = new NodeBench(NODES);
const remnant = useRemnant({
  hosts: ['host-1', 'metal'],
  driver: (driver, host) => (host === METAL ? bench.wrap(driver) : driver),
  config: { adopt: { project: 'a1a1a1a1', user: 'ann' } },
  before: async (store, world) => {
    await store.transaction(async (tx) => {
      const about = { description: '', enabled: true };
      await insertProject(tx, { ...about, id: asId('a1a1a1a1'), name: 'a1a1a1a1' });
      const none = { passwordHash: '', email: null, defaultProjectId: null };
      await insertUser(tx, { ...about, ...none, id: asId('ann'), name: 'ann' });
    });
    for (const [id, name] of [
      [G1, 'db-1'],
      [G2, 'db-2'],
      [G3, 'db-3'],
    ] as const) {
      world.plantGuest('metal', { id, name, metadata: { sim_behaviour: 'ignores' } });
    }
  },
});
const known = () => remnant().hosts.find(METAL)?.offered?.nodes;

async function put(nodes: typeof NODES): Promise<void> {
  bench.put(nodes);
  await waitFor('the nodes to be told', () => JSON.stringify(known()) === JSON.stringify(nodes));
}
beforeEach(() => put(NODES));

const get = async (path: string, token = ADMIN, version = '2.93'): Promise<Answer> =>
  remnant().ask({ path, token, version });

async function serverOf(id: string): Promise<Body> {
  return waitFor(`the guest ${id} to be a server`, async () => {
    const { body } = await get(`/v2.1/servers/${id}`);
    return body['server'];
  });
}

async function healthOf(name: string): Promise<Body> {
  return (await get(`/remnant/v1/hosts/${name}`)).body['host'] ?? ({} as Body);
}

test('a guest that was there is a server of the configured project, on its node', async () => {
  expect(await serverOf(G1)).toMatchObject({
    name: 'db-1',
    status: 'ACTIVE',
    tenant_id: 'a1a1a1a1',
    host_status: 'UP',
    'OS-EXT-SRV-ATTR:host': 'metal',
    'OS-EXT-SRV-ATTR:hypervisor_hostname': N1,
    'OS-EXT-STS:power_state': 1,
    flavor: { original_name: 'adopted', vcpus: 8, ram: 16_384 },
  });
  expect((await get(`/v2.1/servers/${G2}`)).status, 'no node has it').toBe(404);
  const listed = await get(`/v2.1/servers/detail?all_tenants=1&node=${N1}`);
  expect(listed.body['servers']?.map(({ id }) => id)).toEqual([G1]);
  const hypervisor = await get(`/v2.1/os-hypervisors/${N1}?with_servers=1`);
  expect(hypervisor.body['hypervisor']?.['servers']).toEqual([{ name: 'db-1', uuid: G1 }]);
});

test('one that comes later, too; and one that moves to another node is there', async () => {
  await put([nodeOf(N1, { guest: G1 }), nodeOf(N2, { guest: G2, powerState: 4 })]);
  expect(await serverOf(G2)).toMatchObject({ status: 'SHUTOFF', 'OS-EXT-SRV-ATTR:hypervisor_hostname': N2 });
  await put([nodeOf(N1), nodeOf(N2, { guest: G2 }), nodeOf(N3, { guest: G1 })]);
  const nodeNow = async () => (await serverOf(G1))['OS-EXT-SRV-ATTR:hypervisor_hostname'];
  await waitFor('its server to be on the other node', async () => (await nodeNow()) === (N3 as unknown));
  const on = async (node: string) =>
    (await get(`/v2.1/os-hypervisors/${node}?with_servers=1`)).body['hypervisor']?.['servers'];
  expect([await on(N1), await on(N3)]).toEqual([[], [{ name: 'db-1', uuid: G1 }]]);
});

test('one whose sizes nobody wrote down, and whose power is not known, is a server all the same', async () => {
  await put([nodeOf(N1, { guest: G3, vcpus: 0, memoryMb: 0, diskGb: 0, powerState: 0 })]);
  expect(await serverOf(G3)).toMatchObject({
    status: 'ACTIVE',
    'OS-EXT-STS:power_state': 0,
    flavor: { original_name: 'adopted', vcpus: 0, ram: 0, disk: 0 },
  });
  const hypervisor = await get(`/v2.1/os-hypervisors/${N1}`, ADMIN, '2.53');
  expect(hypervisor.body['hypervisor']).toMatchObject({ vcpus: 0, vcpus_used: 0, free_ram_mb: 0, running_vms: 1 });
  for (const path of [
    '/v2.1/servers/detail',
    '/v2.1/limits',
    '/v2.1/os-simple-tenant-usage/a1a1a1a1',
    '/v2.1/os-quota-sets/a1a1a1a1/detail',
  ]) {
    expect([path, (await get(path, 'ann:a1a1a1a1')).status]).toEqual([path, 200]);
  }
  const old = await get('/v2.1/os-hosts/metal', ADMIN, '2.42');
  const lines = old.body['host']?.map((line: Body) => line['resource']) ?? [];
  expect(lines[0]).toMatchObject({ project: '(total)', cpu: 0, memory_mb: 0, disk_gb: 0 });
});

test('commands reach servers on nodes as any others', async () => {
  await serverOf(G1);
  const asked = await act(remnant(), G1, { inject_nmi: null });
  expect([asked.status, asked.message]).toEqual([202, '']);
  const stopped = await act(remnant(), G1, { 'os-stop': null });
  expect((await endedAction(remnant(), G1, stopped))['events']?.[0]).toMatchObject({ result: 'Success' });
});

test('os-hosts has the sums of all nodes', async () => {
  const { body } = await get('/v2.1/os-hosts/metal', ADMIN, '2.42');
  expect(body['host']?.[0]?.['resource']).toEqual({
    host: 'metal',
    project: '(total)',
    cpu: 24,
    memory_mb: 3 * 16_384,
    disk_gb: 300,
  });
});

test('nothing is put there: not by itself, not by its name, not by the name of a node', async () => {
  const create = async (server: object) => {
    const base = { name: 'new', flavorRef: '1', imageRef: IMAGE, networks: 'none' };
    const body = { server: { ...base, ...server } };
    const answer = await remnant().ask({ method: 'POST', path: '/v2.1/servers', token: ADMIN, version: '2.93', body });
    expect([answer.status, answer.message]).toEqual([202, '']);
    return serverOf(answer.body['server']?.['id'] ?? '');
  };
  for (const wish of [
    { availability_zone: 'nova:metal' },
    { availability_zone: `nova:metal:${N2}` },
    { availability_zone: `nova::${N2}` },
    { host: 'metal' },
    { hypervisor_hostname: N2 },
    { host: 'metal', hypervisor_hostname: N2 },
  ]) {
    expect(await create(wish), JSON.stringify(wish)).toMatchObject({
      status: 'ERROR',
      fault: { code: 500, message: 'No valid host was found. There are not enough hosts available.' },
      'OS-EXT-SRV-ATTR:host': null,
    });
  }
  // The host with nodes has by far the most memory left.
  await put([nodeOf(N2, { memoryMb: 10_000_000 })]);
  expect(await create({})).toMatchObject({ 'OS-EXT-SRV-ATTR:host': 'host-1' });
});

test.each([
  [{ hypervisor_hostname: 'metal' }, 'Compute host metal could not be found.'],
  [{ host: 'metal', hypervisor_hostname: 'host-1' }, 'Compute host metal could not be found.'],
])('%j names no hypervisor', async (server, message) => {
  const base = { name: 'new', flavorRef: '1', imageRef: IMAGE, networks: 'none' };
  const body = { server: { ...base, ...server } };
  const answer = await remnant().ask({ method: 'POST', path: '/v2.1/servers', token: ADMIN, version: '2.93', body });
  expect([answer.status, answer.message]).toEqual([400, message]);
});

test('a host whose nodes are all gone cannot be asked for by name', async () => {
  await put([]);
  const body = { server: { name: 'new', flavorRef: '1', imageRef: IMAGE, networks: 'none', host: 'metal' } };
  const answer = await remnant().ask({ method: 'POST', path: '/v2.1/servers', token: ADMIN, version: '2.93', body });
  expect([answer.status, answer.message]).toEqual([400, 'Compute host metal could not be found.']);
});

test('health: every node of the host, by name; null of a host without such', async () => {
  await serverOf(G1);
  const now = await healthOf('metal');
  expect(now).toMatchObject({
    status: 'UP',
    state: 'up',
    cause: 'heard',
    node_counts: { total: 3, in_maintenance: 1 },
  });
  const well = { power_state: 'running', maintenance: false, maintenance_reason: null, last_error: null, server: null };
  expect(now['nodes']).toEqual([
    { ...well, id: N1, name: 'node-a1', provision_state: 'active', server: G1 },
    { ...well, id: N2, name: 'node-b2', provision_state: 'available' },
    {
      ...well,
      id: N3,
      name: 'node-c3',
      provision_state: 'available',
      maintenance: true,
      maintenance_reason: 'new disks',
      last_error: 'BMC silent',
    },
  ]);
  expect(await healthOf('host-1')).toMatchObject({ nodes: null, node_counts: null });
});

test('health: the list has numbers alone', async () => {
  const { body } = await get('/remnant/v1/hosts');
  expect(body['hosts']?.map((one: Body) => [one['name'], one['node_counts'], 'nodes' in one])).toEqual([
    ['host-1', null, false],
    ['metal', { total: 3, in_maintenance: 1 }, false],
  ]);
  await put([]);
  expect(await healthOf('metal')).toMatchObject({ nodes: [], node_counts: { total: 0, in_maintenance: 0 } });
});

test('health: power that is not known, maintenance without a reason, and a guest that no server was made of', async () => {
  await put([nodeOf(N1, { powerState: 0, maintenance: '', guest: asId('no-such-server') })]);
  expect((await healthOf('metal'))['nodes']).toMatchObject([
    { power_state: 'unknown', maintenance: true, maintenance_reason: null, server: null },
  ]);
});

test('nothing of nodes reaches tenants', async () => {
  for (const path of [
    '/remnant/v1/hosts',
    '/remnant/v1/hosts/metal',
    '/v2.1/os-hypervisors',
    `/v2.1/os-hypervisors/${N1}`,
  ]) {
    expect([path, (await get(path, MEMBER)).status]).toEqual([path, 403]);
  }
  await serverOf(G1);
  for (const path of [`/v2.1/servers/${G1}`, '/v2.1/servers/detail', `/remnant/v1/servers/${G1}/readiness`]) {
    const answer = await get(path, MEMBER);
    expect([path, answer.status]).toEqual([path, 200]);
    expect(JSON.stringify(answer.body), path).not.toMatch(/aaaaaaaa-|node-a1|new disks|BMC silent/);
  }
});
