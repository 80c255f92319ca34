// What the use cases that change flavors share. They are operators' own: the policy is asked before there is a row, as Nova
// does; servers keep a copy of the flavor they were made with and feel nothing of it.

import type { Access } from '../../access/access.ts';
import type { Db, Store } from '../../db/store.ts';
import type { Flavor } from '../../model/flavor.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Identity } from '../../ports/identity.ts';
import { recordChange } from '../record-change.ts';
import type { RequestContext } from '../request-context.ts';

/** What changing flavors needs. */
export interface FlavorDeps {
  readonly access: Pick<Access, 'authorise' | 'catalogue'>;
  readonly store: Store;
  readonly clock: Clock;
  readonly identity: Pick<Identity, 'hasProject'>;
}

/** One change of a flavor: the rule that allows it, and what it says in the audit. */
export interface FlavorChange {
  readonly id: string;
  readonly rule: string;
  readonly detail: object;
}

/** Makes one change of the flavor as it is then, and gives back what `make` does. Faults policy-denied, flavor-not-found, and those of `make`. */
export async function changeFlavor<T>(
  { access, store, clock }: Pick<FlavorDeps, 'access' | 'store' | 'clock'>,
  context: RequestContext,
  { id, rule, detail }: FlavorChange,
  make: (tx: Db, flavor: Flavor) => Promise<T>,
): Promise<T> {
  access.authorise(context.caller, rule);
  return store.transaction(async (tx) => {
    const made = await make(tx, await access.catalogue.flavorAgain(tx, context.caller, id));
    await recordChange(tx, clock, context, { target: `flavor ${id}`, detail });
    return made;
  });
}
