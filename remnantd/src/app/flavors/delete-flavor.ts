// Deletes a flavor, with its extra specs and who was given it. Servers made with it keep their copy.

import { deleteFlavor as removeFlavor } from '../../db/flavors.ts';
import type { RequestContext } from '../request-context.ts';
import type { FlavorDeps } from './flavor-writes.ts';
import { changeFlavor } from './flavor-writes.ts';

/** Deletes it. Faults policy-denied, flavor-not-found. */
export async function deleteFlavor(deps: FlavorDeps, context: RequestContext, id: string): Promise<void> {
  const change = { id, rule: 'os_compute_api:os-flavor-manage:delete', detail: {} };
  await changeFlavor(deps, context, change, (tx) => removeFlavor(tx, id));
}
