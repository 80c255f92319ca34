// Is this the user's password? The one place that asks: slowed down after wrong ones, equally long for users that do not
// exist or are disabled, and old hashes are made anew on the way.

import { findUser, replaceHash } from '../../db/identity.ts';
import type { Store } from '../../db/store.ts';
import type { User } from '../../model/identity.ts';
import type { Clock } from '../../ports/clock.ts';
import { hashPassword, isOutdated, passwordMatches } from './passwords.ts';
import type { SignInAttempts } from './sign-in-attempts.ts';

/** What checking a password needs. */
export interface CheckPasswordDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly attempts: SignInAttempts;
}

/** A try. */
export interface PasswordTry {
  /** Null: nobody that can be here, e.g. of another domain. */
  readonly user: { readonly id: string } | { readonly name: string } | null;
  readonly password: string;
  /** The address it came from. */
  readonly from: string;
}

/**
 * The user, if there is one, it is enabled, and the password is right; else null, which says not which of it.
 * Faults too-many-attempts, server-busy (nothing was looked at).
 */
export async function checkPassword(deps: CheckPasswordDeps, { user: by, password, from }: PasswordTry) {
  const { store, clock, attempts } = deps;
  const user = by === null ? null : await findUser(store.read, by);
  const key = JSON.stringify([user?.id ?? by, from]);
  attempts.admit(key);
  // Tries that came together are let in, and counted, one after the other too.
  const right = await passwordMatches(password, user?.passwordHash ?? null, {
    before: () => attempts.admit(key),
    after: (matches) => (matches && user?.enabled === true ? attempts.succeeded(key) : attempts.failed(key)),
  });
  if (!right || user === null || !user.enabled) return null;
  return isOutdated(user.passwordHash) ? rehashed(store, clock, user, password) : user;
}

async function rehashed(store: Store, clock: Clock, user: User, password: string): Promise<User> {
  const passwordHash = await hashPassword(clock, password);
  await store.transaction((tx) => replaceHash(tx, user.id, user.passwordHash, passwordHash));
  return { ...user, passwordHash };
}
