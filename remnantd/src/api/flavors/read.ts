// GET /flavors, /flavors/detail, /flavors/{id} and /flavors/{id}/os-extra_specs.

import { PROJECT_READER_OR_ADMIN } from '../../policy/base-rules.ts';
import type { ApiDeps } from '../deps.ts';
import type { CallerOperation, CallerRequest, Reply } from '../operation.ts';
import { listOf, objectOf, STRINGS_BY_NAME } from '../reply-schema.ts';
import { rule } from '../rule.ts';
import { FLAVOR_REPLY, FLAVOR_SHAPE } from './shape.ts';

const SPECS = rule(
  'os_compute_api:os-flavor-extra-specs:index',
  PROJECT_READER_OR_ADMIN,
  "List a flavor's extra specs",
  'GET /flavors/{flavor_id}/os-extra_specs',
  'GET /flavors/detail',
  'GET /flavors/{flavor_id}',
);

function renderer(request: CallerRequest, deps: ApiDeps, view: 'brief' | 'full') {
  const granted = deps.access.permits(request.caller, SPECS.name) ? (['specs'] as const) : [];
  return FLAVOR_SHAPE.render(request.version, view, granted);
}

async function list(request: CallerRequest, deps: ApiDeps, view: 'brief' | 'full'): Promise<Reply> {
  const flavors = await deps.access.catalogue.flavors(request.caller);
  const render = renderer(request, deps, view);
  return { body: { flavors: flavors.map((flavor) => render(flavor, { links: request.links })) } };
}

export const flavorsList: CallerOperation = {
  id: 'flavors.list',
  root: 'compute',
  method: 'GET',
  path: '/flavors',
  summary: 'List flavors',
  success: 200,
  errors: [401],
  rules: [],
  reply: objectOf({ flavors: listOf(FLAVOR_REPLY.brief) }),
  handle: (request, deps) => list(request, deps, 'brief'),
};

export const flavorsDetail: CallerOperation = {
  id: 'flavors.detail',
  root: 'compute',
  method: 'GET',
  path: '/flavors/detail',
  summary: 'List flavors with details',
  success: 200,
  errors: [401],
  rules: [SPECS],
  reply: objectOf({ flavors: listOf(FLAVOR_REPLY.full) }),
  handle: (request, deps) => list(request, deps, 'full'),
};

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
    return { body: { flavor: renderer(request, deps, 'full')(flavor, { links: request.links }) } };
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
