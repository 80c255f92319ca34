// Making, describing and deleting flavors; their extra specs; who may use one that is not public. Codes and texts are Nova's.

import { expect, test } from 'vitest';
import { auditPage } from '../../src/db/audit.ts';
import { openRemnant } from '../harness/open-remnant.ts';
import { byPassword, inProject, signIn } from '../harness/sign-in.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { testDatabase } from '../harness/test-database.ts';
import { useRemnant } from '../harness/use-remnant.ts';

const FLAVORS = [{ id: '1', name: 'small', vcpus: 1, ram: 512, disk: 1 }];
const remnant = useRemnant({ config: { flavors: FLAVORS } });
const ADMIN = 'admin:0f5';
const ANN = 'ann:a1a1a1a1';
const BOB = 'bob:b2b2b2b2';

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';
const ask = (method: Method, path: string, body?: unknown, { token = ADMIN, version = '2.93' } = {}) =>
  remnant().ask({ method, path: `/v2.1/flavors${path}`, token, version, ...(body === undefined ? {} : { body }) });
const create = (flavor: object, version?: string) =>
  ask('POST', '', { flavor }, version === undefined ? {} : { version });
const SIZE = { ram: 64, vcpus: 1, disk: 0 };

/** Makes one of that name and gives its id. */
async function made(name: string, more: object = {}): Promise<string> {
  const answer = await create({ name, ...SIZE, ...more });
  expect(answer.status).toBe(200);
  return String(answer.body['flavor']?.['id']);
}

test('made in full: what it was asked for is what it is', async () => {
  const asked = {
    name: 'full',
    id: 'a.b_c-1 d',
    ram: 2048,
    vcpus: '2',
    disk: 20,
    'OS-FLV-EXT-DATA:ephemeral': 5,
    swap: 64,
    rxtx_factor: 2.5,
    'os-flavor-access:is_public': 'False',
    description: 'for much',
  };
  const answer = await create(asked);
  const path = `flavors/${encodeURIComponent(asked.id)}`;
  expect([answer.status, answer.body]).toMatchObject([
    200,
    { flavor: { ...asked, vcpus: 2, 'os-flavor-access:is_public': false, extra_specs: {} } },
  ]);
  expect((await ask('GET', `/${encodeURIComponent(asked.id)}`)).body).toEqual(answer.body);
  expect(path).toContain('a.b_c-1%20d');
});

test('made of the least: no id is a UUID of its own, and the rest is as Nova has it', async () => {
  for (const id of [null, undefined]) {
    const answer = await create({ name: `least ${id}`, ...SIZE, id }, '2.1');
    expect(answer.body['flavor']).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      name: `least ${id}`,
      ...SIZE,
      swap: '',
      rxtx_factor: 1,
      'OS-FLV-EXT-DATA:ephemeral': 0,
      'OS-FLV-DISABLED:disabled': false,
      'os-flavor-access:is_public': true,
      links: expect.any(Array) as unknown[],
    });
  }
  expect((await create({ name: 'a number', ...SIZE, id: 77 })).body['flavor']?.['id']).toBe('77');
});

test('an id and a name are one flavor’s alone', async () => {
  const id = await made('taken', { id: 'taken-id' });
  const again = await create({ name: 'other', ...SIZE, id });
  expect([again.status, again.body]).toEqual([
    409,
    { conflictingRequest: { code: 409, message: 'Flavor with ID taken-id already exists.' } },
  ]);
  const named = await create({ name: 'taken', ...SIZE });
  expect([named.status, named.message]).toEqual([409, 'Flavor with name taken already exists.']);
});

const NAME_TEXT =
  "An invalid 'name' value was provided. The name must be: printable characters. Can not start or end with whitespace.";
test.each<[object, string, string]>([
  [{ name: ' x', ...SIZE }, '2.1', NAME_TEXT],
  [
    { name: 'x', ...SIZE, ram: 0 },
    '2.1',
    'Invalid input for field/attribute ram. Value: 0. 0 is less than the minimum of 1',
  ],
  [{ name: 'x', vcpus: 1, disk: 1 }, '2.1', "'ram' is a required property"],
  [{ name: 'x', ...SIZE, description: 'd' }, '2.54', 'Additional properties are not allowed'],
  [{ name: 'x', ...SIZE, id: ' x' }, '2.93', "' x' does not match '^(?! )[a-zA-Z0-9. _-]+(?<! )$'"],
  [{ name: 'x', ...SIZE, id: '' }, '2.93', "'' is too short"],
  [{ name: 'x', ...SIZE, swap: -1 }, '2.93', '-1'],
  [{ name: 'x', ...SIZE, disk: 2 ** 31 }, '2.93', 'is greater than the maximum of 2147483647'],
  [{ name: 'x', ...SIZE, rxtx_factor: `0.${'0'.repeat(60)}1` }, '2.93', "'rxtx_factor' argument must be a float"],
  [{ name: 'x', ...SIZE, rxtx_factor: '0.0' }, '2.93', 'rxtx_factor'],
  [{ name: 'x', ...SIZE, description: 'x'.repeat(65_536) }, '2.93', 'is too long'],
  [{ name: 'x', ...SIZE, 'os-flavor-access:is_public': 'perhaps' }, '2.93', 'is not one of'],
])('%j at %s is refused', async (flavor, version, text) => {
  const answer = await create(flavor, version);
  expect(answer.status).toBe(400);
  expect(answer.message).toContain(text);
});

test('described anew from 2.55, and nothing else of it can be changed', async () => {
  const id = await made('described');
  const put = (flavor: object, version: string) => ask('PUT', `/${id}`, { flavor }, { version });
  const changed = await put({ description: 'new' }, '2.55');
  expect([changed.status, changed.body['flavor']]).toMatchObject([200, { id, description: 'new' }]);
  expect(changed.body['flavor']).not.toHaveProperty('extra_specs');
  expect((await put({ description: null }, '2.61')).body['flavor']).toMatchObject({
    description: null,
    extra_specs: {},
  });
  expect((await put({ description: 'x' }, '2.54')).status).toBe(404);
  expect((await put({ name: 'x', description: 'x' }, '2.93')).status).toBe(400);
  expect((await put({}, '2.93')).message).toContain("'description' is a required property");
  const none = await ask('PUT', '/none', { flavor: { description: null } });
  expect([none.status, none.message]).toEqual([404, 'Flavor none could not be found.']);
});

test('deleted: gone, but for servers that were made with it', async () => {
  const id = await made('doomed', { 'os-flavor-access:is_public': false });
  await ask('POST', `/${id}/action`, { addTenantAccess: { tenant: 'a1a1a1a1' } });
  const size = { id, name: 'doomed', vcpus: 1, ram: 64, disk: 0, ephemeral: 0, swap: 0, extraSpecs: { a: 'b' } };
  const server = await remnant().addServer({ flavor: size });
  const answer = await ask('DELETE', `/${id}`);
  expect([answer.status, answer.body]).toEqual([202, '']);
  expect((await ask('GET', `/${id}`)).status).toBe(404);
  expect((await ask('DELETE', `/${id}`)).message).toBe(`Flavor ${id} could not be found.`);
  const shown = await remnant().ask({ path: `/v2.1/servers/${server.id}`, token: ADMIN, version: '2.47' });
  expect(shown.body['server']?.['flavor']).toMatchObject({ original_name: 'doomed', extra_specs: { a: 'b' } });
  // One that comes under its id has none of its projects.
  await made('reborn', { id, 'os-flavor-access:is_public': false });
  expect((await ask('GET', `/${id}/os-flavor-access`)).body).toEqual({ flavor_access: [] });
});

test('one that the configuration names and that was deleted does not come back', async () => {
  const database = await testDatabase(tempDir());
  const open = (flavors: readonly object[]) => openRemnant({ database, config: { flavors } });
  const kept = { ...database, drop: async () => {} };
  const first = await openRemnant({ database: kept, config: { flavors: FLAVORS } });
  const gone = await first.ask({ method: 'DELETE', path: '/v2.1/flavors/1', token: ADMIN });
  expect(gone.status).toBe(202);
  // A name that the next configuration wants.
  const flavor = { name: 'large', ...SIZE, id: 'mine' };
  await first.ask({ method: 'POST', path: '/v2.1/flavors', token: ADMIN, body: { flavor } });
  await first.close();
  const second = await open([
    ...FLAVORS,
    { id: '2', name: 'medium', vcpus: 1, ram: 1, disk: 1 },
    { id: '3', name: 'large', vcpus: 1, ram: 1, disk: 1 },
  ]);
  const list = await second.ask({ path: '/v2.1/flavors', token: ADMIN });
  expect(list.body['flavors']?.map((one) => one['id'])).toEqual(['2', 'mine']);
  await second.close();
});

test('extra specs: added, set, removed', async () => {
  const id = await made('specs');
  const specs = `/${id}/os-extra_specs`;
  const added = await ask('POST', specs, {
    extra_specs: { 'hw:cpu_policy': 'dedicated', 'hw:numa_nodes': 2, own: 1.5 },
  });
  // Answered as it was sent, kept as texts.
  expect([added.status, added.body]).toEqual([
    200,
    { extra_specs: { 'hw:cpu_policy': 'dedicated', 'hw:numa_nodes': 2, own: 1.5 } },
  ]);
  const kept = { 'hw:cpu_policy': 'dedicated', 'hw:numa_nodes': '2', own: '1.5' };
  expect((await ask('GET', specs)).body).toEqual({ extra_specs: kept });
  expect((await ask('GET', `/${id}`)).body['flavor']?.['extra_specs']).toEqual(kept);
  const set = await ask('PUT', `/${id}/os-extra_specs/own`, { own: 'other' });
  expect([set.status, set.body]).toEqual([200, { own: 'other' }]);
  await ask('POST', specs, { extra_specs: { own: 'third', __proto__x: 'y' } });
  expect((await ask('GET', `/${id}/os-extra_specs/own`)).body).toEqual({ own: 'third' });
  const removed = await ask('DELETE', `/${id}/os-extra_specs/own`);
  expect([removed.status, removed.body]).toEqual([200, '']);
  const again = await ask('DELETE', `/${id}/os-extra_specs/own`);
  expect([again.status, again.message]).toEqual([404, `Flavor ${id} has no extra specs with key own.`]);
  expect(Object.keys((await ask('GET', specs)).body['extra_specs'] ?? {})).toEqual([
    'hw:cpu_policy',
    'hw:numa_nodes',
    '__proto__x',
  ]);
});

test('what is wrong with an extra spec is told, and changes nothing', async () => {
  const id = await made('wrong specs');
  const specs = `/${id}/os-extra_specs`;
  const text = "Validation failed; 'any' is not one of: dedicated, shared, mixed.";
  const late = await ask('POST', specs, { extra_specs: { ok: '1', 'hw:cpu_policy': 'any' } }, { version: '2.86' });
  expect([late.status, late.message]).toEqual([400, text]);
  const put = await ask('PUT', `${specs}/hw:cpu_policy`, { 'hw:cpu_policy': 'any' });
  expect([put.status, put.message]).toEqual([400, text]);
  expect((await ask('GET', specs)).body).toEqual({ extra_specs: {} });
  // Before, Nova did not look.
  expect((await ask('POST', specs, { extra_specs: { 'hw:cpu_policy': 'any' } }, { version: '2.85' })).status).toBe(200);
  const mismatch = await ask('PUT', `${specs}/a`, { b: 'c' });
  expect([mismatch.status, mismatch.message]).toEqual([400, 'Request body and URI mismatch']);
  expect((await ask('PUT', `${specs}/a`, { a: 'b', c: 'd' })).message).toContain('has too many properties');
  expect((await ask('POST', specs, { extra_specs: { 'a/b': 'c' } })).status).toBe(400);
  expect((await ask('POST', specs, { extra_specs: { a: true } })).status).toBe(400);
  expect((await ask('POST', '/none/os-extra_specs', { extra_specs: {} })).status).toBe(404);
});

test('one that is not public is there for the projects it was given to, and for admins', async () => {
  const id = await made('private', { 'os-flavor-access:is_public': false });
  const sees = async (token: string) => {
    const [list, one, specs] = await Promise.all([
      ask('GET', '', undefined, { token }),
      ask('GET', `/${id}`, undefined, { token }),
      ask('GET', `/${id}/os-extra_specs`, undefined, { token }),
    ]);
    expect(specs.status).toBe(one.status);
    const listed = (list.body['flavors'] ?? []).some((flavor) => flavor['id'] === id);
    return [listed, one.status, (await ask('GET', `?marker=${id}`, undefined, { token })).status];
  };
  // Its maker's project is given nothing by itself; an admin must ask for it in a list.
  expect([await sees(ANN), await sees(ADMIN)]).toEqual([
    [false, 404, 400],
    [false, 200, 200],
  ]);
  expect((await ask('GET', `/${id}/os-flavor-access`)).body).toEqual({ flavor_access: [] });
  const given = await ask('POST', `/${id}/action`, { addTenantAccess: { tenant: 'a1a1a1a1' } });
  const access = { flavor_access: [{ flavor_id: id, tenant_id: 'a1a1a1a1' }] };
  expect([given.status, given.body]).toEqual([200, access]);
  expect((await ask('GET', `/${id}/os-flavor-access`)).body).toEqual(access);
  expect([await sees(ANN), await sees(BOB)]).toEqual([
    [true, 200, 200],
    [false, 404, 400],
  ]);
  const twice = await ask('POST', `/${id}/action`, { addTenantAccess: { tenant: 'a1a1a1a1' } });
  expect([twice.status, twice.message]).toEqual([
    409,
    `Flavor access already exists for flavor ${id} and project a1a1a1a1 combination.`,
  ]);
  const taken = await ask('POST', `/${id}/action`, { removeTenantAccess: { tenant: 'a1a1a1a1' } });
  expect([taken.status, taken.body]).toEqual([200, { flavor_access: [] }]);
  const again = await ask('POST', `/${id}/action`, { removeTenantAccess: { tenant: 'a1a1a1a1' } });
  expect([again.status, again.message]).toEqual([404, `Flavor access not found for ${id} / a1a1a1a1 combination.`]);
  expect(await sees(ANN)).toEqual([false, 404, 400]);
});

test('a public one is given to nobody from 2.7', async () => {
  const id = await made('public');
  const add = (version: string) => ask('POST', `/${id}/action`, { addTenantAccess: { tenant: 'x' } }, { version });
  const late = await add('2.7');
  expect([late.status, late.message]).toEqual([409, 'Can not add access to a public flavor.']);
  expect((await add('2.6')).status).toBe(200);
  const list = await ask('GET', `/${id}/os-flavor-access`);
  expect([list.status, list.message]).toEqual([404, 'Access list not available for public flavors.']);
  expect((await ask('POST', `/${id}/action`, { addTenantAccess: {} })).message).toContain("'tenant' is a required");
  expect((await ask('POST', '/none/action', { addTenantAccess: { tenant: 'x' } })).status).toBe(404);
});

test('a flavor is given to no project that the identity does not know', async () => {
  const accounts = [{ user: 'root', project: 'ops', role: 'admin' }];
  const own = await openRemnant({ builtinIdentity: true, config: { identity: { accounts }, flavors: [] } });
  const password = own.newAccounts[0]?.password ?? '';
  const signed = await signIn(own, byPassword('root', password), inProject('ops'));
  const token = signed.headers['x-subject-token'] ?? '';
  const post = (path: string, body: object) =>
    own.ask({ method: 'POST', path: `/v2.1/flavors${path}`, token, version: '2.93', body });
  await post('', { flavor: { name: 'f', id: 'f', ...SIZE, 'os-flavor-access:is_public': false } });
  const unknown = await post('/f/action', { addTenantAccess: { tenant: 'nowhere' } });
  expect([unknown.status, unknown.message]).toEqual([400, 'Project ID nowhere is not a valid project.']);
  const project = String(signed.body['token']?.['project']?.['id']);
  expect((await post('/f/action', { addTenantAccess: { tenant: project } })).status).toBe(200);
  // One that is gone can be taken off the list all the same.
  const gone = await post('/f/action', { removeTenantAccess: { tenant: 'nowhere' } });
  expect([gone.status, gone.message]).toEqual([404, 'Flavor access not found for f / nowhere combination.']);
  await own.close();
});

test('the audit has who changed what', async () => {
  const id = await made('audited');
  await ask('POST', `/${id}/os-extra_specs`, { extra_specs: { a: 'b' } });
  await ask('DELETE', `/${id}`);
  await ask('DELETE', `/${id}`, undefined, { token: ANN });
  const all = { before: null, limit: 10, requestId: null, target: `flavor ${id}` };
  const entries = await auditPage(remnant().store.read, all);
  expect(entries.map(({ operation, result }) => `${operation} ${result}`)).toEqual([
    'flavors.delete refused',
    'flavors.delete done',
    'flavors.create-extra-specs done',
    'flavors.create done',
  ]);
});

test('a word that collections have is an id where only members are', async () => {
  const unknown = { status: 404, message: 'Flavor detail could not be found.' };
  expect(await ask('DELETE', '/detail')).toMatchObject(unknown);
  expect(await ask('PUT', '/detail', { flavor: { description: 'x' } })).toMatchObject(unknown);
  // And where nothing is, the router says so.
  expect(await ask('POST', '/detail', {})).toMatchObject({ status: 404, message: '' });
});

test('numbers are kept as Python writes them, and 0 is no id', async () => {
  const raw = (body: string, path = '') =>
    remnant().ask({ method: 'POST', path: `/v2.1/flavors${path}`, token: ADMIN, version: '2.85', body });
  const flavor = (more: string) =>
    raw(`{"flavor": {"name": "n${more.replace(/\W/g, '')}", "ram": 64, "vcpus": 1, "disk": 0, ${more}}}`);
  const idOf = async (id: string) => (await flavor(`"id": ${id}`)).body['flavor']?.['id'];
  expect([await idOf('12345678901234567890'), await idOf('7.0'), await idOf('7')]).toEqual([
    '12345678901234567890',
    '7.0',
    '7',
  ]);
  expect(await idOf('0')).toMatch(/^[0-9a-f-]{36}$/);
  expect(await flavor('"rxtx_factor": NaN')).toMatchObject({ status: 400 });
  expect(await flavor('"ram": 64.0')).toMatchObject({
    message: "Invalid input for field/attribute ram. Value: 64.0. 64.0 is not of type 'integer', 'string'",
  });
  const added = await raw('{"extra_specs": {"a": 2.0, "b": 1e22, "c": 3, "d": 2.5}}', '/7/os-extra_specs');
  expect(added.status).toBe(200);
  expect((await ask('GET', '/7/os-extra_specs')).body).toEqual({
    extra_specs: { a: '2.0', b: '1e+22', c: '3', d: '2.5' },
  });
  const long = await raw(`{"extra_specs": {"a": ${'9'.repeat(256)}}}`, '/7/os-extra_specs');
  expect([long.status, long.message]).toEqual([400, 'extra_specs value has 256 characters, more than 255.']);
});
