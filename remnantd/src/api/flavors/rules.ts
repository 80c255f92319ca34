// The policy rules of changing flavors; those of reading one stand beside what shows it.

import { ADMIN } from '../../policy/base-rules.ts';
import { rule } from '../rule.ts';

const ACTION = 'POST /flavors/{flavor_id}/action';
const SPECS = '/flavors/{flavor_id}/os-extra_specs';

export const CREATE = rule('os_compute_api:os-flavor-manage:create', ADMIN, 'Create a flavor', 'POST /flavors');
export const UPDATE = rule(
  'os_compute_api:os-flavor-manage:update',
  ADMIN,
  "Change a flavor's description",
  'PUT /flavors/{flavor_id}',
);
export const DELETE = rule(
  'os_compute_api:os-flavor-manage:delete',
  ADMIN,
  'Delete a flavor',
  'DELETE /flavors/{flavor_id}',
);
export const ACCESS = rule(
  'os_compute_api:os-flavor-access',
  ADMIN,
  'List the projects that a flavor which is not public was given to',
  'GET /flavors/{flavor_id}/os-flavor-access',
);
export const ADD_ACCESS = rule(
  'os_compute_api:os-flavor-access:add_tenant_access',
  ADMIN,
  'Give a flavor to a project',
  `${ACTION} (addTenantAccess)`,
);
export const REMOVE_ACCESS = rule(
  'os_compute_api:os-flavor-access:remove_tenant_access',
  ADMIN,
  'Take a flavor from a project',
  `${ACTION} (removeTenantAccess)`,
);
export const CREATE_SPECS = rule(
  'os_compute_api:os-flavor-extra-specs:create',
  ADMIN,
  'Add extra specs to a flavor',
  `POST ${SPECS}`,
);
export const UPDATE_SPEC = rule(
  'os_compute_api:os-flavor-extra-specs:update',
  ADMIN,
  "Set one of a flavor's extra specs",
  `PUT ${SPECS}/{key}`,
);
export const DELETE_SPEC = rule(
  'os_compute_api:os-flavor-extra-specs:delete',
  ADMIN,
  "Remove one of a flavor's extra specs",
  `DELETE ${SPECS}/{key}`,
);
