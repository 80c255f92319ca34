// os-hypervisors of a host with nodes: one hypervisor each, in every way that hypervisors are asked for, beside those of hosts
// without; and what that costs.

import { beforeEach, expect, test } from 'vitest';
import type { HostName, ServerId } from '../../src/model/ids.ts';
import { asId } from '../../src/model/ids.ts';
import type { Answer, Body } from '../harness/http-client.ts';
import { NodeBench, nodeOf } from '../harness/node-bench.ts';
import { ADMIN } from '../harness/records.ts';
import { standStill } from '../harness/stand-still.ts';
import { useRemnant } from '../harness/use-remnant.ts';
import { waitFor } from '../harness/wait-for.ts';

const METAL = asId<HostName>('metal');
const FREE = 'aaaaaaaa-0000-4000-8000-0000000000a1';
const USED = 'bbbbbbbb-0000-4000-8000-0000000000b2';
const AWAY = 'cccccccc-0000-4000-8000-0000000000c3';
/** 2^30, and 30 bits of the SHA-256 of its UUID. */
const FREE_NUMBER = 1_548_467_001;
const GUEST = asId<ServerId>('dddddddd-0000-4000-8000-0000000000d4');
/** As an Ironic lists them: in no order that stays. */
const NODES = [
  nodeOf(AWAY, { maintenance: 'new disks', vcpus: 2, memoryMb: 1_000, diskGb: 10 }),
  nodeOf(FREE),
  nodeOf(USED, { guest: GUEST, vcpus: 4 }),
];

const bench = new NodeBench(NODES);
const remnant = useRemnant({
  hosts: ['host-1', 'metal', 'other'],
  driver: (driver, host) => (host === METAL ? bench.wrap(driver) : driver),
});
const known = () => remnant().hosts.find(METAL)?.offered?.nodes;

/** Has the host have these nodes, and waits until that is known. */
async function put(nodes: typeof NODES): Promise<void> {
  bench.put(nodes);
  await waitFor('the nodes to be told', () => JSON.stringify(known()) === JSON.stringify(nodes));
}
beforeEach(() => put(NODES));

const get = (path: string, version: string): Promise<Answer> =>
  remnant().ask({ path: `/v2.1/os-hypervisors${path}`, token: ADMIN, version });

async function list(path: string, version: string): Promise<readonly Body[]> {
  const { status, body } = await get(path, version);
  expect(status).toBe(200);
  return body['hypervisors'] ?? [];
}

const names = (all: readonly Body[]) => all.map((one) => String(one['hypervisor_hostname']));

async function numberOf(name: string): Promise<number> {
  const found = (await list('', '2.1')).find((one) => one['hypervisor_hostname'] === name);
  return found?.['id'] as unknown as number;
}

async function shownOf(name: string, version: string): Promise<Body> {
  const { status, body } = await get(`/${version === '2.1' ? await numberOf(name) : name}`, version);
  expect(status).toBe(200);
  return body['hypervisor'] ?? ({} as Body);
}

test('a hypervisor a node, in the place of its host: its UUID is its name and its id, its number is above those of services', async () => {
  const uuids = (await list('', '2.53')).filter(({ id }) => [FREE, USED, AWAY].includes(String(id)));
  expect(uuids.map((hypervisor) => [hypervisor['id'], hypervisor['hypervisor_hostname']])).toEqual([
    [FREE, FREE],
    [USED, USED],
    [AWAY, AWAY],
  ]);
  const all = await list('', '2.52');
  expect(names(all).toSorted()).toEqual([FREE, USED, AWAY, 'host-1', 'other']);
  const numbers = all.map(({ id }) => id as unknown as number);
  expect(new Set(numbers).size).toBe(5);
  for (const id of numbers) expect(Number.isInteger(id) && id > 0 && id < 2 ** 31).toBe(true);
  // For good: whoever wrote one down finds the same node.
  expect(await numberOf(FREE)).toBe(FREE_NUMBER);
});

test('the details of a node: its own sizes, all of it to be had or nothing', async () => {
  const free = await shownOf(FREE, '2.1');
  expect(free).toEqual({
    id: FREE_NUMBER,
    hypervisor_hostname: FREE,
    state: 'up',
    status: 'enabled',
    hypervisor_type: 'ironic',
    hypervisor_version: 1,
    host_ip: null,
    service: { id: remnant().hosts.find(METAL)?.service?.seq, host: 'metal', disabled_reason: null },
    vcpus: 8,
    memory_mb: 16_384,
    local_gb: 100,
    vcpus_used: 0,
    memory_mb_used: 0,
    local_gb_used: 0,
    free_ram_mb: 16_384,
    free_disk_gb: 100,
    current_workload: 0,
    running_vms: 0,
    disk_available_least: 100,
    cpu_info: '{"arch":"x86_64"}',
  });
  const used = { vcpus: 4, vcpus_used: 4, memory_mb_used: 16_384, local_gb_used: 100, free_ram_mb: 0, free_disk_gb: 0 };
  expect(await shownOf(USED, '2.1')).toMatchObject({ ...used, running_vms: 1 });
  const away = { vcpus: 2, vcpus_used: 2, memory_mb_used: 1_000, local_gb_used: 10, free_ram_mb: 0, running_vms: 0 };
  expect(await shownOf(AWAY, '2.1')).toMatchObject(away);
  const [detail] = (await list('/detail', '2.53')).filter(({ id }) => id === USED);
  expect(detail).toEqual(await shownOf(USED, '2.53'));
  expect(detail?.['service']).toMatchObject({ id: remnant().hosts.find(METAL)?.service?.id, host: 'metal' });
});

test.each([
  ['not available', { provision: 'manageable' }],
  ['of unknown power', { powerState: 0 }],
] as const)('nothing is left of a node that is %s', async (_, more) => {
  await put([nodeOf(FREE, more)]);
  expect(await shownOf(FREE, '2.1')).toMatchObject({ vcpus: 8, vcpus_used: 8, free_ram_mb: 0, running_vms: 0 });
});

test('from 2.88 the uptime is null; on a path of its own it is 501, and 400 when nobody can be asked', async () => {
  expect(await shownOf(USED, '2.88')).toMatchObject({ id: USED, uptime: null });
  const path = `/${USED}/uptime`;
  expect((await get(path, '2.87')).status).toBe(501);
  expect((await get(path, '2.88')).status).toBe(404);
  remnant().world.host('metal').disconnect('Ironic is away');
  await waitFor('it to be out of reach', () => !remnant().hosts.isUp(METAL));
  const away = await get(path, '2.87');
  expect([away.status, away.message]).toEqual([400, 'Compute service of metal is unavailable at this time.']);
  expect(await shownOf(USED, '2.88')).toMatchObject({ uptime: null, state: 'down', status: 'enabled' });
  remnant().world.host('metal').reconnect();
  await waitFor('it to be back', () => remnant().hosts.isUp(METAL));
});

test('state and status are those of its service', async () => {
  const path = `/v2.1/os-services/${remnant().hosts.find(METAL)?.service?.id ?? ''}`;
  const mark = (body: object) => remnant().ask({ method: 'PUT', path, token: ADMIN, version: '2.53', body });
  await mark({ status: 'disabled', disabled_reason: 'moving' });
  expect(await shownOf(FREE, '2.53')).toMatchObject({ status: 'disabled', service: { disabled_reason: 'moving' } });
  const sums = await get('/statistics', '2.1');
  expect(sums.body['hypervisor_statistics']).toMatchObject({ count: 2, vcpus: 128 });
  await mark({ status: 'enabled' });
  await mark({ forced_down: true });
  for (const hypervisor of (await list('', '2.53')).filter(({ id }) => [FREE, USED, AWAY].includes(String(id)))) {
    expect(hypervisor['state']).toBe('down');
  }
  await mark({ forced_down: false });
});

test('sums are of all nodes', async () => {
  const { body } = await get('/statistics', '2.1');
  expect(body['hypervisor_statistics']).toMatchObject({
    count: 5,
    vcpus: 128 + 14,
    memory_mb: 2 * 262_144 + 2 * 16_384 + 1_000,
    vcpus_used: 6,
    running_vms: 1,
    free_disk_gb: 2 * 4_096 + 100,
    disk_available_least: 100,
  });
});

test('pages end and begin at a node, by number or UUID', async () => {
  const all = names(await list('', '2.33'));
  const page = async (query: string, version: string) => {
    const { body } = await get(query, version);
    return { names: names(body['hypervisors'] ?? []), next: body['hypervisors_links']?.[0]?.['href'] };
  };
  const at = all.indexOf(FREE);
  const first = await page(`?limit=${at + 1}`, '2.33');
  expect(first.names).toEqual(all.slice(0, at + 1));
  expect(first.next).toMatch(new RegExp(`marker=${FREE_NUMBER}$`));
  expect((await page(`?marker=${FREE_NUMBER}`, '2.33')).names).toEqual(all.slice(at + 1));
  const next = await page(`?limit=1&marker=${FREE}`, '2.53');
  expect(next.names).toEqual([USED]);
  expect(next.next).toMatch(new RegExp(`limit=1&marker=${USED}$`));
  await put(NODES.toReversed());
  expect(names(await list('', '2.33')), 'whatever order they are told in').toEqual(all);
});

test('by a part of the name: of the UUID, not of the host', async () => {
  expect(names(await list('?hypervisor_hostname_pattern=0000B2', '2.53'))).toEqual([USED]);
  expect(names(await list('/0000-4000/search', '2.52'))).toEqual([FREE, USED, AWAY]);
  expect((await get('/metal/search', '2.52')).status).toBe(404);
  for (const [path, version] of [
    ['/cccccccc-0000-4000-8000-0000000000ff', '2.53'],
    ['/2000000000', '2.52'],
    [`/${FREE}`, '2.52'],
  ] as const) {
    expect((await get(path, version)).status, path).toBe(404);
  }
});

test('with the servers that are on each, and what is being done with them', async () => {
  const on = (node: string) => ({ host: METAL, node, instanceName: `on ${node.slice(0, 8)}` });
  const server = await remnant().addServer({ ...on(USED), taskState: 'powering-off' });
  await remnant().addServer({ host: asId<HostName>('other'), taskState: 'powering-off' });
  const servers = [{ name: 'on bbbbbbbb', uuid: server.id }];
  const searched = await list('/0000-4000/servers', '2.52');
  expect(searched.map((hypervisor) => hypervisor['servers'])).toEqual([undefined, servers, undefined]);
  const listed = new Map(
    (await list('?with_servers=true', '2.75')).map((hypervisor) => [hypervisor['id'], hypervisor]),
  );
  expect([FREE, USED].map((id) => listed.get(id as never)?.['servers'])).toEqual([[], servers]);
  expect((await get(`/${USED}?with_servers=true`, '2.75')).body['hypervisor']?.['servers']).toEqual(servers);
  const workload = async (name: string) => (await shownOf(name, '2.1'))['current_workload'];
  expect([await workload(USED), await workload(FREE), await workload('other')]).toEqual([1, 0, 1]);
});

test('a host whose nodes are all gone has no hypervisor', async () => {
  await put([]);
  expect(names(await list('', '2.53')).toSorted()).toEqual(['host-1', 'other']);
  const { body } = await get('/statistics', '2.1');
  expect(body['hypervisor_statistics']?.['count']).toBe(2);
});

test('two hundred nodes cost no more queries than three', async () => {
  const cost = async (path: string, version: string) => {
    await standStill(remnant());
    const before = remnant().store.queries();
    await list(path, version);
    const after = remnant().store.queries();
    remnant().clock.thaw();
    return after - before;
  };
  const paths = [
    ['', '2.53'],
    ['/detail', '2.53'],
    ['/detail?with_servers=1', '2.53'],
    ['/detail', '2.88'],
  ] as const;
  const few = [];
  for (const [path, version] of paths) few.push(await cost(path, version));
  const many = Array.from({ length: 200 }, (_, n) => nodeOf(`aaaaaaaa-0000-4000-8000-${String(n).padStart(12, '0')}`));
  await put(many);
  expect((await list('/detail?limit=1000', '2.88')).length).toBe(202);
  const now = [];
  for (const [path, version] of paths) now.push(await cost(path, version));
  expect(now).toEqual(few);
});

test('a node in maintenance changes neither host_status nor the state of its service', async () => {
  await put(NODES.map((node) => ({ ...node, maintenance: 'all of them' })));
  expect(remnant().hosts.status(METAL)).toBe('UP');
  const services = await remnant().ask({ path: '/v2.1/os-services?host=metal', token: ADMIN, version: '2.53' });
  expect(services.body['services']?.[0]).toMatchObject({ state: 'up', status: 'enabled', disabled_reason: null });
});
