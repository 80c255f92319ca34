// Gives a user a role in a project or on the system, and takes it away. Tokens show it at once: what a token may do is
// looked up each time.

import type { ScopeName } from '../../access/identity-access.ts';
import { scopeNamed, unknown } from '../../access/identity-access.ts';
import { findUser } from '../../db/identity.ts';
import { assignRole, unassignRole } from '../../db/role-assignments.ts';
import type { Db } from '../../db/store.ts';
import { fault } from '../../model/faults.ts';
import type { Role, RoleScope } from '../../model/identity.ts';
import { isRole } from '../../model/identity.ts';
import type { UserId } from '../../model/ids.ts';
import { recordChange } from '../record-change.ts';
import type { RequestContext } from '../request-context.ts';
import type { IdentityDeps } from './identity-writes.ts';
import { keepAnAdmin } from './keep-an-admin.ts';

/** Who, where, what: ids as the caller wrote them. */
export interface Grant {
  readonly user: string;
  readonly scope: ScopeName;
  readonly role: string;
}

/** Gives it; giving it again changes nothing. Faults identity-denied, identity-not-found. */
export async function grantRole(deps: IdentityDeps, context: RequestContext, grant: Grant): Promise<void> {
  const { access, store, clock } = deps;
  const rule = grant.scope === 'system' ? 'identity:create_system_grant_for_user' : 'identity:create_grant';
  access.identity.authorise(context.caller, rule);
  await store.transaction(async (tx) => {
    const { user, scope, role } = await known(tx, grant);
    await assignRole(tx, user, scope, role);
    await recordChange(tx, clock, context, { target: `user ${user}`, detail: { scope, role } });
  });
}

/** Takes it away. Faults identity-denied, identity-not-found (also when it was not given), last-admin. */
export async function revokeRole(deps: IdentityDeps, context: RequestContext, grant: Grant): Promise<void> {
  const { access, store, clock } = deps;
  const rule = grant.scope === 'system' ? 'identity:revoke_system_grant_for_user' : 'identity:revoke_grant';
  access.identity.authorise(context.caller, rule);
  await store.transaction(async (tx) => {
    const { user, scope, role } = await known(tx, grant);
    if (!(await keepAnAdmin(tx, () => unassignRole(tx, user, scope, role)))) throw notGiven(grant);
    await recordChange(tx, clock, context, { target: `user ${user}`, detail: { scope, role } });
  });
}

/** The fault for a role that was not given. */
export function notGiven({ user, scope, role }: Grant) {
  const where = scope === 'system' ? scope : scope.project;
  const what = `role assignment with role: ${role}, user or group: ${user}, project, domain, or system: ${where}`;
  return fault('identity-not-found', { what });
}

async function known(tx: Db, grant: Grant): Promise<{ user: UserId; scope: RoleScope; role: Role }> {
  const user = await findUser(tx, { id: grant.user });
  if (user === null) throw unknown('user', grant.user);
  const scope = await scopeNamed(tx, grant.scope);
  if (!isRole(grant.role)) throw unknown('role', grant.role);
  return { user: user.id, scope, role: grant.role };
}
