// Authorised key pairs. They belong to a user, whatever the project, and whose they are stands in the request: so the policy
// is asked before there is a row, as Nova does.

import { findKeypair, pageOfKeypairs } from '../db/keypairs.ts';
import type { Db, Store } from '../db/store.ts';
import type { Caller } from '../model/caller.ts';
import { fault } from '../model/faults.ts';
import type { UserId } from '../model/ids.ts';
import type { Keypair } from '../model/keypair.ts';
import type { Policy } from '../policy/policy-engine.ts';
import { authorise } from './authorise.ts';
import type { Authorised } from './authorised.ts';
import { markAuthorised } from './authorised.ts';

/** Which of a user's keys: a page of them behind the name `marker`, or all (null). */
export interface KeypairPage {
  readonly limit: number | null;
  readonly marker: string | null;
}

/** Key pairs, for those who may. */
export interface KeypairAccess {
  /** Fault policy-denied unless `rule` lets the caller act on the keys of `user`. */
  authorise(caller: Caller, rule: string, user: UserId): void;
  /** The keys of `user`, by name. Faults policy-denied, marker-not-found. */
  list(caller: Caller, rule: string, user: UserId, page: KeypairPage): Promise<readonly Authorised<Keypair>[]>;
  /** One of them. Faults policy-denied, keypair-not-found. */
  one(caller: Caller, rule: string, user: UserId, name: string): Promise<Authorised<Keypair>>;
  /** The same one inside a transaction. Fault keypair-not-found. */
  again(tx: Db, keypair: Authorised<Keypair>): Promise<Authorised<Keypair>>;
}

/** Opens the way to key pairs. */
export function keypairAccess(store: Store, policy: Policy): KeypairAccess {
  const asked = (caller: Caller, rule: string, user: UserId) =>
    authorise(policy, caller, rule, { project_id: null, user_id: user });
  return {
    authorise: asked,
    list: async (caller, rule, user, { limit, marker }) => {
      asked(caller, rule, user);
      if (marker !== null && (await findKeypair(store.read, user, marker)) === null) {
        throw fault('marker-not-found', { marker });
      }
      return (await pageOfKeypairs(store.read, user, { limit, after: marker })).map(markAuthorised);
    },
    one: async (caller, rule, user, name) => {
      asked(caller, rule, user);
      return found(store.read, user, name);
    },
    again: (tx, { userId, name }) => found(tx, userId, name),
  };
}

async function found(db: Db, user: UserId, name: string): Promise<Authorised<Keypair>> {
  const keypair = await findKeypair(db, user, name);
  if (keypair === null) throw fault('keypair-not-found', { name, user });
  return markAuthorised(keypair);
}
