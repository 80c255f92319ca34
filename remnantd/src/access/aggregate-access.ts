// Authorised aggregates: operators' own, so the policy is asked before there is a row, as Nova does.

import { allAggregates, findAggregate } from '../db/aggregates.ts';
import type { Db, Store } from '../db/store.ts';
import type { Aggregate } from '../model/aggregate.ts';
import type { Caller } from '../model/caller.ts';
import { fault } from '../model/faults.ts';
import type { Policy } from '../policy/policy-engine.ts';
import { authorise, NOBODYS } from './authorise.ts';
import type { Authorised } from './authorised.ts';
import { markAuthorised } from './authorised.ts';

/** Aggregates, for those who may. */
export interface AggregateAccess {
  /** All, in the order they were made. Fault policy-denied. */
  list(caller: Caller, rule: string): Promise<readonly Authorised<Aggregate>[]>;
  /** One by its number. Faults policy-denied, aggregate-not-found. */
  one(caller: Caller, rule: string, seq: number): Promise<Authorised<Aggregate>>;
  /** The same one inside a transaction. Fault aggregate-not-found. */
  again(tx: Db, aggregate: Authorised<Aggregate>): Promise<Authorised<Aggregate>>;
}

/** Opens the way to aggregates. */
export function aggregateAccess(store: Store, policy: Policy): AggregateAccess {
  return {
    list: async (caller, rule) => {
      authorise(policy, caller, rule, NOBODYS);
      return (await allAggregates(store.read)).map(markAuthorised);
    },
    one: async (caller, rule, seq) => {
      authorise(policy, caller, rule, NOBODYS);
      return found(store.read, seq);
    },
    again: (tx, { seq }) => found(tx, seq),
  };
}

async function found(db: Db, seq: number): Promise<Authorised<Aggregate>> {
  // None has a number that a column cannot hold.
  const aggregate = Number.isSafeInteger(seq) ? await findAggregate(db, seq) : null;
  if (aggregate === null) throw fault('aggregate-not-found', { id: seq });
  return markAuthorised(aggregate);
}
