// The policy rules of server groups, by Nova's names and with its new defaults.

import { ADMIN, PROJECT_MEMBER_OR_ADMIN, PROJECT_READER_OR_ADMIN } from '../../policy/base-rules.ts';
import { rule } from '../rule.ts';

const ONE = '/os-server-groups/{server_group_id}';

export const INDEX = rule(
  'os_compute_api:os-server-groups:index',
  PROJECT_READER_OR_ADMIN,
  'List server groups',
  'GET /os-server-groups',
);
export const INDEX_ALL = rule(
  'os_compute_api:os-server-groups:index:all_projects',
  ADMIN,
  "List all projects' server groups",
  'GET /os-server-groups',
);
export const CREATE = rule(
  'os_compute_api:os-server-groups:create',
  PROJECT_MEMBER_OR_ADMIN,
  'Create a server group',
  'POST /os-server-groups',
);
export const SHOW = rule(
  'os_compute_api:os-server-groups:show',
  PROJECT_READER_OR_ADMIN,
  'Show a server group',
  `GET ${ONE}`,
);
export const DELETE = rule(
  'os_compute_api:os-server-groups:delete',
  PROJECT_MEMBER_OR_ADMIN,
  'Delete a server group',
  `DELETE ${ONE}`,
);
