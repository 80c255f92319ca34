// Changes one's own password, with the one before. It ends every token the user has, the one in use among them.

import { replaceHash } from '../../db/identity.ts';
import { deleteTokensOf } from '../../db/tokens.ts';
import { fault } from '../../model/faults.ts';
import { recordChange } from '../record-change.ts';
import type { RequestContext } from '../request-context.ts';
import type { CheckPasswordDeps } from './check-password.ts';
import { checkPassword } from './check-password.ts';
import type { IdentityDeps } from './identity-writes.ts';
import { hashPassword, requirePassword } from './passwords.ts';

/** The password before, the one to come, and the address the wish came from. */
export interface PasswordChange {
  readonly original: string;
  readonly password: string;
  readonly from: string;
}

/**
 * Changes it. Faults identity-denied, identity-not-found, bad-request, unauthorized (the one before is wrong),
 * too-many-attempts, server-busy, conflict (it was changed meanwhile).
 */
export async function changePassword(
  deps: IdentityDeps & CheckPasswordDeps,
  context: RequestContext,
  id: string,
  { original, password, from }: PasswordChange,
): Promise<void> {
  const { access, store, clock } = deps;
  const user = await access.identity.user(context.caller, 'identity:change_password', id);
  requirePassword(password);
  const known = await checkPassword(deps, { user, password: original, from });
  if (known === null) throw fault('unauthorized');
  const passwordHash = await hashPassword(clock, password);
  await store.transaction(async (tx) => {
    if (!(await replaceHash(tx, user.id, known.passwordHash, passwordHash))) {
      throw fault('conflict', { message: 'The password was changed meanwhile.' });
    }
    await deleteTokensOf(tx, user.id);
    await recordChange(tx, clock, context, { target: `user ${user.id}`, detail: { password: 'changed' } });
  });
}
