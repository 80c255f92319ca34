// Projects and the roles in them, as an admin keeps them, and what becomes of tokens.

import { beforeAll, expect, test } from 'vitest';
import { auditPage } from '../../src/db/audit.ts';
import { asId } from '../../src/model/ids.ts';
import { asCaller, byPassword, byToken, inProject, isGood, SYSTEM, signIn, tokenOf } from '../harness/sign-in.ts';
import { useRemnant } from '../harness/use-remnant.ts';

const ACCOUNTS = [{ user: 'admin', project: 'admin', role: 'admin' }];
const remnant = useRemnant({ builtinIdentity: true, config: { identity: { accounts: ACCOUNTS } } });
const PASSWORD = 'a password';
let admin: ReturnType<typeof asCaller>;

beforeAll(async () => {
  const password = remnant().newAccounts[0]?.password ?? '';
  admin = asCaller(remnant(), await tokenOf(remnant(), byPassword('admin', password), inProject('admin')));
});

let made = 0;
interface Made {
  readonly user: string;
  readonly userName: string;
  readonly project: string;
  readonly projectName: string;
}

/** A new user and a new project, with these roles in it. */
async function make(...roles: string[]): Promise<Made> {
  made += 1;
  const [userName, projectName] = [`user-${made}`, `project-${made}`];
  const { body: one } = await admin('POST', '/users', { user: { name: userName, password: PASSWORD } });
  const { body: two } = await admin('POST', '/projects', { project: { name: projectName } });
  const [user, project] = [one['user']?.['id'] ?? '', two['project']?.['id'] ?? ''];
  for (const role of roles) await admin('PUT', `/projects/${project}/users/${user}/roles/${role}`);
  return { user, userName, project, projectName };
}

const tokenIn = ({ userName, projectName }: Made) =>
  tokenOf(remnant(), byPassword(userName, PASSWORD), inProject(projectName));

const rolesOf = async (token: string): Promise<string[]> => {
  const headers = { 'x-subject-token': token };
  const { body } = await remnant().ask({ path: '/identity/v3/auth/tokens', token, headers });
  return (body['token']?.['roles'] ?? []).map((role) => role['name'] ?? '');
};

test('create, show, list, change, delete', async () => {
  const wanted = {
    name: 'lab',
    description: 'The lab',
    enabled: true,
    domain_id: 'default',
    parent_id: 'default',
    is_domain: false,
    tags: [],
    options: {},
  };
  const created = await admin('POST', '/projects', { project: wanted });
  expect(created.status).toBe(201);
  const project = created.body['project'];
  const id = project?.['id'] ?? '';
  expect(id).toMatch(/^[0-9a-f]{32}$/);
  expect(project).toEqual({ ...wanted, id, links: { self: `http://localhost:80/identity/v3/projects/${id}` } });
  expect((await admin('GET', `/projects/${id}`)).body).toEqual({ project });
  const listed = await admin('GET', '/projects?name=lab&domain_id=default&enabled=True&is_domain=False');
  expect(listed.body['projects']).toEqual([project]);
  for (const query of ['name=lab&enabled=0', 'name=la', 'name=lab&domain_id=x', 'name=lab&is_domain=1']) {
    expect((await admin('GET', `/projects?${query}`)).body['projects'], query).toEqual([]);
  }
  const changed = await admin('PATCH', `/projects/${id}`, { project: { name: 'lab2', description: null } });
  const links = project?.['links'];
  expect(changed.status).toBe(200);
  expect(changed.body['project']).toEqual({ ...wanted, id, links, name: 'lab2', description: '' });
  expect((await admin('DELETE', `/projects/${id}`)).status).toBe(204);
  for (const method of ['GET', 'DELETE'] as const) {
    const gone = await admin(method, `/projects/${id}`);
    expect([gone.status, gone.message]).toEqual([404, `Could not find project: ${id}.`]);
  }
});

test.each([
  ['no name', {}, 400],
  ['a name too long', { name: 'x'.repeat(65) }, 400],
  ['a parent', { name: 'new', parent_id: 'other' }, 400],
  ['the wish to be a domain', { name: 'new', is_domain: true }, 400],
  ['tags', { name: 'new', tags: ['a'] }, 400],
  ['another domain', { name: 'new', domain_id: 'other' }, 404],
  ['a name that is taken', { name: 'admin' }, 409],
])('a project with %s is refused, and none is made', async (_what, project, status) => {
  expect((await admin('POST', '/projects', { project })).status).toBe(status);
  expect((await admin('GET', '/projects?name=new')).body['projects']).toEqual([]);
});

test('a project with servers cannot be deleted, so that nothing is lost', async () => {
  const its = await make('member');
  const token = await tokenIn(its);
  const server = await remnant().addServer({ projectId: asId(its.project), host: null });
  const refused = await admin('DELETE', `/projects/${its.project}`);
  expect([refused.status, refused.message]).toEqual([
    409,
    `Project ${its.project} still has servers: delete them first.`,
  ]);
  expect(await isGood(remnant(), token)).toBe(true);
  await remnant().store.transaction((tx) =>
    tx.updateTable('servers').set({ deleted_at: 1 }).where('id', '=', server.id).execute(),
  );
  expect((await admin('DELETE', `/projects/${its.project}`)).status).toBe(204);
});

test.each([
  ['being deleted', ({ project }: Made) => admin('DELETE', `/projects/${project}`)],
  ['being disabled', ({ project }: Made) => admin('PATCH', `/projects/${project}`, { project: { enabled: false } })],
  [
    'losing the last role in it',
    ({ project, user }: Made) => admin('DELETE', `/projects/${project}/users/${user}/roles/member`),
  ],
])('%s ends the tokens for a project, and those alone', async (_what, change) => {
  const its = await make('member');
  const [scoped, unscoped] = [await tokenIn(its), await tokenOf(remnant(), byPassword(its.userName, PASSWORD))];
  expect((await remnant().ask({ path: '/v2.1/servers', token: scoped })).status).toBe(200);
  expect((await change(its)).status).toBeLessThan(300);
  expect((await remnant().ask({ path: '/v2.1/servers', token: scoped })).status).toBe(401);
  expect(await isGood(remnant(), unscoped)).toBe(true);
  const own = asCaller(remnant(), unscoped);
  expect((await own('GET', '/auth/projects')).body['projects']).toEqual([]);
  expect((await signIn(remnant(), byToken(unscoped), inProject(its.projectName))).status).toBe(401);
});

test('a deleted project takes its roles with it: one of the same name begins without', async () => {
  const its = await make('admin');
  await admin('PATCH', `/users/${its.user}`, { user: { default_project_id: its.project } });
  await admin('DELETE', `/projects/${its.project}`);
  expect((await admin('GET', `/role_assignments?user.id=${its.user}`)).body['role_assignments']).toEqual([]);
  expect((await admin('GET', `/users/${its.user}`)).body['user']).not.toHaveProperty('default_project_id');
  await admin('POST', '/projects', { project: { name: its.projectName } });
  const again = await signIn(remnant(), byPassword(its.userName, PASSWORD), inProject(its.projectName));
  expect(again.status).toBe(401);
});

test('roles are given, seen, and taken; tokens follow at once', async () => {
  const its = await make();
  const at = `/projects/${its.project}/users/${its.user}/roles`;
  expect((await signIn(remnant(), byPassword(its.userName, PASSWORD), inProject(its.projectName))).status).toBe(401);
  expect((await admin('HEAD', `${at}/member`)).status).toBe(404);
  for (let twice = 0; twice < 2; twice += 1) expect((await admin('PUT', `${at}/member`)).status).toBe(204);
  await admin('PUT', `${at}/reader`);
  expect((await admin('HEAD', `${at}/member`)).status).toBe(204);
  expect((await admin('GET', `${at}/member`)).status).toBe(204);
  const listed = await admin('GET', at);
  expect(listed.body['roles']?.map((role) => role['id'])).toEqual(['member', 'reader']);
  expect(listed.body['links']).toMatchObject({ self: `http://localhost:80/identity/v3${at}` });
  const token = await tokenIn(its);
  expect(await rolesOf(token)).toEqual(['member', 'reader']);
  await admin('DELETE', `${at}/member`);
  expect(await rolesOf(token)).toEqual(['reader']);
  await admin('PUT', `${at}/admin`);
  expect(await rolesOf(token)).toEqual(['admin', 'member', 'reader']);
  // What is implied was not given, so it cannot be taken.
  const taken = await admin('DELETE', `${at}/member`);
  expect([taken.status, taken.message]).toEqual([
    404,
    `Could not find role assignment with role: member, user or group: ${its.user}, project, domain, or system: ${its.project}.`,
  ]);
});

test('roles on the system are another thing than roles in projects', async () => {
  const its = await make('admin');
  const at = `/system/users/${its.user}/roles`;
  expect((await signIn(remnant(), byPassword(its.userName, PASSWORD), SYSTEM)).status).toBe(401);
  expect((await admin('GET', at)).body['roles']).toEqual([]);
  expect((await admin('PUT', `${at}/reader`)).status).toBe(204);
  expect((await admin('HEAD', `${at}/reader`)).status).toBe(204);
  const token = await tokenOf(remnant(), byPassword(its.userName, PASSWORD), SYSTEM);
  expect(await rolesOf(token)).toEqual(['reader']);
  const own = asCaller(remnant(), token);
  expect((await own('GET', '/auth/system')).body['system']).toEqual([{ all: true }]);
  expect((await own('GET', '/users')).status).toBe(200);
  expect((await admin('DELETE', `${at}/reader`)).status).toBe(204);
  expect(await isGood(remnant(), token)).toBe(false);
});

test.each([
  ['a user', (its: Made) => `/projects/${its.project}/users/none/roles/member`, 'Could not find user: none.'],
  ['a project', (its: Made) => `/projects/none/users/${its.user}/roles/member`, 'Could not find project: none.'],
  [
    'a project called system',
    (its: Made) => `/projects/system/users/${its.user}/roles/admin`,
    'Could not find project: system.',
  ],
  ['a role', (its: Made) => `/projects/${its.project}/users/${its.user}/roles/king`, 'Could not find role: king.'],
])('%s that is not there is 404', async (_what, path, message) => {
  const its = await make();
  const answer = await admin('PUT', path(its));
  expect([answer.status, answer.message]).toEqual([404, message]);
  expect((await admin('DELETE', path(its))).status).toBe(404);
  expect((await admin('HEAD', path(its))).status).toBe(404);
  expect((await admin('GET', `/role_assignments?user.id=${its.user}`)).body['role_assignments']).toEqual([]);
});

test('role assignments, by user, project, role and system, with names and with what they imply', async () => {
  const its = await make('member');
  await admin('PUT', `/system/users/${its.user}/roles/reader`);
  const list = async (query: string) => (await admin('GET', `/role_assignments?${query}`)).body['role_assignments'];
  const base = 'http://localhost:80/identity/v3';
  const inIts = {
    role: { id: 'member' },
    user: { id: its.user },
    scope: { project: { id: its.project } },
    links: { assignment: `${base}/projects/${its.project}/users/${its.user}/roles/member` },
  };
  const onSystem = {
    role: { id: 'reader' },
    user: { id: its.user },
    scope: { system: { all: true } },
    links: { assignment: `${base}/system/users/${its.user}/roles/reader` },
  };
  expect(await list(`user.id=${its.user}`)).toEqual(expect.arrayContaining([inIts, onSystem]));
  expect(await list(`user.id=${its.user}&scope.project.id=${its.project}`)).toEqual([inIts]);
  expect(await list(`user.id=${its.user}&scope.system=all`)).toEqual([onSystem]);
  expect(await list(`user.id=${its.user}&role.id=reader`)).toEqual([onSystem]);
  for (const none of ['group.id=g', 'scope.domain.id=default', 'scope.project.id=system', 'user.id=none']) {
    expect(await list(none), none).toEqual([]);
  }
  const domain = { id: 'default', name: 'Default' };
  expect(await list(`user.id=${its.user}&scope.project.id=${its.project}&include_names=True`)).toEqual([
    {
      ...inIts,
      role: { id: 'member', name: 'member' },
      user: { id: its.user, name: its.userName, domain },
      scope: { project: { id: its.project, name: its.projectName, domain } },
    },
  ]);
  expect(await list(`scope.project.id=${its.project}&effective`)).toEqual([
    inIts,
    {
      ...inIts,
      role: { id: 'reader' },
      links: { ...inIts.links, prior_role: `${base}/roles/member` },
    },
  ]);
});

test('the last role admin cannot be taken, nor its project disabled or deleted', async () => {
  const [user, project] = await Promise.all(
    (['users', 'projects'] as const).map(
      async (noun) => (await admin('GET', `/${noun}?name=admin`)).body[noun]?.[0]?.['id'],
    ),
  );
  const last = `/projects/${project}/users/${user}/roles/admin`;
  const { body } = await admin('GET', '/role_assignments?role.id=admin');
  for (const { links } of body['role_assignments'] ?? []) {
    const path = links?.['assignment']?.split('/identity/v3')[1] ?? '';
    if (path !== last) expect((await admin('DELETE', path)).status, path).toBe(204);
  }
  expect((await admin('DELETE', last)).status).toBe(409);
  expect((await admin('PATCH', `/projects/${project}`, { project: { enabled: false } })).status).toBe(409);
  expect((await admin('DELETE', `/projects/${project}`)).status).toBe(409);
  expect((await admin('HEAD', last)).status).toBe(204);
});

test('the audit tells of every change of projects and roles', async () => {
  const all = { before: null, limit: 1000, requestId: null, target: null };
  const told = new Set((await auditPage(remnant().store.read, all)).map((entry) => entry.operation));
  expect([...told]).toEqual(
    expect.arrayContaining([
      'projects.create',
      'projects.update',
      'projects.delete',
      'project-grants.create',
      'project-grants.revoke',
      'system-grants.create',
      'system-grants.revoke',
    ]),
  );
});
