// Deletes a user with its roles and tokens. What it made belongs to projects and stays.

import { unknown } from '../../access/identity-access.ts';
import { deleteUser as deleteRow } from '../../db/identity.ts';
import { recordChange } from '../record-change.ts';
import type { RequestContext } from '../request-context.ts';
import type { IdentityDeps } from './identity-writes.ts';
import { keepAnAdmin } from './keep-an-admin.ts';

/** Deletes it. Faults identity-denied, identity-not-found, last-admin. */
export async function deleteUser(deps: IdentityDeps, context: RequestContext, id: string): Promise<void> {
  const { access, store, clock } = deps;
  const user = await access.identity.user(context.caller, 'identity:delete_user', id);
  await store.transaction(async (tx) => {
    if (!(await keepAnAdmin(tx, () => deleteRow(tx, user.id)))) throw unknown('user', id);
    await recordChange(tx, clock, context, { target: `user ${user.id}`, detail: { name: user.name } });
  });
}
