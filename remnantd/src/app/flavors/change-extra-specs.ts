// Changes a flavor's extra specs: adds some or sets those that are there, or removes one.

import { patchFlavor } from '../../db/flavors.ts';
import { fault } from '../../model/faults.ts';
import type { RequestContext } from '../request-context.ts';
import type { FlavorDeps } from './flavor-writes.ts';
import { changeFlavor } from './flavor-writes.ts';

/** Adds or sets `specs`. `rule`: that of the operation. Faults policy-denied, flavor-not-found. */
export async function setExtraSpecs(
  deps: FlavorDeps,
  context: RequestContext,
  { id, rule, specs }: { readonly id: string; readonly rule: string; readonly specs: Readonly<Record<string, string>> },
): Promise<void> {
  await changeFlavor(deps, context, { id, rule, detail: { specs } }, (tx, { extraSpecs }) =>
    patchFlavor(tx, id, { extraSpecs: { ...extraSpecs, ...specs } }),
  );
}

/** Removes the spec `key`. Faults policy-denied, flavor-not-found, extra-spec-not-found. */
export async function removeExtraSpec(
  deps: FlavorDeps,
  context: RequestContext,
  id: string,
  key: string,
): Promise<void> {
  const change = { id, rule: 'os_compute_api:os-flavor-extra-specs:delete', detail: { key } };
  await changeFlavor(deps, context, change, async (tx, { extraSpecs }) => {
    if (!Object.hasOwn(extraSpecs, key)) throw fault('extra-spec-not-found', { id, key });
    const rest = Object.entries(extraSpecs).filter(([name]) => name !== key);
    await patchFlavor(tx, id, { extraSpecs: Object.fromEntries(rest) });
  });
}
