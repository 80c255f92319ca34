// GET /flavors/{id} and /flavors/{id}/os-extra_specs.

import type { CallerOperation } from '../operation.ts';
import { objectOf, STRINGS_BY_NAME } from '../reply-schema.ts';
import { flavorRenderer, SPECS } from './render-flavor.ts';
import { FLAVOR_REPLY } from './shape.ts';

export const flavorsShow: CallerOperation = {
  id: 'flavors.show',
  root: 'compute',
  method: 'GET',
  path: '/flavors/{flavor_id}',
  summary: 'Show a flavor',
  success: 200,
  errors: [401, 404],
  rules: [SPECS],
  reply: objectOf({ flavor: FLAVOR_REPLY.full }),
  handle: async (request, deps) => {
    const flavor = await deps.access.catalogue.flavor(request.caller, request.params['flavor_id'] ?? '');
    return { body: { flavor: flavorRenderer(request, deps, 'full')(flavor) } };
  },
};

export const flavorsExtraSpecs: CallerOperation = {
  id: 'flavors.extra-specs',
  root: 'compute',
  method: 'GET',
  path: '/flavors/{flavor_id}/os-extra_specs',
  summary: "List a flavor's extra specs",
  success: 200,
  errors: [401, 403, 404],
  rules: [SPECS],
  reply: objectOf({ extra_specs: STRINGS_BY_NAME }),
  handle: async (request, deps) => {
    deps.access.authorise(request.caller, SPECS.name);
    const flavor = await deps.access.catalogue.flavor(request.caller, request.params['flavor_id'] ?? '');
    return { body: { extra_specs: flavor.extraSpecs } };
  },
};
