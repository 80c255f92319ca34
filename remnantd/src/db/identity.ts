// Users and projects of the built-in identity: rows in, rows out. What belongs to one goes with it.

import type { Selectable, Updateable } from 'kysely';
import type { Project, User } from '../model/identity.ts';
import type { ProjectId, UserId } from '../model/ids.ts';
import { asId } from '../model/ids.ts';
import type { ProjectsTable, UsersTable } from './owner-tables.ts';
import type { Db } from './store.ts';

/** What lists can be narrowed to; null: any. */
export interface IdentityFilter {
  readonly name: string | null;
  readonly enabled: boolean | null;
}

/** What of a user may change. */
export type UserPatch = Partial<Omit<User, 'id'>>;
/** What of a project may change. */
export type ProjectPatch = Partial<Omit<Project, 'id'>>;

function toUser(row: Selectable<UsersTable>): User {
  return {
    id: asId(row.id),
    name: row.name,
    passwordHash: row.password_hash,
    description: row.description,
    email: row.email,
    enabled: row.enabled === 1,
    defaultProjectId: row.default_project_id === null ? null : asId(row.default_project_id),
  };
}

function toProject(row: Selectable<ProjectsTable>): Project {
  return { id: asId(row.id), name: row.name, description: row.description, enabled: row.enabled === 1 };
}

/** A user by id or name; null if there is none. */
export async function findUser(db: Db, by: { id: string } | { name: string }): Promise<User | null> {
  const rows = db.selectFrom('users').selectAll();
  const row = await ('id' in by ? rows.where('id', '=', by.id) : rows.where('name', '=', by.name)).executeTakeFirst();
  return row === undefined ? null : toUser(row);
}

/** The users that match, by name. */
export async function listUsers(db: Db, filter: IdentityFilter): Promise<User[]> {
  let rows = db.selectFrom('users').selectAll().orderBy('name');
  if (filter.name !== null) rows = rows.where('name', '=', filter.name);
  if (filter.enabled !== null) rows = rows.where('enabled', '=', filter.enabled ? 1 : 0);
  return (await rows.execute()).map(toUser);
}

/** Adds a user. */
export async function insertUser(db: Db, user: User): Promise<void> {
  await db
    .insertInto('users')
    .values({
      id: user.id,
      name: user.name,
      password_hash: user.passwordHash,
      default_project_id: user.defaultProjectId,
      description: user.description,
      email: user.email,
      enabled: user.enabled ? 1 : 0,
    })
    .execute();
}

/** Changes a user and gives it back; null if there is none. */
export async function patchUser(db: Db, id: UserId, patch: UserPatch): Promise<User | null> {
  const set: Updateable<UsersTable> = {
    ...(patch.name === undefined ? {} : { name: patch.name }),
    ...(patch.passwordHash === undefined ? {} : { password_hash: patch.passwordHash }),
    ...(patch.description === undefined ? {} : { description: patch.description }),
    ...(patch.email === undefined ? {} : { email: patch.email }),
    ...(patch.enabled === undefined ? {} : { enabled: patch.enabled ? 1 : 0 }),
    ...(patch.defaultProjectId === undefined ? {} : { default_project_id: patch.defaultProjectId }),
  };
  if (Object.keys(set).length > 0) await db.updateTable('users').set(set).where('id', '=', id).execute();
  return findUser(db, { id });
}

/** Puts another password's hash in the place of `before`. False if it was changed meanwhile. */
export async function replaceHash(db: Db, id: UserId, before: string, after: string): Promise<boolean> {
  const done = await db
    .updateTable('users')
    .set({ password_hash: after })
    .where('id', '=', id)
    .where('password_hash', '=', before)
    .executeTakeFirst();
  return done.numUpdatedRows > 0n;
}

/** Removes a user with its roles and tokens. False if there was none. */
export async function deleteUser(db: Db, id: UserId): Promise<boolean> {
  await db.deleteFrom('tokens').where('user_id', '=', id).execute();
  await db.deleteFrom('role_assignments').where('user_id', '=', id).execute();
  return (await db.deleteFrom('users').where('id', '=', id).executeTakeFirst()).numDeletedRows > 0n;
}

/** A project by id or name; null if there is none. */
export async function findProject(db: Db, by: { id: string } | { name: string }): Promise<Project | null> {
  const rows = db.selectFrom('projects').selectAll();
  const row = await ('id' in by ? rows.where('id', '=', by.id) : rows.where('name', '=', by.name)).executeTakeFirst();
  return row === undefined ? null : toProject(row);
}

/** The projects that match, by name. */
export async function listProjects(db: Db, filter: IdentityFilter): Promise<Project[]> {
  let rows = db.selectFrom('projects').selectAll().orderBy('name');
  if (filter.name !== null) rows = rows.where('name', '=', filter.name);
  if (filter.enabled !== null) rows = rows.where('enabled', '=', filter.enabled ? 1 : 0);
  return (await rows.execute()).map(toProject);
}

/** The projects a user holds a role in, by name. */
export async function projectsOf(db: Db, user: UserId): Promise<Project[]> {
  const rows = await db
    .selectFrom('projects')
    .selectAll()
    .where('id', 'in', (q) => q.selectFrom('role_assignments').select('scope').where('user_id', '=', user))
    .orderBy('name')
    .execute();
  return rows.map(toProject);
}

/** Adds a project. */
export async function insertProject(db: Db, project: Project): Promise<void> {
  await db
    .insertInto('projects')
    .values({
      id: project.id,
      name: project.name,
      description: project.description,
      enabled: project.enabled ? 1 : 0,
    })
    .execute();
}

/** Changes a project and gives it back; null if there is none. */
export async function patchProject(db: Db, id: ProjectId, patch: ProjectPatch): Promise<Project | null> {
  const set: Updateable<ProjectsTable> = {
    ...(patch.name === undefined ? {} : { name: patch.name }),
    ...(patch.description === undefined ? {} : { description: patch.description }),
    ...(patch.enabled === undefined ? {} : { enabled: patch.enabled ? 1 : 0 }),
  };
  if (Object.keys(set).length > 0) await db.updateTable('projects').set(set).where('id', '=', id).execute();
  return findProject(db, { id });
}

/** True if a server that is not deleted belongs to the project. */
export async function hasServers(db: Db, project: ProjectId): Promise<boolean> {
  const row = await db
    .selectFrom('servers')
    .select('id')
    .where('project_id', '=', project)
    .where('deleted_at', 'is', null)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Removes a project with the roles in it and the tokens for it. False if there was none. */
export async function deleteProject(db: Db, id: ProjectId): Promise<boolean> {
  await db.deleteFrom('tokens').where('scope', '=', id).execute();
  await db.deleteFrom('role_assignments').where('scope', '=', id).execute();
  await db.updateTable('users').set({ default_project_id: null }).where('default_project_id', '=', id).execute();
  return (await db.deleteFrom('projects').where('id', '=', id).executeTakeFirst()).numDeletedRows > 0n;
}
