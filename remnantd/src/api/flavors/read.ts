// GET /flavors/{id}, /flavors/{id}/os-extra_specs, and one of those by its key.

import { fault } from '../../model/faults.ts';
import { PROJECT_READER_OR_ADMIN } from '../../policy/base-rules.ts';
import type { CallerOperation } from '../operation.ts';
import { objectOf, STRINGS_BY_NAME } from '../reply-schema.ts';
import { rule } from '../rule.ts';
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

const ONE_SPEC = rule(
  'os_compute_api:os-flavor-extra-specs:show',
  PROJECT_READER_OR_ADMIN,
  "Show one of a flavor's extra specs",
  'GET /flavors/{flavor_id}/os-extra_specs/{key}',
);

export const flavorsExtraSpec: CallerOperation = {
  id: 'flavors.extra-spec',
  root: 'compute',
  method: 'GET',
  path: '/flavors/{flavor_id}/os-extra_specs/{key}',
  summary: "Show one of a flavor's extra specs",
  success: 200,
  errors: [401, 403, 404],
  rules: [ONE_SPEC],
  reply: STRINGS_BY_NAME,
  handle: async (request, deps) => {
    deps.access.authorise(request.caller, ONE_SPEC.name);
    const { flavor_id: id = '', key = '' } = request.params;
    const { extraSpecs } = await deps.access.catalogue.flavor(request.caller, id);
    if (!Object.hasOwn(extraSpecs, key)) throw fault('extra-spec-not-found', { id, key });
    return { body: { [key]: extraSpecs[key] } };
  },
};
