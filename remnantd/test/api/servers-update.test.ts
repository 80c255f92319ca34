// PUT /servers/{id}: what may be changed from which microversion, what the answer shows, and that neither lock nor state
// stands in the way.

import { expect, test } from 'vitest';
import { auditPage } from '../../src/db/audit.ts';
import type { Answer } from '../harness/http-client.ts';
import { ADMIN, MEMBER, STRANGER } from '../harness/records.ts';
import { useRemnant } from '../harness/use-remnant.ts';

const remnant = useRemnant();
const ADDRESSES = { private: [{ version: 4, addr: '10.0.0.3', type: 'fixed', mac: 'fa:16:3e:00:00:01' }] } as const;

function put(id: string, server: object, version = '2.93', token = MEMBER): Promise<Answer> {
  return remnant().ask({ method: 'PUT', path: `/v2.1/servers/${id}`, token, version, body: { server } });
}

test('changes what it is told to, and nothing else', async () => {
  const before = await remnant().addServer({ description: 'old', accessIpV4: '192.0.2.1' });
  const change = {
    name: 'renamed',
    hostname: 'renamed-host',
    accessIPv6: '2001:DB8:0::0001',
    'OS-DCF:diskConfig': 'AUTO',
    description: null,
  };
  const answer = await put(before.id, change);
  expect(answer.status).toBe(200);
  expect(answer.body['server']).toMatchObject({
    name: 'renamed',
    'OS-EXT-SRV-ATTR:hostname': 'renamed-host',
    accessIPv4: '192.0.2.1',
    accessIPv6: '2001:db8::1',
    'OS-DCF:diskConfig': 'AUTO',
    description: null,
  });
  const after = await remnant().row(before.id);
  expect(after).toEqual({
    ...before,
    name: 'renamed',
    hostname: 'renamed-host',
    accessIpV6: '2001:db8::1',
    diskConfig: 'AUTO',
    description: null,
    updatedAt: after.updatedAt,
    version: after.version,
  });
  expect(after.updatedAt).toBeGreaterThan(before.updatedAt);
  const [entry] = await auditPage(remnant().store.read, {
    before: null,
    limit: 1,
    requestId: null,
    target: `server ${before.id}`,
  });
  expect(entry).toMatchObject({ operation: 'servers.update', userId: 'ann', result: 'done' });
  expect(JSON.parse(entry?.detail ?? '')).toMatchObject({ name: 'renamed' });
});

test('the answer tells when it changed before; a later one that it changed now', async () => {
  const at = Date.parse('2024-03-01T11:05:00Z');
  const { id } = await remnant().addServer({ updatedAt: at });
  expect((await put(id, { name: 'later' })).body['server']?.['updated']).toBe('2024-03-01T11:05:00Z');
  const shown = await remnant().ask({ path: `/v2.1/servers/${id}`, token: MEMBER });
  expect(Date.parse(shown.body['server']?.['updated'] ?? '')).toBeGreaterThan(at);
});

test.each(['\u200b', 'a\u200bb', 'a\u2028b', 'a\ue000b', 'a\ufeff'])(
  'a name that does not print is refused: %j',
  async (name) => {
    const before = await remnant().addServer();
    const answer = await put(before.id, { name });
    expect([answer.status, answer.message]).toEqual([
      400,
      "An invalid 'name' value was provided. The name must be: printable characters. Can not start or end with whitespace.",
    ]);
    expect(await remnant().row(before.id)).toEqual(before);
  },
);

test.each(['a\u00a0b', 'a\u3000b', 'é', 'a b'])('a name with a space inside is one: %j', async (name) => {
  const { id } = await remnant().addServer();
  expect((await put(id, { name })).body['server']?.['name']).toBe(name);
});

test('of /v2 a name may have spaces at its ends, which are taken off', async () => {
  const { id } = await remnant().addServer();
  const legacy = (name: string) =>
    remnant().ask({ method: 'PUT', path: `/v2/servers/${id}`, token: MEMBER, body: { server: { name } } });
  expect((await legacy(' sp ')).body['server']?.['name']).toBe('sp');
  const blank = await legacy('  ');
  expect([blank.status, blank.message]).toEqual([
    400,
    "An invalid 'name' value was provided. The name must be: printable characters with at least one non space character",
  ]);
  expect((await legacy('a\u200b')).status).toBe(400);
  expect((await put(id, { name: ' sp ' })).status).toBe(400);
  expect((await remnant().row(id)).name).toBe('sp');
});

test('of nothing changes nothing', async () => {
  const before = await remnant().addServer();
  expect((await put(before.id, {})).status).toBe(200);
  expect(await remnant().row(before.id)).toEqual(before);
});

test('a new name is seen in lists at once', async () => {
  const id: string = (await remnant().addServer({ name: 'before' })).id;
  const name = async () => {
    const { body } = await remnant().ask({ path: '/v2.1/servers/detail', token: MEMBER, version: '2.93' });
    return body['servers']?.find((server) => server['id'] === id)?.['name'];
  };
  expect(await name()).toBe('before');
  await put(id, { name: 'after' });
  expect(await name()).toBe('after');
});

test.each([
  ['in a task and locked', { taskState: 'deleting', lockedBy: 'admin' }],
  ['in error, without a host', { vmState: 'error', host: null, launchedAt: null }],
] as const)('%s, it can be changed', async (_what, row) => {
  const { id } = await remnant().addServer(row);
  expect((await put(id, { name: 'x' })).status).toBe(200);
});

const FIRST = [
  'accessIPv4',
  'accessIPv6',
  'addresses',
  'created',
  'flavor',
  'hostId',
  'id',
  'image',
  'links',
  'metadata',
];
const EARLY = [...FIRST, 'name', 'OS-DCF:diskConfig', 'progress', 'status', 'tenant_id', 'updated', 'user_id'];

test.each([
  ['2.1', []],
  ['2.9', ['locked']],
  ['2.19', ['locked', 'description']],
  ['2.26', ['locked', 'description', 'tags']],
  ['2.63', ['locked', 'description', 'tags', 'trusted_image_certificates']],
  ['2.71', ['locked', 'description', 'tags', 'trusted_image_certificates', 'server_groups']],
  ['2.74', ['locked', 'description', 'tags', 'trusted_image_certificates', 'server_groups', 'locked_reason']],
])('at %s the answer is short', async (version, more) => {
  const { id } = await remnant().addServer({ addresses: ADDRESSES });
  const { body } = await put(id, { name: 'short' }, version, ADMIN);
  expect(Object.keys(body['server'] ?? {}).toSorted()).toEqual([...EARLY, ...more].toSorted());
  expect(body['server']?.['addresses']).toEqual({ private: [{ version: 4, addr: '10.0.0.3' }] });
});

test.each(['2.75', '2.90', '2.93', '2.96'])('from 2.75 on (%s) the answer is what a show says', async (version) => {
  for (const token of [MEMBER, ADMIN]) {
    const { id } = await remnant().addServer({ addresses: ADDRESSES, securityGroups: ['default'] });
    const changed = await put(id, { name: 'full' }, version, token);
    const shown = await remnant().ask({ path: `/v2.1/servers/${id}`, token, version });
    // All but the time: it answers with the one it read before it saved.
    const rest = ({ body }: Answer) => Object.entries(body['server'] ?? {}).filter(([name]) => name !== 'updated');
    expect(rest(changed)).toEqual(rest(shown));
    expect('host_status' in (changed.body['server'] ?? {})).toBe(token === ADMIN);
  }
});

test('from 2.94 on a host name has its domain', async () => {
  const { id } = await remnant().addServer();
  const answer = await put(id, { hostname: 'web-1.example.org' }, '2.94');
  expect(answer.body['server']?.['OS-EXT-SRV-ATTR:hostname']).toBe('web-1.example.org');
  expect((await remnant().row(id)).hostname).toBe('web-1.example.org');
});

test('from 2.96 on the zone it was asked for in is shown to all, not only the one it is in', async () => {
  for (const pinnedZone of [null, 'west']) {
    const id: string = (await remnant().addServer({ pinnedZone, availabilityZone: 'west' })).id;
    const at = async (version: string) => {
      const shown = await remnant().ask({ path: `/v2.1/servers/${id}`, token: MEMBER, version });
      const { body } = await remnant().ask({ path: '/v2.1/servers/detail', token: MEMBER, version });
      const listed = body['servers']?.find((server) => server['id'] === id);
      const changed = await put(id, { name: 'pinned' }, version);
      return [shown.body['server'], listed, changed.body['server']].map(
        (server) => server?.['pinned_availability_zone'],
      );
    };
    expect(await at('2.96')).toEqual([pinnedZone, pinnedZone, pinnedZone]);
    expect(await at('2.95')).toEqual([undefined, undefined, undefined]);
  }
});

test.each([
  ['2.18', { description: 'x' }, "Additional properties are not allowed ('description' was unexpected)"],
  ['2.89', { hostname: 'x1' }, "Additional properties are not allowed ('hostname' was unexpected)"],
  ['2.93', { hostname: '-x' }, "'-x' does not match '^[a-zA-Z0-9]+[a-zA-Z0-9-]*[a-zA-Z0-9]+$'"],
  ['2.93', { hostname: 'a.b' }, "'a.b' does not match '^[a-zA-Z0-9]+[a-zA-Z0-9-]*[a-zA-Z0-9]+$'"],
  ['2.94', { hostname: '' }, "'' is too short"],
  ['2.94', { hostname: 'a b' }, "'a b' does not match '^[a-zA-Z0-9-._]*$'"],
  ['2.94', { hostname: 'x'.repeat(256) }, 'is too long'],
  ['2.96', { pinned_availability_zone: null }, "Additional properties are not allowed ('pinned_availability_zone'"],
  ['2.93', { name: '' }, "'' is too short"],
  ['2.93', { name: ' x' }, 'Can not start or end with whitespace.'],
  ['2.93', { accessIPv4: '::1' }, "'::1' is not a 'ipv4'"],
  ['2.93', { accessIPv6: '1.2.3.4' }, "'1.2.3.4' is not a 'ipv6'"],
  ['2.93', { 'OS-DCF:diskConfig': 'SOME' }, "'SOME' is not one of ['AUTO', 'MANUAL']"],
  ['2.93', { metadata: {} }, "Additional properties are not allowed ('metadata' was unexpected)"],
])('at %s, %j is refused in the words of Nova', async (version, change, text) => {
  const before = await remnant().addServer();
  const answer = await put(before.id, change, version);
  expect([answer.status, answer.message]).toEqual([400, expect.stringContaining(text)]);
  expect(await remnant().row(before.id)).toEqual(before);
});

test("another project's server, a deleted one, and none are not found", async () => {
  const { id } = await remnant().addServer();
  const gone = await remnant().addServer({ deletedAt: 5, vmState: 'deleted' });
  for (const [server, token] of [
    [id, STRANGER],
    [gone.id, MEMBER],
    ['nothing', MEMBER],
  ] as const) {
    const answer = await put(server, { name: 'mine' }, '2.93', token);
    expect([answer.status, answer.message]).toEqual([404, `Instance ${server} could not be found.`]);
  }
  expect((await remnant().row(id)).name).toBe('web');
});
