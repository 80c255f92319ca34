// Who holds which role where: rows in, rows out. A project called `system` cannot be mistaken for the system: scopes are ids.

import type { Role, RoleAssignment, RoleScope } from '../model/identity.ts';
import type { UserId } from '../model/ids.ts';
import { asId } from '../model/ids.ts';
import type { Db } from './store.ts';

/** What a list of assignments can be narrowed to; null: any. */
export interface AssignmentFilter {
  readonly user: string | null;
  readonly scope: string | null;
}

/** Gives a user a role in a scope; giving it again changes nothing. */
export async function assignRole(db: Db, user: UserId, scope: RoleScope, role: Role): Promise<void> {
  await db
    .insertInto('role_assignments')
    .values({ user_id: user, scope, role })
    .onConflict((c) => c.columns(['user_id', 'scope', 'role']).doNothing())
    .execute();
}

/** Takes it away again. False if they did not hold it. */
export async function unassignRole(db: Db, user: UserId, scope: RoleScope, role: Role): Promise<boolean> {
  const done = await db
    .deleteFrom('role_assignments')
    .where('user_id', '=', user)
    .where('scope', '=', scope)
    .where('role', '=', role)
    .executeTakeFirst();
  return done.numDeletedRows > 0n;
}

/** The roles a user was given in a scope, implied ones not included. */
export async function rolesOf(db: Db, user: UserId, scope: RoleScope): Promise<Role[]> {
  const rows = await db
    .selectFrom('role_assignments')
    .select('role')
    .where('user_id', '=', user)
    .where('scope', '=', scope)
    .execute();
  return rows.map((row) => row.role as Role);
}

/** The assignments that match, implied ones not included, by user, scope and role. */
export async function listAssignments(db: Db, filter: AssignmentFilter): Promise<RoleAssignment[]> {
  let rows = db.selectFrom('role_assignments').selectAll().orderBy('user_id').orderBy('scope').orderBy('role');
  if (filter.user !== null) rows = rows.where('user_id', '=', filter.user);
  if (filter.scope !== null) rows = rows.where('scope', '=', filter.scope);
  return (await rows.execute()).map((row) => ({
    userId: asId(row.user_id),
    scope: row.scope === 'system' ? 'system' : asId(row.scope),
    role: row.role as Role,
  }));
}

/** True if somebody can sign in as an admin: an enabled user who has a password and the role on the system or in an enabled project. */
export async function anAdminIsLeft(db: Db): Promise<boolean> {
  const row = await db
    .selectFrom('role_assignments')
    .innerJoin('users', 'users.id', 'role_assignments.user_id')
    .leftJoin('projects', 'projects.id', 'role_assignments.scope')
    .select('role')
    .where('role', '=', 'admin' satisfies Role)
    .where('users.enabled', '=', 1)
    .where('users.password_hash', '<>', '')
    .where((q) => q.or([q('scope', '=', 'system'), q('projects.enabled', '=', 1)]))
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
