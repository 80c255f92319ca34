// POST /flavors, PUT and DELETE /flavors/{id} (nova/api/openstack/compute/flavor_manage.py).

import type { NewFlavor } from '../../app/flavors/create-flavor.ts';
import { createFlavor } from '../../app/flavors/create-flavor.ts';
import { deleteFlavor } from '../../app/flavors/delete-flavor.ts';
import { updateFlavor } from '../../app/flavors/update-flavor.ts';
import type { JsonObject } from '../../lib/json.ts';
import { fault } from '../../model/faults.ts';
import type { VersionSpan } from '../../model/microversion.ts';
import type { CallerOperation, VersionedSchema } from '../operation.ts';
import { objectOf } from '../reply-schema.ts';
import { BOOLEAN, booleanOf, DESCRIPTION, NAME, under } from '../schemas.ts';
import { flavorRenderer, SPECS } from './render-flavor.ts';
import * as rules from './rules.ts';
import { FLAVOR_REPLY } from './shape.ts';

/** What the columns of most databases hold. */
const MOST = 0x7fffffff;
const size = (minimum: number) => ({ type: ['integer', 'string'], pattern: '^[0-9]+$', minimum, maximum: MOST });
/** The largest number of single precision, as Nova writes it. */
const LARGEST = 3.40282e38;
const LONG_DESCRIPTION = { ...DESCRIPTION, maxLength: 65_535 };

const FIELDS: JsonObject = {
  name: NAME,
  id: {
    type: ['string', 'number', 'null'],
    minLength: 1,
    maxLength: 255,
    pattern: '^(?! )[a-zA-Z0-9. _-]+(?<! )$',
  },
  ram: size(1),
  vcpus: size(1),
  disk: size(0),
  'OS-FLV-EXT-DATA:ephemeral': size(0),
  swap: size(0),
  rxtx_factor: {
    type: ['number', 'string'],
    pattern: '^[0-9]+(\\.[0-9]+)?$',
    minimum: 0,
    exclusiveMinimum: true,
    maximum: LARGEST,
  },
  'os-flavor-access:is_public': BOOLEAN,
};

const bodyOf = (span: VersionSpan, properties: JsonObject, required: readonly string[]): VersionedSchema => ({
  ...span,
  schema: under('flavor', { properties, required: [...required] }),
});
const NEEDED = ['name', 'ram', 'vcpus', 'disk'];

export const flavorsCreate: CallerOperation = {
  id: 'flavors.create',
  root: 'compute',
  method: 'POST',
  path: '/flavors',
  summary: 'Create a flavor',
  description:
    'Without an id, or with null for one, it gets a UUID. One that is not public is for the projects it is given to.',
  success: 200,
  errors: [400, 401, 403, 409],
  rules: [rules.CREATE, SPECS],
  body: [
    bodyOf({ until: '2.54' }, FIELDS, NEEDED),
    bodyOf({ since: '2.55' }, { ...FIELDS, description: LONG_DESCRIPTION }, NEEDED),
  ],
  reply: objectOf({ flavor: FLAVOR_REPLY.full }),
  handle: async (request, deps) => {
    const { flavor: asked } = request.body as unknown as { flavor: FlavorBody };
    const flavor = await createFlavor(deps.flavors, request, wantedOf(asked));
    return { body: { flavor: flavorRenderer(request, deps, 'full')(flavor) } };
  },
};

interface FlavorBody {
  readonly name: string;
  readonly id?: string | number | null;
  readonly ram: number | string;
  readonly vcpus: number | string;
  readonly disk: number | string;
  readonly 'OS-FLV-EXT-DATA:ephemeral'?: number | string;
  readonly swap?: number | string;
  readonly rxtx_factor?: number | string;
  readonly 'os-flavor-access:is_public'?: unknown;
  readonly description?: string | null;
}

function wantedOf(asked: FlavorBody): NewFlavor {
  const isPublic = asked['os-flavor-access:is_public'];
  const rxtxFactor = Number(asked.rxtx_factor ?? 1);
  // What is smaller than any number of single precision is none.
  if (!(Math.fround(rxtxFactor) > 0 && rxtxFactor <= LARGEST)) {
    const message = "Invalid input received: 'rxtx_factor' argument must be a float between 0 and 3.40282e+38";
    throw fault('bad-request', { message });
  }
  return {
    // Nova takes 0 for none.
    id: asked.id === undefined || asked.id === null || asked.id === 0 ? null : String(asked.id),
    name: asked.name.trim(),
    ram: Number(asked.ram),
    vcpus: Number(asked.vcpus),
    disk: Number(asked.disk),
    ephemeral: Number(asked['OS-FLV-EXT-DATA:ephemeral'] ?? 0),
    swap: Number(asked.swap ?? 0),
    rxtxFactor,
    isPublic: isPublic === undefined || booleanOf(isPublic),
    description: asked.description ?? null,
  };
}

export const flavorsUpdate: CallerOperation = {
  id: 'flavors.update',
  root: 'compute',
  method: 'PUT',
  path: '/flavors/{flavor_id}',
  since: '2.55',
  summary: "Change a flavor's description",
  success: 200,
  errors: [400, 401, 403, 404],
  rules: [rules.UPDATE, SPECS],
  body: [bodyOf({ since: '2.55' }, { description: LONG_DESCRIPTION }, ['description'])],
  reply: objectOf({ flavor: FLAVOR_REPLY.full }),
  handle: async (request, deps) => {
    const { flavor: asked } = request.body as unknown as { flavor: { description: string | null } };
    const id = request.params['flavor_id'] ?? '';
    const flavor = await updateFlavor(deps.flavors, request, id, asked.description);
    return { body: { flavor: flavorRenderer(request, deps, 'full')(flavor) } };
  },
};

export const flavorsDelete: CallerOperation = {
  id: 'flavors.delete',
  root: 'compute',
  method: 'DELETE',
  path: '/flavors/{flavor_id}',
  summary: 'Delete a flavor',
  description: 'Servers keep the copy they were made with. One that the configuration names does not come back.',
  success: 202,
  errors: [401, 403, 404],
  rules: [rules.DELETE],
  handle: async (request, deps) => {
    await deleteFlavor(deps.flavors, request, request.params['flavor_id'] ?? '');
    return {};
  },
};
