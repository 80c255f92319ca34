// Changes of a flavor's extra specs (nova/api/openstack/compute/flavors_extraspecs.py). What is written is answered as it was
// sent, but for numbers that JavaScript would change; a number is kept as its text.

import { Type } from 'typebox';
import { removeExtraSpec, setExtraSpecs } from '../../app/flavors/change-extra-specs.ts';
import type { JsonObject } from '../../lib/json.ts';
import { str } from '../../lib/python-repr.ts';
import { extraSpecProblem } from '../../model/extra-specs.ts';
import { fault } from '../../model/faults.ts';
import { behaves } from '../behaviours.ts';
import type { CallerOperation } from '../operation.ts';
import { objectOf } from '../reply-schema.ts';
import * as rules from './rules.ts';

const LONGEST = 255;
const VALUES = {
  type: 'object',
  patternProperties: { '^[a-zA-Z0-9-_:. ]{1,255}$': { type: ['string', 'number'], maxLength: LONGEST } },
  additionalProperties: false,
} as const;
const SHOWN = { type: 'object', additionalProperties: { type: ['string', 'number'] } };

type Specs = Readonly<Record<string, string | number>>;

/** The specs as they are kept. Fault bad-request for one that Nova knows to be wrong, in microversions that look. */
function checked(specs: Specs, version: number): Readonly<Record<string, string>> {
  const kept = Object.fromEntries(Object.entries(specs).map(([name, value]) => [name, str(value)]));
  // Of a text the schema has seen to it; a number is only one here.
  const long = Object.values(kept).find((value) => value.length > LONGEST);
  if (long !== undefined) {
    throw fault('bad-request', { message: `extra_specs value has ${long.length} characters, more than ${LONGEST}.` });
  }
  if (!behaves(version, 'checked-specs')) return kept;
  for (const [name, value] of Object.entries(kept)) {
    const problem = extraSpecProblem(name, value);
    if (problem !== null) throw fault('bad-request', { message: problem });
  }
  return kept;
}

export const flavorsCreateExtraSpecs: CallerOperation = {
  id: 'flavors.create-extra-specs',
  root: 'compute',
  method: 'POST',
  path: '/flavors/{flavor_id}/os-extra_specs',
  summary: 'Add extra specs to a flavor',
  description: 'Or set those it has. From 2.86 a spec that Nova knows must have a value that it can have.',
  success: 200,
  errors: [400, 401, 403, 404],
  rules: [rules.CREATE_SPECS],
  body: [
    {
      schema: Type.Unsafe({
        type: 'object',
        properties: { extra_specs: VALUES },
        required: ['extra_specs'],
        additionalProperties: false,
      }),
    },
  ],
  reply: objectOf({ extra_specs: SHOWN }),
  handle: async (request, deps) => {
    deps.access.authorise(request.caller, rules.CREATE_SPECS.name);
    const { extra_specs: asked } = request.body as unknown as { extra_specs: Specs };
    await setExtraSpecs(deps.flavors, request, {
      id: request.params['flavor_id'] ?? '',
      rule: rules.CREATE_SPECS.name,
      specs: checked(asked, request.version),
    });
    return { body: { extra_specs: asked } };
  },
};

export const flavorsUpdateExtraSpec: CallerOperation = {
  id: 'flavors.update-extra-spec',
  root: 'compute',
  method: 'PUT',
  path: '/flavors/{flavor_id}/os-extra_specs/{key}',
  summary: "Set one of a flavor's extra specs",
  success: 200,
  errors: [400, 401, 403, 404],
  rules: [rules.UPDATE_SPEC],
  body: [{ schema: Type.Unsafe({ ...VALUES, minProperties: 1, maxProperties: 1 }) }],
  reply: SHOWN,
  handle: async (request, deps) => {
    deps.access.authorise(request.caller, rules.UPDATE_SPEC.name);
    const { flavor_id: id = '', key = '' } = request.params;
    const specs = checked(request.body as Specs, request.version);
    if (!Object.hasOwn(specs, key)) throw fault('bad-request', { message: 'Request body and URI mismatch' });
    await setExtraSpecs(deps.flavors, request, { id, rule: rules.UPDATE_SPEC.name, specs });
    return { body: request.body as JsonObject };
  },
};

export const flavorsDeleteExtraSpec: CallerOperation = {
  id: 'flavors.delete-extra-spec',
  root: 'compute',
  method: 'DELETE',
  path: '/flavors/{flavor_id}/os-extra_specs/{key}',
  summary: "Remove one of a flavor's extra specs",
  success: 200,
  errors: [401, 403, 404],
  rules: [rules.DELETE_SPEC],
  handle: async (request, deps) => {
    const { flavor_id: id = '', key = '' } = request.params;
    await removeExtraSpec(deps.flavors, request, id, key);
    return {};
  },
};
