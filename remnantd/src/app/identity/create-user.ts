// Makes a user. Without a password there is none that is right, until an admin sets one.

import { insertUser } from '../../db/identity.ts';
import type { User } from '../../model/identity.ts';
import type { UserId } from '../../model/ids.ts';
import { recordChange } from '../record-change.ts';
import type { RequestContext } from '../request-context.ts';
import type { IdentityDeps } from './identity-writes.ts';
import { defaultProject, newId, requireFreeUserName } from './identity-writes.ts';
import { hashPassword, requirePassword } from './passwords.ts';

/** What a new user is made of. */
export interface NewUser extends Pick<User, 'name' | 'description' | 'email' | 'enabled'> {
  readonly password: string | null;
  readonly defaultProjectId: string | null;
}

/** Makes it. Faults identity-denied, bad-request, identity-taken, identity-not-found (of the default project). */
export async function createUser(deps: IdentityDeps, context: RequestContext, wanted: NewUser): Promise<User> {
  const { access, store, clock } = deps;
  access.identity.authorise(context.caller, 'identity:create_user');
  const { password, ...kept } = wanted;
  if (password !== null) requirePassword(password);
  const passwordHash = password === null ? '' : await hashPassword(clock, password);
  return store.transaction(async (tx) => {
    await requireFreeUserName(tx, wanted.name, null);
    const defaultProjectId = await defaultProject(tx, wanted.defaultProjectId);
    const user: User = { ...kept, id: newId<UserId>(clock), passwordHash, defaultProjectId };
    await insertUser(tx, user);
    await recordChange(tx, clock, context, { target: `user ${user.id}`, detail: kept });
    return user;
  });
}
