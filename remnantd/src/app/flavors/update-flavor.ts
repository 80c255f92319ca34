// Changes what a flavor is described as: nothing else of one can be changed.

import { patchFlavor } from '../../db/flavors.ts';
import type { Flavor } from '../../model/flavor.ts';
import type { RequestContext } from '../request-context.ts';
import type { FlavorDeps } from './flavor-writes.ts';
import { changeFlavor } from './flavor-writes.ts';

/** Changes it and gives it back as it is now. Faults policy-denied, flavor-not-found. */
export function updateFlavor(
  deps: FlavorDeps,
  context: RequestContext,
  id: string,
  description: string | null,
): Promise<Flavor> {
  const change = { id, rule: 'os_compute_api:os-flavor-manage:update', detail: { description } };
  return changeFlavor(deps, context, change, async (tx, flavor) => {
    await patchFlavor(tx, id, { description });
    return { ...flavor, description };
  });
}
