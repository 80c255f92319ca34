// Makes a flavor. One that is not public is nobody's but the admins' until a project is given it, its maker's too.

import { findFlavor, findFlavorNamed, insertFlavor } from '../../db/flavors.ts';
import { fault } from '../../model/faults.ts';
import type { Flavor } from '../../model/flavor.ts';
import { recordChange } from '../record-change.ts';
import type { RequestContext } from '../request-context.ts';
import type { FlavorDeps } from './flavor-writes.ts';

/** What a new flavor is to be; without an id it gets a UUID. */
export type NewFlavor = Omit<Flavor, 'id' | 'disabled' | 'extraSpecs'> & { readonly id: string | null };

/** Makes it. Faults policy-denied, flavor-taken. */
export async function createFlavor(
  { access, store, clock }: FlavorDeps,
  context: RequestContext,
  wanted: NewFlavor,
): Promise<Flavor> {
  access.authorise(context.caller, 'os_compute_api:os-flavor-manage:create');
  const flavor: Flavor = { ...wanted, id: wanted.id ?? clock.uuid(), disabled: false, extraSpecs: {} };
  return store.transaction(async (tx) => {
    if ((await findFlavor(tx, flavor.id)) !== null) throw fault('flavor-taken', { what: 'ID', value: flavor.id });
    if ((await findFlavorNamed(tx, flavor.name)) !== null) {
      throw fault('flavor-taken', { what: 'name', value: flavor.name });
    }
    await insertFlavor(tx, flavor);
    await recordChange(tx, clock, context, { target: `flavor ${flavor.id}`, detail: wanted });
    return flavor;
  });
}
