// Quotas over the API: limits, quota sets and quota classes, by microversion; and what may not be set.

import { expect, test } from 'vitest';
import type { Answer, Body } from '../harness/http-client.ts';
import { ADMIN, MEMBER } from '../harness/records.ts';
import { useRemnant } from '../harness/use-remnant.ts';

const remnant = useRemnant({ config: { quota: { key_pairs: 7 } } });
const PROJECT = 'a1a1a1a1';

function ask(path: string, more: { version?: string; token?: string } = {}): Promise<Answer> {
  const { version = '2.93', token = ADMIN } = more;
  return remnant().ask({ path, token, version });
}

function put(path: string, body: object, version = '2.93'): Promise<Answer> {
  return remnant().ask({ method: 'PUT', path, token: ADMIN, version, body });
}

const setOf = async (path: string, version?: string): Promise<Body> =>
  (await ask(path, version === undefined ? {} : { version })).body['quota_set'] ?? ({} as Body);

const OWN = ['instances', 'cores', 'ram', 'metadata_items', 'key_pairs', 'server_groups', 'server_group_members'];
const FILES = ['injected_files', 'injected_file_content_bytes', 'injected_file_path_bytes'];
const NET = ['fixed_ips', 'floating_ips', 'security_groups', 'security_group_rules'];

test.each([
  ['2.1', [...OWN, ...FILES, ...NET]],
  ['2.35', [...OWN, ...FILES, ...NET]],
  ['2.36', [...OWN, ...FILES]],
  ['2.56', [...OWN, ...FILES]],
  ['2.57', OWN],
  ['2.93', OWN],
])('a quota set at %s', async (version, names) => {
  const wanted = new Set(['id', ...names]);
  expect(new Set(Object.keys(await setOf('/v2.1/os-quota-sets/free', version)))).toEqual(wanted);
  expect(new Set(Object.keys(await setOf('/v2.1/os-quota-sets/free/defaults', version)))).toEqual(wanted);
  expect(new Set(Object.keys(await setOf('/v2.1/os-quota-sets/free/detail', version)))).toEqual(wanted);
  const changed = await put('/v2.1/os-quota-sets/free', { quota_set: {} }, version);
  expect(new Set(Object.keys(changed.body['quota_set'] ?? {}))).toEqual(new Set(names));
});

test('of a change with a wrong body and a wrong query, the body is told', async () => {
  const path = '/v2.1/os-quota-sets/free?foo=1';
  expect((await put(path, {}, '2.75')).message).toBe("'quota_set' is a required property");
  expect((await put(path, { quota_set: {} }, '2.75')).message).toBe(
    "Additional properties are not allowed ('foo' was unexpected)",
  );
  expect((await put(path, { quota_set: {} }, '2.74')).status).toBe(200);
});

test('the defaults are those of the configuration, and of Nova', async () => {
  expect(await setOf('/v2.1/os-quota-sets/free', '2.1')).toEqual({
    id: 'free',
    instances: 10,
    cores: 20,
    ram: 51_200,
    metadata_items: 128,
    injected_files: 5,
    injected_file_content_bytes: 10_240,
    injected_file_path_bytes: 255,
    key_pairs: 7,
    server_groups: 10,
    server_group_members: 10,
    fixed_ips: -1,
    floating_ips: -1,
    security_groups: -1,
    security_group_rules: -1,
  });
});

test('what is used is counted, and no limit is set below it but by force', async () => {
  for (const name of ['a', 'b']) await remnant().addServer({ name });
  await remnant().addServer({ deletedAt: 1 });
  const detail = await setOf(`/v2.1/os-quota-sets/${PROJECT}/detail`);
  expect(detail).toMatchObject({
    id: PROJECT,
    instances: { in_use: 2, limit: 10, reserved: 0 },
    cores: { in_use: 2, limit: 20, reserved: 0 },
    ram: { in_use: 1024, limit: 51_200, reserved: 0 },
    key_pairs: { in_use: 0, limit: 7, reserved: 0 },
  });
  const low = await put(`/v2.1/os-quota-sets/${PROJECT}`, { quota_set: { cores: 30, instances: '1' } });
  expect([low.status, low.message]).toEqual([
    400,
    'Quota limit 1 for instances must be greater than or equal to already used and reserved 2.',
  ]);
  expect(await setOf(`/v2.1/os-quota-sets/${PROJECT}`)).toMatchObject({ instances: 10, cores: 20 });
  const forced = await put(`/v2.1/os-quota-sets/${PROJECT}`, { quota_set: { instances: 1, force: 'True' } });
  expect([forced.status, forced.body['quota_set']]).toEqual([200, expect.objectContaining({ instances: 1 })]);
  const unbound = await put(`/v2.1/os-quota-sets/${PROJECT}`, { quota_set: { instances: -1 } });
  expect(unbound.body['quota_set']).toMatchObject({ instances: -1 });
  expect(await setOf(`/v2.1/os-quota-sets/other`)).toMatchObject({ instances: 10 });
});

test("users' limits: within the project's, shown to those who ask for them, and gone with the project's", async () => {
  const of = (user: string) => `/v2.1/os-quota-sets/shared?user_id=${user}`;
  expect((await put(of('ann'), { quota_set: { instances: 6 } })).status).toBe(200);
  const much = await put(of('bob'), { quota_set: { instances: 5 } });
  expect([much.status, much.message]).toEqual([400, 'Quota limit 5 for instances must be less than or equal to 4.']);
  const endless = await put(of('bob'), { quota_set: { instances: -1 } });
  expect(endless.message).toBe('Quota limit -1 for instances must be less than or equal to 4.');
  expect((await put(of('ann'), { quota_set: { instances: 10 } })).status).toBe(200);
  const less = await put('/v2.1/os-quota-sets/shared', { quota_set: { instances: 9 } });
  expect(less.message).toBe(
    'Quota limit 9 for instances must be greater than or equal to already used and reserved 10.',
  );
  expect(await setOf(of('ann'))).toMatchObject({ instances: 10, cores: 20 });
  await put('/v2.1/os-quota-sets/shared', { quota_set: { instances: 20 } });
  expect(await setOf(of('bob'))).toMatchObject({ instances: 20 });
  const gone = (path: string) => remnant().ask({ method: 'DELETE', path, token: ADMIN });
  const one = await gone(of('ann'));
  expect([one.status, one.body]).toEqual([202, '']);
  expect(await setOf(of('ann'))).toMatchObject({ instances: 20 });
  expect((await gone('/v2.1/os-quota-sets/shared')).status).toBe(202);
  expect(await setOf('/v2.1/os-quota-sets/shared')).toMatchObject({ instances: 10 });
});

test.each([
  [{ instances: -2 }, '2.93', 'Value: -2. -2 is less than the minimum of -1'],
  [{ instances: 'x' }, '2.93', "'x' does not match '^-?[0-9]+$'"],
  [{ instances: 2_147_483_648 }, '2.93', 'is greater than the maximum of 2147483647'],
  [{ networks: 3 }, '2.35', 'The networks quota has been removed'],
  [{ networks: 3 }, '2.36', "Additional properties are not allowed ('networks' was unexpected)"],
  [{ injected_files: 3 }, '2.57', "Additional properties are not allowed ('injected_files' was unexpected)"],
])('%j at %s is refused', async (quota_set, version, message) => {
  const answer = await put('/v2.1/os-quota-sets/free', { quota_set }, version);
  expect([answer.status, answer.message]).toEqual([400, expect.stringContaining(message)]);
});

test('the class default holds for every project without a limit of its own; another class for nobody', async () => {
  await put('/v2.1/os-quota-sets/own', { quota_set: { cores: 25 } });
  const changed = await put('/v2.1/os-quota-class-sets/default', { quota_class_set: { cores: '24' } });
  expect([changed.status, changed.body['quota_class_set']]).toEqual([200, expect.objectContaining({ cores: 24 })]);
  expect(changed.body['quota_class_set']).not.toHaveProperty('id');
  await put('/v2.1/os-quota-class-sets/gold', { quota_class_set: { cores: 99 } });
  expect(await setOf('/v2.1/os-quota-sets/free')).toMatchObject({ cores: 24 });
  expect(await setOf('/v2.1/os-quota-sets/free/defaults')).toMatchObject({ cores: 24 });
  expect(await setOf('/v2.1/os-quota-sets/own')).toMatchObject({ cores: 25 });
  const { body } = await ask('/v2.1/os-quota-class-sets/gold');
  expect(body['quota_class_set']).toMatchObject({ id: 'gold', cores: 99, instances: 10 });
  await put('/v2.1/os-quota-class-sets/default', { quota_class_set: { cores: 20 } });
});

test.each([
  ['2.49', ['instances', 'fixed_ips', 'injected_files'], ['server_groups']],
  ['2.50', ['server_groups', 'server_group_members', 'injected_files'], ['fixed_ips']],
  ['2.57', ['server_groups'], ['fixed_ips', 'injected_files']],
])('a quota class at %s', async (version, has, lacks) => {
  const { body } = await ask('/v2.1/os-quota-class-sets/default', { version });
  for (const name of has) expect(body['quota_class_set']).toHaveProperty(name);
  for (const name of lacks) expect(body['quota_class_set']).not.toHaveProperty(name);
});

test('a class has a name of at most 255 characters', async () => {
  const answer = await put(`/v2.1/os-quota-class-sets/${'x'.repeat(256)}`, { quota_class_set: {} });
  expect([answer.status, answer.message]).toEqual([
    400,
    'Invalid input received: quota_class_name has 256 characters, more than 255.',
  ]);
});

test('limits: of the own project for everybody, of another one for admins', async () => {
  const { status, body } = await ask('/v2.1/limits', { token: 'ann:c3c3' });
  expect([status, body['limits']?.['rate']]).toEqual([200, []]);
  expect(body['limits']?.['absolute']).toEqual({
    maxTotalInstances: 10,
    maxTotalCores: 20,
    maxTotalRAMSize: 51_200,
    maxServerMeta: 128,
    maxTotalKeypairs: 7,
    maxServerGroups: 10,
    maxServerGroupMembers: 10,
    totalRAMUsed: 0,
    totalCoresUsed: 0,
    totalInstancesUsed: 0,
    totalServerGroupsUsed: 0,
  });
  const asked = await ask(`/v2.1/limits?tenant_id=${PROJECT}`);
  expect(asked.body['limits']?.['absolute']).toMatchObject({ totalInstancesUsed: 2, totalRAMUsed: 1024 });
  const other = await ask(`/v2.1/limits?tenant_id=${PROJECT}`, { token: MEMBER });
  expect([other.status, other.message]).toEqual([
    403,
    "Policy doesn't allow os_compute_api:limits:other_project to be performed.",
  ]);
});

test.each([
  ['2.35', ['maxImageMeta', 'maxPersonality', 'maxTotalFloatingIps', 'totalSecurityGroupsUsed']],
  ['2.36', ['maxImageMeta', 'maxPersonality', 'maxPersonalitySize']],
  ['2.39', ['maxPersonality', 'maxPersonalitySize']],
  ['2.57', []],
])('limits at %s', async (version, names) => {
  const all = [
    'maxImageMeta',
    'maxPersonality',
    'maxPersonalitySize',
    'maxTotalFloatingIps',
    'totalSecurityGroupsUsed',
  ];
  const { body } = await ask('/v2.1/limits', { version });
  const absolute = Object.keys(body['limits']?.['absolute'] ?? {});
  expect(all.filter((name) => absolute.includes(name) && name !== 'maxPersonalitySize')).toEqual(
    names.filter((name) => name !== 'maxPersonalitySize'),
  );
});

test.each(['/v2.1/limits', '/v2.1/os-quota-sets/free', '/v2.1/os-quota-sets/free/detail'])(
  '%s: unknown parameters, from 2.75',
  async (path) => {
    expect((await ask(`${path}?reserved=1`, { version: '2.74' })).status).toBe(200);
    const { status, message } = await ask(`${path}?reserved=1`, { version: '2.75' });
    expect([status, message]).toEqual([400, expect.stringContaining("('reserved' was unexpected)")]);
  },
);

test('members read their own quota and nobody else’s, and change none', async () => {
  const statuses = async (path: string) => [
    (await ask(path, { token: MEMBER })).status,
    (await ask(`${path}/detail`, { token: MEMBER })).status,
    (await ask(`${path}/defaults`, { token: MEMBER })).status,
  ];
  expect(await statuses(`/v2.1/os-quota-sets/${PROJECT}`)).toEqual([200, 200, 200]);
  expect(await statuses('/v2.1/os-quota-sets/b2b2b2b2')).toEqual([403, 403, 200]);
  const path = `/v2.1/os-quota-sets/${PROJECT}`;
  const answer = await remnant().ask({ method: 'PUT', path, token: MEMBER, body: { quota_set: {} } });
  expect(answer.status).toBe(403);
});
