// Which projects may use a flavor that is not public (nova/api/openstack/compute/flavor_access.py).

import { Type } from 'typebox';
import { giveFlavor, takeFlavor } from '../../app/flavors/change-flavor-access.ts';
import { fault } from '../../model/faults.ts';
import type { ProjectId } from '../../model/ids.ts';
import { asId } from '../../model/ids.ts';
import { behaves } from '../behaviours.ts';
import type { CallerOperation, CallerRequest, Reply } from '../operation.ts';
import { listOf, objectOf, STRING, titled } from '../reply-schema.ts';
import { WORDS } from '../schemas.ts';
import * as rules from './rules.ts';

const SHOWN = objectOf({
  flavor_access: listOf(titled('FlavorAccess', objectOf({ flavor_id: STRING, tenant_id: STRING }))),
});

function shown(id: string, projects: readonly ProjectId[]): Reply {
  return { body: { flavor_access: projects.map((project) => ({ flavor_id: id, tenant_id: project })) } };
}

export const flavorsAccess: CallerOperation = {
  id: 'flavors.access',
  root: 'compute',
  method: 'GET',
  path: '/flavors/{flavor_id}/os-flavor-access',
  summary: 'List who may use a flavor that is not public',
  success: 200,
  errors: [401, 403, 404],
  rules: [rules.ACCESS],
  reply: SHOWN,
  handle: async ({ caller, params }, deps) => {
    deps.access.authorise(caller, rules.ACCESS.name);
    const flavor = await deps.access.catalogue.flavor(caller, params['flavor_id'] ?? '');
    if (flavor.isPublic) throw fault('flavor-is-public');
    return shown(flavor.id, await deps.access.catalogue.projectsOf(flavor));
  },
};

const TENANT = [
  {
    schema: Type.Unsafe({
      type: 'object',
      properties: { tenant: WORDS },
      required: ['tenant'],
      additionalProperties: false,
    }),
  },
];

/** The flavor and the project that an action is about. */
function pairOf({ params, body }: CallerRequest): { id: string; project: ProjectId } {
  const { tenant } = body as { tenant: string };
  return { id: params['flavor_id'] ?? '', project: asId<ProjectId>(tenant) };
}

export const flavorsAddTenantAccess: CallerOperation = {
  id: 'flavors.add-tenant-access',
  root: 'compute',
  method: 'POST',
  path: '/flavors/{flavor_id}/action',
  action: 'addTenantAccess',
  summary: 'Give a flavor to a project',
  success: 200,
  errors: [400, 401, 403, 404, 409],
  rules: [rules.ADD_ACCESS],
  body: TENANT,
  reply: SHOWN,
  handle: async (request, deps) => {
    const pair = pairOf(request);
    const publicToo = !behaves(request.version, 'private-access-only');
    return shown(pair.id, await giveFlavor(deps.flavors, request, { ...pair, publicToo }));
  },
};

export const flavorsRemoveTenantAccess: CallerOperation = {
  id: 'flavors.remove-tenant-access',
  root: 'compute',
  method: 'POST',
  path: '/flavors/{flavor_id}/action',
  action: 'removeTenantAccess',
  summary: 'Take a flavor from a project',
  success: 200,
  errors: [400, 401, 403, 404],
  rules: [rules.REMOVE_ACCESS],
  body: TENANT,
  reply: SHOWN,
  handle: async (request, deps) => {
    const pair = pairOf(request);
    return shown(pair.id, await takeFlavor(deps.flavors, request, pair));
  },
};
