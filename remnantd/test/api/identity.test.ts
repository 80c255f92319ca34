// The built-in identity: signing in, what a token shows, and what a revoked one is worth.

import { beforeAll, expect, test } from 'vitest';
import { auditPage } from '../../src/db/audit.ts';
import { findUser } from '../../src/db/identity.ts';
import type { Answer } from '../harness/http-client.ts';
import { useRemnant } from '../harness/use-remnant.ts';

const ACCOUNTS = [
  { user: 'admin', project: 'admin', role: 'admin' },
  { user: 'demo', project: 'demo', role: 'member' },
  { user: 'eve', project: 'eve', role: 'member' },
];
const remnant = useRemnant({ builtinIdentity: true, config: { identity: { accounts: ACCOUNTS, token_ttl: 600 } } });
const passwords = new Map<string, string>();
const DEFAULT = { id: 'default' };

beforeAll(() => {
  for (const account of remnant().newAccounts) passwords.set(account.user, account.password);
});

function signIn(identity: object, scope?: unknown): Promise<Answer> {
  const auth = scope === undefined ? { identity } : { identity, scope };
  return remnant().ask({ method: 'POST', path: '/identity/v3/auth/tokens', body: { auth } });
}

const byPassword = (user: string, password = passwords.get(user)) => ({
  methods: ['password'],
  password: { user: { name: user, domain: DEFAULT, password } },
});
const project = (name: string) => ({ project: { name, domain: DEFAULT } });
const byToken = (id: string) => ({ methods: ['token'], token: { id } });
const secretOf = (answer: Answer) => answer.headers['x-subject-token'] ?? '';

/** A token of demo for its project. */
async function demoToken(): Promise<string> {
  return secretOf(await signIn(byPassword('demo'), project('demo')));
}

test('by name and password, for a project', async () => {
  const answer = await signIn(byPassword('demo'), project('demo'));
  expect(answer.status).toBe(201);
  expect(secretOf(answer)).not.toBe('');
  const token = answer.body['token'];
  expect(token).toMatchObject({
    methods: ['password'],
    user: { name: 'demo', domain: { id: 'default', name: 'Default' } },
    project: { name: 'demo', domain: { id: 'default', name: 'Default' } },
  });
  expect(token?.['roles']?.map((role) => role['name'])).toEqual(['member', 'reader']);
  expect(Date.parse(token?.['expires_at'] ?? '') - Date.parse(token?.['issued_at'] ?? '')).toBe(600_000);
});

test('by id of user and project', async () => {
  const named = (await signIn(byPassword('demo'), project('demo'))).body['token'];
  const identity = {
    methods: ['password'],
    password: { user: { id: named?.['user']?.['id'], password: passwords.get('demo') } },
  };
  const answer = await signIn(identity, { project: { id: named?.['project']?.['id'] } });
  expect([answer.status, answer.body['token']?.['project']?.['name']]).toEqual([201, 'demo']);
  // An id says it all: the domain beside it is not looked at.
  const user = { ...identity.password.user, domain: { id: 'other' } };
  expect((await signIn({ ...identity, password: { user } })).status).toBe(201);
});

test.each([
  ['a wrong password', () => signIn(byPassword('demo', 'wrong'), project('demo'))],
  ['an unknown user', () => signIn(byPassword('nobody', 'wrong'), project('demo'))],
  ['an unknown project', () => signIn(byPassword('demo'), project('nowhere'))],
  ["somebody else's project", () => signIn(byPassword('demo'), project('admin'))],
  ['the system, without a role on it', () => signIn(byPassword('demo'), { system: { all: true } })],
  ['an unknown token', () => signIn(byToken('junk'))],
  ['an unknown method', () => signIn({ methods: ['magic'] })],
])('%s is 401', async (_what, ask) => {
  const answer = await ask();
  expect(answer.status).toBe(401);
  expect(answer.body).toEqual({
    error: { code: 401, message: 'The request you have made requires authentication.', title: 'Unauthorized' },
  });
  expect(secretOf(answer)).toBe('');
});

test('for the system, and for nothing', async () => {
  const system = await signIn(byPassword('admin'), { system: { all: true } });
  expect(system.body['token']).toMatchObject({ system: { all: true } });
  expect(system.body['token']?.['project']).toBeUndefined();
  for (const scope of [undefined, 'unscoped']) {
    const { body } = await signIn(byPassword('demo'), scope);
    expect(Object.keys(body['token'] ?? {})).not.toEqual(expect.arrayContaining(['catalog']));
    expect(body['token']?.['roles']).toBeUndefined();
  }
});

test('with a token, for another scope, and no longer than that one', async () => {
  const first = await signIn(byPassword('demo'));
  remnant().clock.advance(60_000);
  const second = await signIn(byToken(secretOf(first)), project('demo'));
  expect(second.status).toBe(201);
  expect(second.body['token']?.['methods']).toEqual(['password', 'token']);
  expect(second.body['token']?.['expires_at']).toBe(first.body['token']?.['expires_at']);
});

test('a chain of tokens keeps the audit id of its first', async () => {
  const first = await signIn(byPassword('demo'));
  const second = await signIn(byToken(secretOf(first)), project('demo'));
  const third = await signIn(byToken(secretOf(second)), 'unscoped');
  const ids = [first, second, third].map((answer) => answer.body['token']?.['audit_ids'] ?? []);
  const [root] = ids[0] ?? [];
  expect(ids.map((list) => list.slice(1))).toEqual([[], [root], [root]]);
  expect(new Set(ids.map(([own]) => own)).size).toBe(3);
  expect(third.body['token']?.['methods']).toEqual(['password', 'token']);
});

test('a password and a token together must be of the same user', async () => {
  const token = secretOf(await signIn(byPassword('demo')));
  const both = (user: string) => ({ ...byPassword(user), ...byToken(token), methods: ['password', 'token'] });
  expect((await signIn(both('demo'))).body['token']?.['methods']).toEqual(['password', 'token']);
  expect((await signIn(both('eve'))).status).toBe(401);
});

test.each([
  ['by the name of its domain', { name: 'default' }, 201],
  ['in another domain', { id: 'other' }, 401],
  ['in another domain by name', { name: 'Other' }, 401],
  ['in no domain', undefined, 400],
])('a user %s', async (_what, domain, status) => {
  const user = { name: 'demo', password: passwords.get('demo'), ...(domain === undefined ? {} : { domain }) };
  expect((await signIn({ methods: ['password'], password: { user } })).status).toBe(status);
});

test.each([
  ['a domain', { domain: DEFAULT }, 401],
  ['a project of another domain', { project: { name: 'demo', domain: { id: 'other' } } }, 401],
  ['a project without its domain', { project: { name: 'demo' } }, 400],
  ['two things at once', { ...project('demo'), system: { all: true } }, 400],
  ['nothing at all', {}, 400],
  ['nothing, in so many words', { unscoped: {} }, 201],
])('a scope of %s', async (_what, scope, status) => {
  expect((await signIn(byPassword('demo'), scope)).status).toBe(status);
});

test('who has a default project gets a token for it when asking for no scope, while there is a role in it', async () => {
  const admin = secretOf(await signIn(byPassword('admin'), project('admin')));
  const token = (await signIn(byPassword('eve'), project('eve'))).body['token'];
  const [user, own] = [token?.['user']?.['id'] ?? '', token?.['project']?.['id'] ?? ''];
  const other = (await signIn(byPassword('demo'), project('demo'))).body['token']?.['project']?.['id'] ?? '';
  const scopes = async (first: string) => {
    const path = `/identity/v3/users/${user}`;
    const body = { user: { default_project_id: first } };
    expect((await remnant().ask({ method: 'PATCH', path, token: admin, body })).status).toBe(200);
    const answers = [await signIn(byPassword('eve')), await signIn(byPassword('eve'), 'unscoped')];
    return answers.map((answer) => answer.body['token']?.['project']?.['id'] ?? null);
  };
  expect(await scopes(own)).toEqual([own, null]);
  expect(await scopes(other)).toEqual([null, null]);
});

test('an unscoped token finds its projects, and its catalogue is refused', async () => {
  const unscoped = secretOf(await signIn(byPassword('demo')));
  const get = (path: string, token = unscoped) => remnant().ask({ path: `/identity/v3/auth/${path}`, token });
  expect((await get('projects')).body['projects']?.map((one) => one['name'])).toEqual(['demo']);
  expect((await get('domains')).body['domains']).toEqual([]);
  expect((await get('system')).body['system']).toEqual([]);
  expect((await get('catalog')).status).toBe(403);
  const scoped = await signIn(byPassword('demo'), project('demo'));
  const { body } = await get('catalog', secretOf(scoped));
  expect(body['catalog']).toEqual(scoped.body['token']?.['catalog']);
});

test('the catalogue is left out where it is not wanted', async () => {
  const token = await demoToken();
  const show = (query: string) =>
    remnant().ask({ path: `/identity/v3/auth/tokens${query}`, token, headers: { 'x-subject-token': token } });
  expect((await show('')).body['token']).toHaveProperty('catalog');
  expect((await show('?nocatalog')).body['token']).not.toHaveProperty('catalog');
});

test('the catalogue lists every service with three faces', async () => {
  const { body } = await signIn(byPassword('demo'), project('demo'));
  const services = body['token']?.['catalog'] ?? [];
  const urls = services.map((service) => [service['type'], service['endpoints']?.[0]?.['url']]);
  expect(Object.fromEntries(urls)).toEqual({
    compute: 'http://localhost:80/v2.1',
    identity: 'http://localhost:80/identity',
    image: 'http://localhost:80/image',
    'crash-dump': 'http://localhost:80/remnant/v1',
  });
  for (const service of services) {
    expect(service['endpoints']?.map((endpoint) => endpoint['interface'])).toEqual(['public', 'internal', 'admin']);
  }
});

test('a token can be shown, checked and revoked', async () => {
  const [mine, subject] = [await demoToken(), await demoToken()];
  const about = (method: 'GET' | 'HEAD' | 'DELETE') =>
    remnant().ask({
      method,
      path: '/identity/v3/auth/tokens',
      token: mine,
      headers: { 'x-subject-token': subject },
    });
  const shown = await about('GET');
  expect([shown.status, shown.body['token']?.['user']?.['name']]).toEqual([200, 'demo']);
  const checked = await about('HEAD');
  expect([checked.status, checked.body]).toEqual([200, '']);
  const revoked = await about('DELETE');
  expect(revoked.status).toBe(204);
  expect(revoked.headers['content-type']).toBeUndefined();
  // A sign-out: no business of anybody else's.
  const requestId = revoked.headers['x-openstack-request-id'] ?? '';
  expect(await auditPage(remnant().store.read, { before: null, limit: 9, requestId, target: null })).toEqual([]);
  expect((await about('GET')).status).toBe(404);
  expect((await about('HEAD')).status).toBe(404);
});

test("others' tokens are an admin's business", async () => {
  const subject = await demoToken();
  const stranger = secretOf(await signIn(byPassword('eve'), project('eve')));
  const admin = secretOf(await signIn(byPassword('admin'), project('admin')));
  const about = (token: string, method: 'GET' | 'DELETE') =>
    remnant().ask({ method, path: '/identity/v3/auth/tokens', token, headers: { 'x-subject-token': subject } });
  const refused = await about(stranger, 'GET');
  expect([refused.status, refused.message]).toEqual([
    403,
    'You are not authorized to perform the requested action: identity:validate_token.',
  ]);
  expect((await about(stranger, 'DELETE')).status).toBe(403);
  expect((await about(admin, 'GET')).status).toBe(200);
  const revoked = await about(admin, 'DELETE');
  expect(revoked.status).toBe(204);
  expect((await about(admin, 'DELETE')).status).toBe(404);
  const requestId = revoked.headers['x-openstack-request-id'] ?? '';
  const entries = await auditPage(remnant().store.read, { before: null, limit: 9, requestId, target: null });
  const demo = await findUser(remnant().store.read, { name: 'demo' });
  expect(entries).toMatchObject([
    { operation: 'tokens.revoke', result: 'done', target: `user ${demo?.id}`, detail: null },
  ]);
});

test('a revoked token is worth nothing, and Compute says so as keystonemiddleware does', async () => {
  const token = await demoToken();
  const list = () => remnant().ask({ path: '/v2.1/servers', token, version: '2.93' });
  expect((await list()).status).toBe(200);
  await remnant().ask({
    method: 'DELETE',
    path: '/identity/v3/auth/tokens',
    token,
    headers: { 'x-subject-token': token },
  });
  const answer = await list();
  expect(answer.status).toBe(401);
  expect(answer.headers['www-authenticate']).toBe('Keystone uri="http://localhost:80/identity"');
  expect(answer.body).toEqual({
    error: { code: 401, title: 'Unauthorized', message: 'The request you have made requires authentication.' },
  });
});

test('a token ends with its time', async () => {
  const token = await demoToken();
  remnant().clock.advance(599_000);
  expect((await remnant().ask({ path: '/v2.1/servers', token })).status).toBe(200);
  remnant().clock.advance(2_000);
  expect((await remnant().ask({ path: '/v2.1/servers', token })).status).toBe(401);
});

test('a system token passes no rule of Compute', async () => {
  const token = secretOf(await signIn(byPassword('admin'), { system: { all: true } }));
  const answer = await remnant().ask({ path: '/v2.1/os-services', token });
  expect([answer.status, answer.message]).toEqual([
    403,
    "Policy doesn't allow os_compute_api:os-services:list to be performed.",
  ]);
});

test('passwords and tokens are kept by their hashes alone', async () => {
  const token = await demoToken();
  const rows = JSON.stringify([
    await remnant().store.read.selectFrom('tokens').selectAll().execute(),
    await remnant().store.read.selectFrom('users').selectAll().execute(),
  ]);
  expect(rows).not.toContain(token);
  expect(rows).not.toContain(passwords.get('demo'));
});

test.each([{}, { auth: null }, { auth: { identity: { methods: [] } } }, []])('%j is 400', async (body) => {
  const answer = await remnant().ask({ method: 'POST', path: '/identity/v3/auth/tokens', body });
  expect(answer.status).toBe(400);
  expect(Object.keys(answer.body)).toEqual(['error']);
});
