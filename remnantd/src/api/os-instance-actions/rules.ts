// The policy rules of instance actions.

import { ADMIN, PROJECT_READER_OR_ADMIN } from '../../policy/base-rules.ts';
import { rule } from '../rule.ts';

const ONE = 'GET /servers/{server_id}/os-instance-actions/{request_id}';

export const LIST = rule(
  'os_compute_api:os-instance-actions:list',
  PROJECT_READER_OR_ADMIN,
  "List a server's actions",
  'GET /servers/{server_id}/os-instance-actions',
);
export const SHOW = rule(
  'os_compute_api:os-instance-actions:show',
  PROJECT_READER_OR_ADMIN,
  "Show one of a server's actions",
  ONE,
);
export const EVENTS = rule(
  'os_compute_api:os-instance-actions:events',
  ADMIN,
  'Show the host and traceback of events',
  ONE,
);
export const DETAILS = rule(
  'os_compute_api:os-instance-actions:events:details',
  ADMIN,
  'Show the details of events',
  ONE,
);
