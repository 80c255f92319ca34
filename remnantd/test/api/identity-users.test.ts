// Users, as an admin keeps them, and what becomes of their tokens.

import { scryptSync } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { auditPage } from '../../src/db/audit.ts';
import { findUser } from '../../src/db/identity.ts';
import { asCaller, byPassword, byToken, inProject, isGood, SYSTEM, signIn, tokenOf } from '../harness/sign-in.ts';
import { useRemnant } from '../harness/use-remnant.ts';

const ACCOUNTS = [
  { user: 'admin', project: 'admin', role: 'admin' },
  { user: 'demo', project: 'demo', role: 'member' },
];
const remnant = useRemnant({ builtinIdentity: true, config: { identity: { accounts: ACCOUNTS } } });
let admin: ReturnType<typeof asCaller>;

const passwordOf = (user: string) => remnant().newAccounts.find((one) => one.user === user)?.password ?? '';

beforeAll(async () => {
  admin = asCaller(remnant(), await tokenOf(remnant(), byPassword('admin', passwordOf('admin')), inProject('admin')));
});

let made = 0;
/** A new user with the password `first password`; with a role in `demo` where one is named. */
async function newUser(role?: string): Promise<{ id: string; name: string }> {
  made += 1;
  const name = `user-${made}`;
  const { body } = await admin('POST', '/users', { user: { name, password: 'first password' } });
  const id = body['user']?.['id'] ?? '';
  if (role !== undefined) {
    const demo = (await admin('GET', '/projects?name=demo')).body['projects']?.[0]?.['id'] ?? '';
    await admin('PUT', `/projects/${demo}/users/${id}/roles/${role}`);
  }
  return { id, name };
}

const tokenFor = (name: string, scope?: unknown) => tokenOf(remnant(), byPassword(name, 'first password'), scope);

test('create, show, list, change, delete', async () => {
  const demo = (await admin('GET', '/projects?name=demo')).body['projects']?.[0]?.['id'] ?? '';
  const wanted = {
    name: 'carol',
    password: 'secret',
    email: 'carol@example.org',
    description: 'Carol',
    enabled: false,
    domain_id: 'default',
    default_project_id: demo,
    options: {},
  };
  const created = await admin('POST', '/users', { user: wanted });
  expect(created.status).toBe(201);
  const user = created.body['user'];
  const id = user?.['id'] ?? '';
  expect(id).toMatch(/^[0-9a-f]{32}$/);
  expect(user).toEqual({
    id,
    name: 'carol',
    domain_id: 'default',
    enabled: false,
    password_expires_at: null,
    options: {},
    description: 'Carol',
    email: 'carol@example.org',
    default_project_id: demo,
    links: { self: `http://localhost:80/identity/v3/users/${id}` },
  });
  expect((await admin('GET', `/users/${id}`)).body).toEqual({ user });
  const listed = await admin('GET', '/users?name=carol&enabled=false&domain_id=default');
  expect(listed.body).toEqual({
    users: [user],
    links: { next: null, previous: null, self: 'http://localhost:80/identity/v3/users' },
  });
  for (const query of ['name=carol&enabled=true', 'name=caro', 'name=carol&domain_id=other']) {
    expect((await admin('GET', `/users?${query}`)).body['users'], query).toEqual([]);
  }
  const changed = await admin('PATCH', `/users/${id}`, {
    user: { name: 'caroline', email: null, description: null, default_project_id: null, enabled: true },
  });
  expect(changed.status).toBe(200);
  expect(changed.body['user']).toEqual({
    id,
    name: 'caroline',
    domain_id: 'default',
    enabled: true,
    password_expires_at: null,
    options: {},
    links: user?.['links'],
  });
  expect((await admin('DELETE', `/users/${id}`)).status).toBe(204);
  for (const method of ['GET', 'DELETE'] as const) {
    const gone = await admin(method, `/users/${id}`);
    expect([gone.status, gone.message]).toEqual([404, `Could not find user: ${id}.`]);
  }
});

test.each([
  ['no name', { password: 'x' }, 400],
  ['a blank name', { name: '  ' }, 400],
  ['a name too long', { name: 'x'.repeat(256) }, 400],
  ['a line end in its name', { name: 'new\nline' }, 400],
  ['a terminal control in its name', { name: 'new\u009b2J' }, 400],
  ['half of a surrogate pair in its name', { name: 'new\ud83d' }, 400],
  ['an empty password', { name: 'new', password: '' }, 400],
  ['a password too long', { name: 'new', password: 'x'.repeat(4097) }, 400],
  ['a password that is a number', { name: 'new', password: 1 }, 400],
  ['enabled that is no boolean', { name: 'new', enabled: 'yes' }, 400],
  ['an option that is not there', { name: 'new', options: { multi_factor_auth_enabled: true } }, 400],
  ['a field that is not there', { name: 'new', nickname: 'n' }, 400],
  ['another domain', { name: 'new', domain_id: 'other' }, 404],
  ['a default project that is not there', { name: 'new', default_project_id: 'none' }, 404],
  ['a name that is taken', { name: 'demo' }, 409],
])('a user with %s is refused, and none is made', async (_what, user, status) => {
  const answer = await admin('POST', '/users', { user });
  expect(answer.status).toBe(status);
  expect(Object.keys(answer.body['error'] ?? {})).toEqual(['code', 'message', 'title']);
  expect((await admin('GET', '/users?name=new')).body['users']).toEqual([]);
});

test('a name that is taken is told as Keystone tells it, when changing too', async () => {
  const { id } = await newUser();
  const answer = await admin('PATCH', `/users/${id}`, { user: { name: 'demo' } });
  expect([answer.status, answer.message]).toEqual([
    409,
    'Conflict occurred attempting to store user - Duplicate entry found with name demo at domain ID default.',
  ]);
});

test('a user without a password cannot sign in until an admin sets one', async () => {
  const { body } = await admin('POST', '/users', { user: { name: 'mute' } });
  const id = body['user']?.['id'] ?? '';
  expect((await signIn(remnant(), byPassword('mute', ''))).status).toBe(401);
  await admin('PATCH', `/users/${id}`, { user: { password: 'spoken' } });
  expect((await signIn(remnant(), byPassword('mute', 'spoken'))).status).toBe(201);
});

test.each([
  ['a new password', (id: string) => admin('PATCH', `/users/${id}`, { user: { password: 'second password' } })],
  ['being disabled', (id: string) => admin('PATCH', `/users/${id}`, { user: { enabled: false } })],
  ['being deleted', (id: string) => admin('DELETE', `/users/${id}`)],
])('%s ends every token of the user, for every scope', async (_what, change) => {
  const { id, name } = await newUser('member');
  const first = await tokenFor(name);
  const tokens = [first, await tokenOf(remnant(), byToken(first), inProject('demo'))];
  for (const token of tokens) expect(await isGood(remnant(), token)).toBe(true);
  expect((await change(id)).status).toBeLessThan(300);
  for (const token of tokens) {
    expect(await isGood(remnant(), token)).toBe(false);
    expect((await signIn(remnant(), byToken(token))).status).toBe(401);
  }
  expect((await remnant().ask({ path: '/v2.1/servers', token: tokens[1] ?? '' })).status).toBe(401);
  expect((await signIn(remnant(), byPassword(name, 'first password'))).status).toBe(401);
});

test('a sign-in that is under way when the password changes gives no token that lasts', async () => {
  for (let round = 0; round < 4; round += 1) {
    const { id, name } = await newUser();
    const signingIn = signIn(remnant(), byPassword(name, 'first password'));
    const [answer, changed] = await Promise.all([
      signingIn,
      admin('PATCH', `/users/${id}`, { user: round % 2 === 0 ? { enabled: false } : { password: 'second password' } }),
    ]);
    expect(changed.status).toBe(200);
    const token = answer.headers['x-subject-token'];
    expect(token === undefined ? 401 : 201).toBe(answer.status);
    if (token !== undefined) expect(await isGood(remnant(), token)).toBe(false);
  }
});

test('who is enabled again signs in again; the tokens before stay ended', async () => {
  const { id, name } = await newUser();
  const token = await tokenFor(name);
  await admin('PATCH', `/users/${id}`, { user: { enabled: false } });
  await admin('PATCH', `/users/${id}`, { user: { enabled: true } });
  expect(await isGood(remnant(), token)).toBe(false);
  expect(await isGood(remnant(), await tokenFor(name))).toBe(true);
});

test('a change of anything else leaves the tokens alone', async () => {
  const { id, name } = await newUser();
  const token = await tokenFor(name);
  await admin('PATCH', `/users/${id}`, { user: { name: `${name}-renamed`, email: 'a@example.org' } });
  expect(await isGood(remnant(), token)).toBe(true);
});

test('users change their own password with the one before, and nobody else may', async () => {
  const { id, name } = await newUser();
  const token = await tokenFor(name);
  const change = (who: ReturnType<typeof asCaller>, original: string, password: string) =>
    who('POST', `/users/${id}/password`, { user: { original_password: original, password } });
  const own = asCaller(remnant(), token);
  expect((await change(admin, 'first password', 'taken over')).status).toBe(403);
  const wrong = await change(own, 'guess', 'second password');
  expect([wrong.status, wrong.message]).toEqual([401, 'The request you have made requires authentication.']);
  expect((await change(own, 'first password', '')).status).toBe(400);
  expect(await isGood(remnant(), token)).toBe(true);
  expect((await change(own, 'first password', 'second password')).status).toBe(204);
  expect(await isGood(remnant(), token)).toBe(false);
  expect((await signIn(remnant(), byPassword(name, 'first password'))).status).toBe(401);
  expect((await signIn(remnant(), byPassword(name, 'second password'))).status).toBe(201);
});

test('users see themselves and their projects, and no one else', async () => {
  const { id, name } = await newUser('reader');
  const self = asCaller(remnant(), await tokenFor(name));
  expect((await self('GET', `/users/${id}`)).body['user']?.['name']).toBe(name);
  const projects = (await self('GET', `/users/${id}/projects`)).body['projects'] ?? [];
  expect(projects.map((project) => project['name'])).toEqual(['demo']);
  const other = await newUser();
  const refused = await self('GET', `/users/${other.id}`);
  expect([refused.status, refused.message]).toEqual([
    403,
    'You are not authorized to perform the requested action: identity:get_user.',
  ]);
  // Who may not look is not told whether there is anything.
  expect((await self('GET', '/users/none')).body).toEqual(refused.body);
});

test('a reader of the system may look and change nothing', async () => {
  const { id, name } = await newUser();
  await admin('PUT', `/system/users/${id}/roles/reader`);
  const reader = asCaller(remnant(), await tokenFor(name, SYSTEM));
  for (const path of ['/users', '/projects', '/roles', '/domains', '/role_assignments', '/role_inferences']) {
    expect((await reader('GET', path)).status, path).toBe(200);
  }
  expect((await reader('POST', '/users', { user: { name: 'x' } })).status).toBe(403);
  expect((await reader('PATCH', `/users/${id}`, { user: { email: 'x' } })).status).toBe(403);
  expect((await reader('PUT', `/system/users/${id}/roles/admin`)).status).toBe(403);
  expect((await reader('DELETE', `/users/${id}`)).status).toBe(403);
});

test('the last admin cannot be disabled, deleted or left without a password; another one can, and then no more', async () => {
  const id = (await admin('GET', '/users?name=admin')).body['users']?.[0]?.['id'] ?? '';
  const words = 'Nobody could sign in as an admin any more: give another enabled user the role admin first.';
  for (const change of [
    () => admin('PATCH', `/users/${id}`, { user: { enabled: false } }),
    () => admin('DELETE', `/users/${id}`),
    () => admin('PATCH', `/users/${id}`, { user: { password: null } }),
  ]) {
    const answer = await change();
    expect([answer.status, answer.message]).toEqual([409, words]);
    expect((await admin('GET', `/users/${id}`)).body['user']?.['enabled']).toBe(true);
  }
  const ghost = (await admin('POST', '/users', { user: { name: 'ghost' } })).body['user']?.['id'] ?? '';
  await admin('PUT', `/system/users/${ghost}/roles/admin`);
  // An admin without a password is none who could sign in.
  expect((await admin('PATCH', `/users/${id}`, { user: { enabled: false } })).message).toBe(words);
  const other = await newUser();
  await admin('PUT', `/system/users/${other.id}/roles/admin`);
  const second = asCaller(remnant(), await tokenFor(other.name, SYSTEM));
  expect((await second('PATCH', `/users/${id}`, { user: { enabled: false } })).status).toBe(200);
  expect((await second('DELETE', `/users/${other.id}`)).status).toBe(409);
  expect((await second('PATCH', `/users/${id}`, { user: { enabled: true } })).status).toBe(200);
  admin = asCaller(remnant(), await tokenOf(remnant(), byPassword('admin', passwordOf('admin')), inProject('admin')));
});

test('the audit tells of every change, and of no password', async () => {
  const { id } = await newUser();
  await admin('PATCH', `/users/${id}`, { user: { password: 'a new secret', email: 'z@example.org' } });
  await admin('DELETE', `/users/${id}`);
  const entries = await auditPage(remnant().store.read, { before: null, limit: 1000, requestId: null, target: null });
  const own = entries.filter((entry) => entry.target === `user ${id}`);
  expect(own.map(({ operation, result }) => [operation, result])).toEqual([
    ['users.delete', 'done'],
    ['users.update', 'done'],
    ['users.create', 'done'],
  ]);
  expect(JSON.parse(own[1]?.detail ?? '')).toEqual({ email: 'z@example.org', password: 'changed' });
  const all = JSON.stringify(entries);
  for (const secret of ['first password', 'second password', 'a new secret', 'scrypt'])
    expect(all).not.toContain(secret);
});

test('a password kept with older settings is hashed anew when it is right', async () => {
  const { id, name } = await newUser();
  const key = scryptSync('first password', 'salt', 32, { N: 1024, r: 8, p: 1 }).toString('base64url');
  const old = `scrypt$1024$8$1$salt$${key}`;
  await remnant().store.transaction((tx) =>
    tx.updateTable('users').set({ password_hash: old }).where('id', '=', id).execute(),
  );
  const hash = async () => (await findUser(remnant().store.read, { id }))?.passwordHash ?? '';
  expect((await signIn(remnant(), byPassword(name, 'wrong'))).status).toBe(401);
  expect(await hash()).toBe(old);
  const tokens = await Promise.all([tokenFor(name), tokenFor(name), tokenFor(name)]);
  expect(await hash()).toMatch(/^scrypt\$32768\$/);
  for (const token of tokens) expect(await isGood(remnant(), token)).toBe(true);
  expect((await signIn(remnant(), byPassword(name, 'first password'))).status).toBe(201);
});
