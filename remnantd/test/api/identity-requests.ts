// How the policy matrix asks for the operations of the identity. `{user}` and `{project}` in a path are a user and a project
// made for that one request; the user has the role member in the project, or on the system where the path says so.

import { hashPassword } from '../../src/app/identity/passwords.ts';
import { insertProject, insertUser } from '../../src/db/identity.ts';
import { assignRole } from '../../src/db/role-assignments.ts';
import type { Project, User } from '../../src/model/identity.ts';
import type { ProjectId, UserId } from '../../src/model/ids.ts';
import { asId } from '../../src/model/ids.ts';
import type { Ask } from '../harness/http-client.ts';
import type { TestRemnant } from '../harness/open-remnant.ts';

const PASSWORD = "ann's password";
const V3 = '/identity/v3';
const grants = (noun: string, roles: string): Record<string, Pick<Ask, 'method' | 'path'>> => ({
  [`${noun}.list`]: { path: `${V3}${roles}` },
  [`${noun}.check`]: { method: 'HEAD', path: `${V3}${roles}/member` },
  [`${noun}.show`]: { path: `${V3}${roles}/member` },
  [`${noun}.create`]: { method: 'PUT', path: `${V3}${roles}/reader` },
  [`${noun}.revoke`]: { method: 'DELETE', path: `${V3}${roles}/member` },
});

/** The requests, by operation. */
export const IDENTITY_REQUESTS: Readonly<Record<string, Pick<Ask, 'method' | 'path' | 'body'>>> = {
  'auth.projects': { path: `${V3}/auth/projects` },
  'auth.domains': { path: `${V3}/auth/domains` },
  'auth.system': { path: `${V3}/auth/system` },
  'auth.catalog': { path: `${V3}/auth/catalog` },
  'domains.list': { path: `${V3}/domains` },
  'domains.show': { path: `${V3}/domains/default` },
  'users.list': { path: `${V3}/users` },
  'users.show': { path: `${V3}/users/{user}` },
  'users.show?self': { path: `${V3}/users/ann` },
  'users.projects': { path: `${V3}/users/{user}/projects` },
  'users.projects?self': { path: `${V3}/users/ann/projects` },
  'users.create': { method: 'POST', path: `${V3}/users`, body: { user: { name: 'new' } } },
  'users.update': { method: 'PATCH', path: `${V3}/users/{user}`, body: { user: { email: 'new@example.org' } } },
  'users.update?self': { method: 'PATCH', path: `${V3}/users/ann`, body: { user: { email: 'new@example.org' } } },
  'users.delete': { method: 'DELETE', path: `${V3}/users/{user}` },
  'users.change-password': {
    method: 'POST',
    path: `${V3}/users/{user}/password`,
    body: { user: { password: 'new', original_password: 'old' } },
  },
  'users.change-password?self': {
    method: 'POST',
    path: `${V3}/users/ann/password`,
    body: { user: { password: PASSWORD, original_password: PASSWORD } },
  },
  'projects.list': { path: `${V3}/projects` },
  'projects.show': { path: `${V3}/projects/{project}` },
  'projects.show?own': { path: `${V3}/projects/a1a1a1a1` },
  'projects.create': { method: 'POST', path: `${V3}/projects`, body: { project: { name: 'new' } } },
  'projects.update': { method: 'PATCH', path: `${V3}/projects/{project}`, body: { project: { description: 'new' } } },
  'projects.delete': { method: 'DELETE', path: `${V3}/projects/{project}` },
  'roles.list': { path: `${V3}/roles` },
  'roles.show': { path: `${V3}/roles/member` },
  'roles.inferences': { path: `${V3}/role_inferences` },
  ...grants('project-grants', '/projects/{project}/users/{user}/roles'),
  ...grants('system-grants', '/system/users/{user}/roles'),
  'role-assignments.list': { path: `${V3}/role_assignments` },
};

function userRow(id: string, passwordHash: string): User {
  const more = { description: '', email: null, enabled: true, defaultProjectId: null };
  return { id: asId<UserId>(id), name: `user ${id}`, passwordHash, ...more };
}

function projectRow(id: string): Project {
  return { id: asId<ProjectId>(id), name: `project ${id}`, description: '', enabled: true };
}

/** Makes the user `ann` with her project `a1a1a1a1`, as the matrix's tokens name them. */
export async function plantAnn(remnant: TestRemnant): Promise<void> {
  const user = userRow('ann', await hashPassword(remnant.clock, PASSWORD));
  await remnant.store.transaction(async (tx) => {
    await insertUser(tx, user);
    await insertProject(tx, projectRow('a1a1a1a1'));
  });
}

/** The path with what its placeholders stand for made. */
export async function plantIdentity(remnant: TestRemnant, path: string): Promise<string> {
  if (!/\{user\}|\{project\}/.test(path)) return path;
  const user = userRow(remnant.clock.uuid(), '');
  const project = projectRow(remnant.clock.uuid());
  await remnant.store.transaction(async (tx) => {
    await insertUser(tx, user);
    await insertProject(tx, project);
    await assignRole(tx, user.id, path.includes('/system/') ? 'system' : project.id, 'member');
  });
  return path.replace('{user}', user.id).replace('{project}', project.id);
}
