// os-aggregates: sets of hosts that operators keep, the zones they put their hosts and servers into, and all that is refused.

import { expect, test } from 'vitest';
import type { HostName } from '../../src/model/ids.ts';
import { asId } from '../../src/model/ids.ts';
import type { Answer, Ask, Body } from '../harness/http-client.ts';
import { ADMIN, MEMBER } from '../harness/records.ts';
import { addService } from '../harness/service-rows.ts';
import { useRemnant } from '../harness/use-remnant.ts';

const remnant = useRemnant({ hosts: ['host-1', 'host-2', 'host-3'] });
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/;

const ask = (path: string, more: Partial<Ask> = {}): Promise<Answer> =>
  remnant().ask({ path: `/v2.1/os-aggregates${path}`, token: ADMIN, version: '2.93', ...more });
const act = (id: unknown, name: string, body: unknown, more: Partial<Ask> = {}) =>
  ask(`/${String(id)}/action`, { method: 'POST', body: { [name]: body }, ...more });
const told = ({ status, message }: Answer) => [status, message];

let made = 0;
/** A new aggregate of a name of its own. */
async function create(zone: string | null = null): Promise<Body> {
  made += 1;
  const body = { aggregate: { name: `set-${made}`, ...(zone === null ? {} : { availability_zone: zone }) } };
  const answer = await ask('', { method: 'POST', body });
  expect(answer.status).toBe(200);
  return answer.body['aggregate'] ?? ({} as Body);
}

/** Takes every host out of an aggregate, so that the next test finds them free. */
async function empty(id: unknown): Promise<void> {
  const { body } = await ask(`/${String(id)}`);
  for (const host of body['aggregate']?.['hosts'] ?? []) {
    expect((await act(id, 'remove_host', { host })).status).toBe(200);
  }
}

async function zoneOf(host: string): Promise<unknown> {
  const { body } = await remnant().ask({ path: `/v2.1/os-services?host=${host}`, token: ADMIN });
  return body['services']?.[0]?.['zone'];
}

test('one is made, shown, listed, renamed and deleted', async () => {
  const created = await ask('', {
    method: 'POST',
    body: { aggregate: { name: 'first', availability_zone: 'east' } },
    version: '2.40',
  });
  const id = created.body['aggregate']?.['id'];
  const common = {
    id,
    name: 'first',
    availability_zone: 'east',
    created_at: expect.stringMatching(MOMENT),
    updated_at: null,
    deleted_at: null,
    deleted: false,
  };
  expect(created.body, 'without hosts and metadata').toEqual({ aggregate: common });
  const full = { ...common, hosts: [], metadata: { availability_zone: 'east' } };
  expect((await ask(`/${id}`, { version: '2.40' })).body).toEqual({ aggregate: full });
  const shown = await ask(`/${id}`, { version: '2.41' });
  expect(shown.body['aggregate']).toEqual({ ...full, uuid: expect.stringMatching(/^[0-9a-f-]{36}$/) });
  expect((await ask('')).body).toEqual({ aggregates: [shown.body['aggregate']] });
  const renamed = await ask(`/${id}`, { method: 'PUT', body: { aggregate: { name: ' second ' } } });
  expect(renamed.body['aggregate']).toEqual({
    ...(shown.body['aggregate'] as object),
    name: 'second',
    updated_at: expect.stringMatching(MOMENT),
  });
  const gone = await ask(`/${id}`, { method: 'DELETE' });
  expect([gone.status, gone.body]).toEqual([200, '']);
  expect(told(await ask(`/${id}`))).toEqual([404, `Aggregate ${id} could not be found.`]);
  expect((await ask('')).body).toEqual({ aggregates: [] });
});

test('a name is had once', async () => {
  const { name } = await create();
  const { id } = await create();
  const taken = [409, `Aggregate ${name} already exists.`];
  expect(told(await ask('', { method: 'POST', body: { aggregate: { name } } }))).toEqual(taken);
  expect(told(await ask(`/${id}`, { method: 'PUT', body: { aggregate: { name } } }))).toEqual(taken);
  const own = await ask(`/${id}`, { method: 'PUT', body: { aggregate: { name: 'set-2' } } });
  expect(own.status, 'its own name is no other').toBe(200);
});

test('hosts come and go', async () => {
  const { id } = await create();
  const two = await act(id, 'add_host', { host: 'host-2' });
  expect([two.status, two.body['aggregate']?.['hosts']]).toEqual([200, ['host-2']]);
  const both = await act(id, 'add_host', { host: 'host-1' });
  expect(both.body['aggregate']?.['hosts'], 'in the order in which they came').toEqual(['host-2', 'host-1']);
  expect(both.body['aggregate']?.['updated_at']).toBeNull();
  expect(told(await act(id, 'add_host', { host: 'host-1' }))).toEqual([
    409,
    `Aggregate ${id} already has host host-1.`,
  ]);
  expect(told(await act(id, 'add_host', { host: 'nobody' }))).toEqual([404, "Host 'nobody' is not mapped to any cell"]);
  expect(told(await ask(`/${id}`, { method: 'DELETE' }))).toEqual([
    400,
    `Cannot remove host from aggregate ${id}. Reason: Host aggregate is not empty.`,
  ]);
  const left = await act(id, 'remove_host', { host: 'host-2' });
  expect(left.body['aggregate']?.['hosts']).toEqual(['host-1']);
  for (const host of ['host-2', 'nobody']) {
    expect(told(await act(id, 'remove_host', { host }))).toEqual([
      404,
      `Cannot remove host ${host} in aggregate ${id}`,
    ]);
  }
  await empty(id);
});

test('metadata: what is named is set, null takes away, the rest stays', async () => {
  const { id } = await create('north');
  const set = async (metadata: object) => (await act(id, 'set_metadata', { metadata })).body['aggregate']?.['metadata'];
  expect(await set({ ssd: 'true', rack: '7' })).toEqual({ ssd: 'true', rack: '7', availability_zone: 'north' });
  expect(await set({ rack: null, none: null })).toEqual({ ssd: 'true', availability_zone: 'north' });
  expect(await set({ availability_zone: 'south', ssd: 'no' })).toEqual({ ssd: 'no', availability_zone: 'south' });
  expect((await ask(`/${id}`)).body['aggregate']?.['availability_zone']).toBe('south');
  const name = (await ask(`/${id}`)).body['aggregate']?.['name'];
  expect(told(await act(id, 'set_metadata', { metadata: { availability_zone: null } }))).toEqual([
    400,
    `Cannot update metadata of aggregate ${id}. Reason: Aggregate ${name} does not support empty named availability zone.`,
  ]);
  const wrong = await act(id, 'set_metadata', { metadata: { 'a/b': 'x' } });
  expect(wrong.status).toBe(400);
});

test('a host moves into the zone of its aggregate, with its servers, and back', async () => {
  const server = await remnant().addServer({ host: asId<HostName>('host-2') });
  const elsewhere = await remnant().addServer();
  const { id } = await create('west');
  expect((await act(id, 'add_host', { host: 'host-2' })).status).toBe(200);
  expect(await zoneOf('host-2')).toBe('west');
  expect(remnant().hosts.find(asId('host-2'))?.service?.zone, 'in memory at once').toBe('west');
  const zoneShown = async (shown: { id: string }) =>
    (await remnant().ask({ path: `/v2.1/servers/${shown.id}`, token: MEMBER })).body['server']?.[
      'OS-EXT-AZ:availability_zone'
    ];
  const listed = async () =>
    new Map(
      (await remnant().ask({ path: '/v2.1/servers/detail', token: MEMBER })).body['servers']?.map((one) => [
        String(one['id']),
        one['OS-EXT-AZ:availability_zone'],
      ]),
    ).get(server.id);
  expect(await zoneShown(server)).toBe('west');
  expect(await zoneShown(elsewhere)).toBe('nova');
  expect(await listed()).toBe('west');
  const { body } = await remnant().ask({ path: '/v2.1/os-availability-zone', token: MEMBER });
  expect(body['availabilityZoneInfo']?.map((zone) => zone['zoneName'])).toEqual(['nova', 'west']);
  expect(told(await ask(`/${id}`, { method: 'PUT', body: { aggregate: { availability_zone: 'far-west' } } }))).toEqual([
    400,
    `Cannot update aggregate ${id}. Reason: One or more hosts contain instances in this zone.`,
  ]);
  expect(told(await act(id, 'set_metadata', { metadata: { availability_zone: 'far-west' } }))).toEqual([
    400,
    `Cannot update metadata of aggregate ${id}. Reason: One or more hosts contain instances in this zone.`,
  ]);
  const same = await ask(`/${id}`, { method: 'PUT', body: { aggregate: { availability_zone: 'west', name: 'wild' } } });
  expect(same.status, 'the zone it has is no change').toBe(200);
  await empty(id);
  expect([await zoneOf('host-2'), await zoneShown(server), await listed()]).toEqual(['nova', 'nova', 'nova']);
});

test('a zone changes under hosts without servers, and takes them along', async () => {
  const { id, name } = await create();
  await act(id, 'add_host', { host: 'host-3' });
  expect(await zoneOf('host-3')).toBe('nova');
  const put = (zone: string | null) =>
    ask(`/${id}`, { method: 'PUT', body: { aggregate: { availability_zone: zone } } });
  expect((await put('cellar')).body['aggregate']?.['availability_zone']).toBe('cellar');
  expect(await zoneOf('host-3')).toBe('cellar');
  expect(told(await put(null))).toEqual([
    400,
    `Cannot update aggregate ${id}. Reason: Aggregate ${name} does not support empty named availability zone.`,
  ]);
  const other = await create('loft');
  expect(told(await act(other['id'], 'add_host', { host: 'host-3' }))).toEqual([
    409,
    `Cannot add host to aggregate ${other['id']}. Reason: One or more hosts already in availability zone(s) ['cellar'].`,
  ]);
  const twin = await create('cellar');
  expect((await act(twin['id'], 'add_host', { host: 'host-3' })).status, 'the same zone twice is one').toBe(200);
  expect(told(await put('attic'))).toEqual([
    400,
    `Cannot update aggregate ${id}. Reason: One or more hosts already in availability zone(s) ['cellar'].`,
  ]);
  await empty(id);
  expect(await zoneOf('host-3'), 'another aggregate has it there').toBe('cellar');
  await empty(twin['id']);
  expect(await zoneOf('host-3')).toBe('nova');
});

test('a refused change changes nothing of what it asked for', async () => {
  const { id, name } = await create('garden');
  await ask(`/${id}`, { method: 'PUT', body: { aggregate: { name: 'renamed', availability_zone: null } } });
  expect((await ask(`/${id}`)).body['aggregate']).toMatchObject({ name, updated_at: null });
});

test('a service that is deleted takes its host out of its aggregates', async () => {
  const service = 'aaaaaaaa-0000-4000-8000-000000000005';
  await addService(remnant().store, { id: service, host: 'gone' });
  const { id } = await create('harbour');
  expect((await act(id, 'add_host', { host: 'gone' })).status).toBe(200);
  const path = `/v2.1/os-services/${service}`;
  const answer = await remnant().ask({ method: 'DELETE', path, token: ADMIN, version: '2.53' });
  expect(answer.status).toBe(204);
  expect((await ask(`/${id}`)).body['aggregate']?.['hosts']).toEqual([]);
});

test('images to be cached: taken from 2.81, and written down', async () => {
  const { id } = await create();
  const image = '70a599e0-31e7-49b7-b260-868f441e862b';
  const cache = (images: readonly string[], version = '2.81') =>
    ask(`/${id}/images`, { method: 'POST', body: { cache: images.map((one) => ({ id: one })) }, version });
  const taken = await cache([image]);
  expect([taken.status, taken.body]).toEqual([202, '']);
  expect(told(await cache([image, image]))).toEqual([400, 'Duplicate images in request']);
  expect((await cache([])).status).toBe(400);
  expect((await cache([image], '2.80')).status).toBe(404);
  const { body } = await remnant().ask({ path: '/remnant/v1/audit?limit=1', token: ADMIN });
  expect(body['audit']?.[0]).toMatchObject({
    operation: 'os-aggregates.cache-images',
    target: `aggregate ${id}`,
  });
});

test('ids that are none, names that are none, and actions that are none', async () => {
  const { id } = await create();
  for (const path of ['/x', '/x/action', '/x/images']) {
    const body = path === '/x/action' ? { remove_host: { host: 'host-1' } } : { cache: [{ id: crypto.randomUUID() }] };
    const answer = await ask(path, path === '/x' ? {} : { method: 'POST', body });
    expect(told(answer)).toEqual([400, 'Invalid input received: id must be an integer']);
  }
  const missing = [404, 'Aggregate 9999 could not be found.'];
  expect(told(await act(9999, 'add_host', { host: 'host-1' }))).toEqual(missing);
  expect(told(await ask('/9999', { method: 'DELETE' }))).toEqual(missing);
  expect((await ask('/99999999999999999999')).status).toBe(404);
  expect(told(await act(id, 'explode', null))).toEqual([400, 'There is no such action: explode']);
  for (const [aggregate, message] of [
    [{ name: ' x' }, "An invalid 'name' value was provided."],
    [{ name: 'x', availability_zone: 'a:b' }, "'a:b' is not valid under any of the given schemas"],
    [{ name: 'x', availability_zone: '' }, "'' is not valid under any of the given schemas"],
    [{ availability_zone: 'a' }, "'name' is a required property"],
    [{ name: 'x', hosts: [] }, 'Additional properties are not allowed'],
  ] as const) {
    const answer = await ask('', { method: 'POST', body: { aggregate } });
    expect([answer.status, answer.message]).toEqual([400, expect.stringContaining(message)]);
  }
  expect((await ask(`/${id}`, { method: 'PUT', body: { aggregate: {} } })).status).toBe(400);
});

test('for admins alone, whatever the id', async () => {
  const token = MEMBER;
  const host = { host: 'host-1' };
  for (const [answer, verb] of [
    [await ask('', { token }), 'os_compute_api:os-aggregates:index'],
    [await ask('/x', { token }), 'os_compute_api:os-aggregates:show'],
    [
      await ask('', { token, method: 'POST', body: { aggregate: { name: 'x' } } }),
      'os_compute_api:os-aggregates:create',
    ],
    [
      await ask('/x', { token, method: 'PUT', body: { aggregate: { name: 'x' } } }),
      'os_compute_api:os-aggregates:update',
    ],
    [await ask('/x', { token, method: 'DELETE' }), 'os_compute_api:os-aggregates:delete'],
    [await act('x', 'add_host', host, { token }), 'os_compute_api:os-aggregates:add_host'],
    [await act('x', 'remove_host', host, { token }), 'os_compute_api:os-aggregates:remove_host'],
    [await act('x', 'set_metadata', { metadata: {} }, { token }), 'os_compute_api:os-aggregates:set_metadata'],
    [
      await ask('/x/images', { token, method: 'POST', body: { cache: [{ id: crypto.randomUUID() }] } }),
      'compute:aggregates:images',
    ],
  ] as const) {
    expect(told(answer)).toEqual([403, `Policy doesn't allow ${verb} to be performed.`]);
  }
});
