// What a new database is given at its first start: an admin with a random password, the projects and users of a demo cloud
// where wanted, and flavors. Doing it again changes nothing.

import { ensureFlavor, noteConfiguredFlavor } from '../../db/flavors.ts';
import { findProject, findUser, insertProject, insertUser } from '../../db/identity.ts';
import { assignRole } from '../../db/role-assignments.ts';
import type { Db, Store } from '../../db/store.ts';
import type { Flavor } from '../../model/flavor.ts';
import type { Role } from '../../model/identity.ts';
import type { ProjectId, UserId } from '../../model/ids.ts';
import type { Clock } from '../../ports/clock.ts';
import { newId } from './identity-writes.ts';
import { hashPassword } from './passwords.ts';

/** An account to make: a user with a role in a project of its own name or another's. */
export interface Account {
  readonly user: string;
  readonly project: string;
  readonly role: Role;
  /** True to give the role on the system as well. */
  readonly system: boolean;
}

/** An account that was made just now, with its password: the only time it is known. */
export interface NewAccount extends Account {
  readonly password: string;
}

/**
 * Makes the accounts that are missing and gives those back. `keep` gets the passwords before anybody can sign in with them:
 * a process that dies in between has lost nothing, and the next start makes new ones. It may be called again with the same.
 * Of several processes that start at once, one makes an account.
 */
export async function ensureAccounts(
  store: Store,
  clock: Clock,
  accounts: readonly Account[],
  keep: (accounts: readonly NewAccount[]) => void,
): Promise<readonly NewAccount[]> {
  const missing: NewAccount[] = [];
  for (const account of accounts) {
    const known = await findUser(store.read, { name: account.user });
    if (known === null) missing.push({ ...account, password: clock.secret(18) });
  }
  if (missing.length === 0) return [];
  const hashed = await Promise.all(
    missing.map(async (account) => ({ ...account, passwordHash: await hashPassword(clock, account.password) })),
  );
  let made: readonly NewAccount[] = [];
  await store.transaction(async (tx) => {
    const now: NewAccount[] = [];
    for (const { passwordHash, ...account } of hashed) {
      // Another process may have been faster: its passwords are the ones that count.
      if ((await findUser(tx, { name: account.user })) !== null) continue;
      await insertAccount(tx, clock, { ...account, passwordHash });
      now.push(account);
    }
    made = now;
    if (now.length > 0) keep(now);
  });
  return made;
}

async function insertAccount(
  tx: Db,
  clock: Clock,
  account: Account & { readonly passwordHash: string },
): Promise<void> {
  const found = await findProject(tx, { name: account.project });
  const project = found ?? { id: newId<ProjectId>(clock), name: account.project, description: '', enabled: true };
  if (found === null) await insertProject(tx, project);
  const user = {
    id: newId<UserId>(clock),
    name: account.user,
    passwordHash: account.passwordHash,
    description: '',
    email: null,
    enabled: true,
    defaultProjectId: null,
  };
  await insertUser(tx, user);
  await assignRole(tx, user.id, project.id, account.role);
  if (account.system) await assignRole(tx, user.id, 'system', account.role);
}

/** Makes the flavors that the configuration names, each once: one that was deleted since stays deleted. */
export async function ensureFlavors(
  store: Store,
  flavors: readonly Pick<Flavor, 'id' | 'name' | 'vcpus' | 'ram' | 'disk'>[],
): Promise<void> {
  await store.transaction(async (tx) => {
    for (const flavor of flavors) {
      if (!(await noteConfiguredFlavor(tx, flavor.id))) continue;
      await ensureFlavor(tx, {
        ephemeral: 0,
        swap: 0,
        rxtxFactor: 1,
        isPublic: true,
        disabled: false,
        description: null,
        extraSpecs: {},
        ...flavor,
      });
    }
  });
}
