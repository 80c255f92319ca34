// The policy rules of moving servers: to another size, another image, another host. By Nova's names and with its new defaults.

import { ADMIN, PROJECT_MEMBER_OR_ADMIN } from '../../policy/base-rules.ts';
import { rule } from '../rule.ts';

const ACTION = 'POST /servers/{server_id}/action';

export const RESIZE = rule(
  'os_compute_api:servers:resize',
  PROJECT_MEMBER_OR_ADMIN,
  'Resize a server',
  `${ACTION} (resize)`,
);
export const CONFIRM_RESIZE = rule(
  'os_compute_api:servers:confirm_resize',
  PROJECT_MEMBER_OR_ADMIN,
  'Confirm a resize',
  `${ACTION} (confirmResize)`,
);
export const REVERT_RESIZE = rule(
  'os_compute_api:servers:revert_resize',
  PROJECT_MEMBER_OR_ADMIN,
  'Revert a resize',
  `${ACTION} (revertResize)`,
);
export const REBUILD = rule(
  'os_compute_api:servers:rebuild',
  PROJECT_MEMBER_OR_ADMIN,
  'Rebuild a server',
  `${ACTION} (rebuild)`,
);
export const REBUILD_TRUSTED_CERTS = rule(
  'os_compute_api:servers:rebuild:trusted_certs',
  PROJECT_MEMBER_OR_ADMIN,
  'Rebuild a server from an image that is checked by certificates',
  `${ACTION} (rebuild)`,
);
export const EVACUATE = rule(
  'os_compute_api:os-evacuate',
  ADMIN,
  'Evacuate a server from a host that is lost',
  `${ACTION} (evacuate)`,
);
export const SERVER_MIGRATIONS = rule(
  'os_compute_api:servers:migrations:index',
  ADMIN,
  "List a server's live migrations in progress",
  'GET /servers/{server_id}/migrations',
);
