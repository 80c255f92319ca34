// How a flavor is shown to a reader: extra specs only to those who may see them.

import type { Flavor } from '../../model/flavor.ts';
import { PROJECT_READER_OR_ADMIN } from '../../policy/base-rules.ts';
import type { ApiDeps } from '../deps.ts';
import type { CallerRequest } from '../operation.ts';
import { rule } from '../rule.ts';
import { FLAVOR_SHAPE } from './shape.ts';

/** Who sees extra specs. */
export const SPECS = rule(
  'os_compute_api:os-flavor-extra-specs:index',
  PROJECT_READER_OR_ADMIN,
  "List a flavor's extra specs",
  'GET /flavors/{flavor_id}/os-extra_specs',
  'GET /flavors/detail',
  'GET /flavors/{flavor_id}',
  'POST /flavors',
  'PUT /flavors/{flavor_id}',
);

/** Gives what shows flavors to who asks; the policy is asked once. */
export function flavorRenderer(
  request: CallerRequest,
  deps: ApiDeps,
  view: 'brief' | 'full',
): (flavor: Flavor) => unknown {
  const granted = deps.access.permits(request.caller, SPECS.name) ? (['specs'] as const) : [];
  const render = FLAVOR_SHAPE.render(request.version, view, granted);
  return (flavor) => render(flavor, { links: request.links });
}
