// The policy rules of services.

import { ADMIN } from '../../policy/base-rules.ts';
import { rule } from '../rule.ts';

export const LIST = rule('os_compute_api:os-services:list', ADMIN, 'List compute services', 'GET /os-services');
export const UPDATE = rule(
  'os_compute_api:os-services:update',
  ADMIN,
  'Enable, disable or force down a service',
  'PUT /os-services/{service_id}',
);
export const DELETE = rule(
  'os_compute_api:os-services:delete',
  ADMIN,
  'Delete a service',
  'DELETE /os-services/{service_id}',
);
