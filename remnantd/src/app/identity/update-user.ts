// Changes a user. A new password or being disabled ends every token the user has, at once.

import { unknown } from '../../access/identity-access.ts';
import type { UserPatch } from '../../db/identity.ts';
import { patchUser } from '../../db/identity.ts';
import { deleteTokensOf } from '../../db/tokens.ts';
import type { User } from '../../model/identity.ts';
import { recordChange } from '../record-change.ts';
import type { RequestContext } from '../request-context.ts';
import type { NewUser } from './create-user.ts';
import type { IdentityDeps } from './identity-writes.ts';
import { defaultProject, requireFreeUserName } from './identity-writes.ts';
import { keepAnAdmin } from './keep-an-admin.ts';
import { hashPassword, requirePassword } from './passwords.ts';

/** What is to change; a password of null takes it away. */
export type UserChange = Partial<NewUser>;

/** Changes it. Faults identity-denied, identity-not-found, bad-request, identity-taken, last-admin. */
export async function updateUser(
  deps: IdentityDeps,
  context: RequestContext,
  id: string,
  change: UserChange,
): Promise<User> {
  const { access, store, clock } = deps;
  const user = await access.identity.user(context.caller, 'identity:update_user', id);
  const { password, defaultProjectId, ...plain } = change;
  if (typeof password === 'string') requirePassword(password);
  const passwordHash = typeof password === 'string' ? await hashPassword(clock, password) : '';
  return store.transaction(async (tx) => {
    if (plain.name !== undefined) await requireFreeUserName(tx, plain.name, user.id);
    const patch: UserPatch = {
      ...plain,
      ...(password === undefined ? {} : { passwordHash }),
      ...(defaultProjectId === undefined ? {} : { defaultProjectId: await defaultProject(tx, defaultProjectId) }),
    };
    const now = await keepAnAdmin(tx, () => patchUser(tx, user.id, patch));
    if (now === null) throw unknown('user', id);
    if (password !== undefined || !now.enabled) await deleteTokensOf(tx, user.id);
    await recordChange(tx, clock, context, {
      target: `user ${user.id}`,
      detail: {
        ...plain,
        ...(defaultProjectId === undefined ? {} : { defaultProjectId }),
        ...(password === undefined ? {} : { password: 'changed' }),
      },
    });
    return now;
  });
}
