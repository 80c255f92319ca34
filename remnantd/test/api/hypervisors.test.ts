// os-hypervisors: what hosts have and what is taken of it, by microversion, by page, by name, and how long a host is up.

import { expect, test } from 'vitest';
import type { Driver } from '../../src/drivers/driver.ts';
import type { HostName } from '../../src/model/ids.ts';
import { asId } from '../../src/model/ids.ts';
import type { Answer, Body } from '../harness/http-client.ts';
import { ADMIN, MEMBER } from '../harness/records.ts';
import { addService } from '../harness/service-rows.ts';
import { useRemnant } from '../harness/use-remnant.ts';

const UPTIME = ' 10:44:05 up 5 days,  2:03,  0 users,  load average: 0.00, 0.01, 0.05\n';
const SPARE = 'aaaaaaaa-0000-4000-8000-000000000001';

const tellUptime = async () => UPTIME;
const without = (driver: Driver, ability: keyof Driver) =>
  Object.fromEntries(Object.entries(driver).filter(([name]) => name !== ability)) as unknown as Driver;

const remnant = useRemnant({
  hosts: ['host-1', 'host-2', 'other'],
  // One of them can tell how long it is up.
  driver: (driver, host) => ({
    ...without(driver, 'hostUptime'),
    ...(host === 'host-1' ? { hostUptime: tellUptime } : {}),
  }),
});

const get = (path: string, version: string): Promise<Answer> =>
  remnant().ask({ path: `/v2.1/os-hypervisors${path}`, token: ADMIN, version });

async function list(path: string, version: string): Promise<readonly Body[]> {
  const { status, body } = await get(path, version);
  expect(status).toBe(200);
  return body['hypervisors'] ?? [];
}

async function named(name: string, version: string): Promise<Body> {
  const found = (await list('', version)).find((one) => one['hypervisor_hostname'] === name);
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
}

test('the list: every host, by number, and by UUID from 2.53', async () => {
  const old = await list('', '2.52');
  const numbers = await remnant().ask({ path: '/v2.1/os-services', token: ADMIN, version: '2.52' });
  expect(old.map(({ id }) => id)).toEqual(numbers.body['services']?.map(({ id }) => id));
  expect(old.map((one) => String(one['hypervisor_hostname'])).toSorted()).toEqual(['host-1', 'host-2', 'other']);
  expect(old[0]).toEqual({
    id: expect.any(Number),
    hypervisor_hostname: expect.any(String),
    state: 'up',
    status: 'enabled',
  });
  const now = await list('', '2.53');
  expect(now.map((one) => one['hypervisor_hostname'])).toEqual(old.map((one) => one['hypervisor_hostname']));
  const { body } = await remnant().ask({ path: '/v2.1/os-services', token: ADMIN, version: '2.53' });
  const services = body['services']?.map(({ id }) => id) ?? [];
  expect(new Set([...services, ...now.map(({ id }) => id)]).size, 'none has the id of a service').toBe(6);
});

test('the details: what the host told, and what its servers take of it', async () => {
  const flavor = { id: '7', name: 'f', vcpus: 3, ram: 1_024, disk: 20, ephemeral: 5, swap: 0, extraSpecs: {} };
  const other = asId<HostName>('other');
  await remnant().addServer({ host: other, flavor, instanceName: 'instance-0000000a' });
  await remnant().addServer({ host: other, flavor, taskState: 'powering-off', instanceName: 'instance-0000000b' });
  const { body } = await get(`/${(await named('other', '2.16'))['id']}`, '2.16');
  const { id, ...shown } = { ...(body['hypervisor'] as unknown as { readonly id: number }) };
  expect(shown).toEqual({
    hypervisor_hostname: 'other',
    state: 'up',
    status: 'enabled',
    hypervisor_type: 'sim',
    hypervisor_version: 1_000_000,
    host_ip: null,
    service: { id, host: 'other', disabled_reason: null },
    vcpus: 64,
    memory_mb: 262_144,
    local_gb: 4_096,
    vcpus_used: 6,
    memory_mb_used: 2_048,
    local_gb_used: 50,
    free_ram_mb: 260_096,
    free_disk_gb: 4_046,
    current_workload: 1,
    running_vms: 2,
    disk_available_least: null,
    cpu_info: '{"arch":"x86_64"}',
  });
  const [detail] = (await list('/detail', '2.28')).filter((one) => one['hypervisor_hostname'] === 'other');
  expect(detail).toEqual({ id, ...shown, cpu_info: { arch: 'x86_64' } });
});

test('from 2.88 the numbers are gone, and the uptime is there where the host can tell it', async () => {
  const details = await list('/detail', '2.88');
  const first = details.find((one) => one['hypervisor_hostname'] === 'host-1');
  expect(first).toEqual({
    id: expect.any(String),
    hypervisor_hostname: 'host-1',
    state: 'up',
    status: 'enabled',
    hypervisor_type: 'sim',
    hypervisor_version: 1_000_000,
    host_ip: null,
    service: { id: expect.any(String), host: 'host-1', disabled_reason: null },
    uptime: UPTIME,
  });
  const uptimes = details.map((one) => [one['hypervisor_hostname'], one['uptime']]);
  expect(Object.fromEntries(uptimes)).toEqual({ 'host-1': UPTIME, 'host-2': null, other: null });
  for (const path of ['/statistics', `/${first?.['id']}/uptime`]) {
    expect((await get(path, '2.88')).status, path).toBe(404);
  }
});

test('the uptime on a path of its own: what cannot tell is 501, what cannot be asked 400', async () => {
  const one = await named('host-1', '2.87');
  const { body } = await get(`/${one['id']}/uptime`, '2.87');
  expect(body).toEqual({ hypervisor: { ...(one as object), uptime: UPTIME } });
  const mute = await get(`/${(await named('host-2', '2.1'))['id']}/uptime`, '2.1');
  expect([mute.status, mute.message]).toEqual([501, 'The requested functionality is not supported.']);
  await addService(remnant().store, { id: SPARE, host: 'spare' });
  const spare = await get(`/${(await named('spare', '2.1'))['id']}/uptime`, '2.1');
  expect([spare.status, spare.message]).toEqual([400, 'Compute service of spare is unavailable at this time.']);
});

test('a host that never told of itself is there, with nothing', async () => {
  const all = await list('/detail', '2.28');
  expect(all.find((one) => one['hypervisor_hostname'] === 'spare')).toMatchObject({
    state: 'down',
    hypervisor_type: '',
    hypervisor_version: 0,
    vcpus: 0,
    memory_mb: 0,
    local_gb: 0,
    cpu_info: {},
    running_vms: 0,
  });
});

test('sums of the enabled ones', async () => {
  const { body } = await get('/statistics', '2.1');
  expect(body).toEqual({
    hypervisor_statistics: {
      count: 4,
      vcpus: 192,
      memory_mb: 786_432,
      local_gb: 12_288,
      vcpus_used: 6,
      memory_mb_used: 2_048,
      local_gb_used: 50,
      free_ram_mb: 784_384,
      free_disk_gb: 12_238,
      current_workload: 1,
      running_vms: 2,
      disk_available_least: 0,
    },
  });
  const path = `/v2.1/os-services/${SPARE}`;
  await remnant().ask({ method: 'PUT', path, token: ADMIN, version: '2.53', body: { status: 'disabled' } });
  const after = await get('/statistics', '2.87');
  expect(after.body['hypervisor_statistics']?.['count']).toBe(3);
});

test('pages from 2.33, by number or UUID', async () => {
  const numbers = (await list('', '2.32')).map(({ id }) => id);
  const first = await get('?limit=2', '2.33');
  expect(first.body['hypervisors']?.map(({ id }) => id)).toEqual(numbers.slice(0, 2));
  const [link] = first.body['hypervisors_links'] ?? [];
  expect(link?.['rel']).toBe('next');
  expect(link?.['href']).toMatch(new RegExp(`/v2\\.1/os-hypervisors\\?limit=2&marker=${numbers[1]}$`));
  const rest = await get(`?limit=9&marker=${numbers[1]}`, '2.33');
  expect(rest.body['hypervisors']?.map(({ id }) => id)).toEqual(numbers.slice(2));
  expect(rest.body['hypervisors_links']).toBeUndefined();
  const uuids = (await list('', '2.53')).map(({ id }) => id);
  const second = await get(`/detail?limit=1&marker=${uuids[0]}`, '2.53');
  expect(second.body['hypervisors']?.map(({ id }) => id)).toEqual([uuids[1]]);
  expect(second.body['hypervisors_links']?.[0]?.['href']).toMatch(
    new RegExp(`/os-hypervisors/detail\\?limit=1&marker=${uuids[1]}$`),
  );
  const lost = await get('?marker=9999', '2.33');
  expect([lost.status, lost.message]).toEqual([400, 'marker [9999] not found']);
  expect((await list('?limit=1', '2.32')).length, 'not heeded before').toBe(4);
});

test('by a part of their names: in the query from 2.53, on paths of their own before', async () => {
  const names = (hypervisors: readonly Body[]) =>
    hypervisors.map((one) => String(one['hypervisor_hostname'])).toSorted();
  expect(names(await list('?hypervisor_hostname_pattern=HOST', '2.53'))).toEqual(['host-1', 'host-2']);
  expect(names(await list('/host/search', '2.52'))).toEqual(['host-1', 'host-2']);
  for (const [path, version] of [
    ['?hypervisor_hostname_pattern=nobody', '2.53'],
    ['/nobody/search', '2.1'],
    ['/nobody/servers', '2.1'],
  ] as const) {
    const none = await get(path, version);
    expect([none.status, none.message]).toEqual([404, "No hypervisor matching 'nobody' could be found."]);
  }
  const paged = await get('?hypervisor_hostname_pattern=host&limit=1', '2.53');
  expect([paged.status, paged.message]).toEqual([
    400,
    'Paging over hypervisors with the hypervisor_hostname_pattern query parameter is not supported.',
  ]);
  for (const path of ['/host/search', '/host/servers']) expect((await get(path, '2.53')).status).toBe(404);
});

test('with their servers, by the names their hypervisor has for them; none is an empty list from 2.75', async () => {
  const servers = [
    { name: 'instance-0000000a', uuid: expect.any(String) },
    { name: 'instance-0000000b', uuid: expect.any(String) },
  ];
  const [old] = await list('/other/servers', '2.1');
  expect(old?.['servers']).toEqual(servers);
  expect((await list('/host-1/servers', '2.1'))[0]).not.toHaveProperty('servers');
  const asked = '?hypervisor_hostname_pattern=o&with_servers=1';
  for (const [version, none] of [
    ['2.53', undefined],
    ['2.75', []],
  ] as const) {
    const all = new Map((await list(asked, version)).map((one) => [String(one['hypervisor_hostname']), one]));
    expect(all.get('other')?.['servers']).toEqual(servers);
    expect(all.get('host-1')?.['servers'], version).toEqual(none);
  }
  const id = (await named('other', '2.75'))['id'];
  expect((await get(`/${id}?with_servers=true`, '2.75')).body['hypervisor']?.['servers']).toEqual(servers);
  expect((await get(`/${id}`, '2.75')).body['hypervisor']).not.toHaveProperty('servers');
});

test('what is not there, and what is no id', async () => {
  for (const [path, version, status, message] of [
    ['/9999', '2.52', 404, "Hypervisor with ID '9999' could not be found."],
    ['/host-1', '2.52', 404, "Hypervisor with ID 'host-1' could not be found."],
    ['/host-1', '2.53', 400, 'Invalid uuid host-1'],
    [`/${SPARE}`, '2.53', 404, `Hypervisor with ID '${SPARE}' could not be found.`],
    ['/9999/uptime', '2.1', 404, "Hypervisor with ID '9999' could not be found."],
  ] as const) {
    const answer = await get(path, version);
    expect([answer.status, answer.message], path).toEqual([status, message]);
  }
  const strict = await get('?x=1', '2.53');
  expect(strict.message).toBe("Additional properties are not allowed ('x' was unexpected)");
});

test('for admins alone, whatever the id', async () => {
  for (const [path, version, verb] of [
    ['/v2.1/os-hypervisors', '2.93', 'list'],
    ['/v2.1/os-hypervisors/detail', '2.93', 'list-detail'],
    ['/v2.1/os-hypervisors/no-id', '2.93', 'show'],
    ['/v2.1/os-hypervisors/99/uptime', '2.1', 'uptime'],
    ['/v2.1/os-hypervisors/nobody/search', '2.1', 'search'],
    ['/v2.1/os-hypervisors/nobody/servers', '2.1', 'servers'],
    ['/v2.1/os-hypervisors/statistics', '2.1', 'statistics'],
  ] as const) {
    const answer = await remnant().ask({ path, token: MEMBER, version });
    const message = `Policy doesn't allow os_compute_api:os-hypervisors:${verb} to be performed.`;
    expect([answer.status, answer.message], path).toEqual([403, message]);
  }
});
