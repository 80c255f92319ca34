// The policy rules of servers, by Nova's names and with its new defaults.

import { ADMIN, PROJECT_MEMBER_OR_ADMIN, PROJECT_READER_OR_ADMIN } from '../../policy/base-rules.ts';
import { rule } from '../rule.ts';

const ACTION = 'POST /servers/{server_id}/action';

export const INDEX = rule('os_compute_api:servers:index', PROJECT_READER_OR_ADMIN, 'List servers', 'GET /servers');
export const INDEX_ALL = rule(
  'os_compute_api:servers:index:get_all_tenants',
  ADMIN,
  "List all projects' servers",
  'GET /servers',
);
export const DETAIL = rule(
  'os_compute_api:servers:detail',
  PROJECT_READER_OR_ADMIN,
  'List servers with details',
  'GET /servers/detail',
);
export const DETAIL_ALL = rule(
  'os_compute_api:servers:detail:get_all_tenants',
  ADMIN,
  "List all projects' servers with details",
  'GET /servers/detail',
);
export const ALL_FILTERS = rule(
  'os_compute_api:servers:allow_all_filters',
  ADMIN,
  'Use every filter when listing servers',
  'GET /servers',
  'GET /servers/detail',
);
export const SHOW = rule(
  'os_compute_api:servers:show',
  PROJECT_READER_OR_ADMIN,
  'Show a server',
  'GET /servers/{server_id}',
);
export const HOST_STATUS = rule(
  'os_compute_api:servers:show:host_status',
  ADMIN,
  "Show a server's host_status, whatever it is",
  'GET /servers/{server_id}',
  'GET /servers/detail',
  'PUT /servers/{server_id}',
);
export const HOST_STATUS_UNKNOWN = rule(
  'os_compute_api:servers:show:host_status:unknown-only',
  ADMIN,
  "Show a server's host_status only when it is UNKNOWN; asked when the other rule denies",
  'GET /servers/{server_id}',
  'GET /servers/detail',
  'PUT /servers/{server_id}',
);
export const FLAVOR_SPECS = rule(
  'os_compute_api:servers:show:flavor-extra-specs',
  PROJECT_READER_OR_ADMIN,
  "Show the extra specs of a server's flavor",
  'GET /servers/{server_id}',
  'GET /servers/detail',
  'PUT /servers/{server_id}',
);
export const EXTENDED_ATTRIBUTES = rule(
  'os_compute_api:os-extended-server-attributes',
  ADMIN,
  "Show a server's host, hypervisor and instance name",
  'GET /servers/{server_id}',
  'GET /servers/detail',
  'PUT /servers/{server_id}',
);
export const CREATE = rule(
  'os_compute_api:servers:create',
  PROJECT_MEMBER_OR_ADMIN,
  'Create a server',
  'POST /servers',
);
export const DELETE = rule(
  'os_compute_api:servers:delete',
  PROJECT_MEMBER_OR_ADMIN,
  'Delete a server',
  'DELETE /servers/{server_id}',
);
export const START = rule(
  'os_compute_api:servers:start',
  PROJECT_MEMBER_OR_ADMIN,
  'Start a server',
  `${ACTION} (os-start)`,
);
export const STOP = rule(
  'os_compute_api:servers:stop',
  PROJECT_MEMBER_OR_ADMIN,
  'Stop a server',
  `${ACTION} (os-stop)`,
);
export const PAUSE = rule(
  'os_compute_api:os-pause-server:pause',
  PROJECT_MEMBER_OR_ADMIN,
  'Pause a server',
  `${ACTION} (pause)`,
);
export const UNPAUSE = rule(
  'os_compute_api:os-pause-server:unpause',
  PROJECT_MEMBER_OR_ADMIN,
  'Unpause a server',
  `${ACTION} (unpause)`,
);
export const LOCK = rule(
  'os_compute_api:os-lock-server:lock',
  PROJECT_MEMBER_OR_ADMIN,
  'Lock a server',
  `${ACTION} (lock)`,
);
export const UNLOCK = rule(
  'os_compute_api:os-lock-server:unlock',
  PROJECT_MEMBER_OR_ADMIN,
  'Unlock a server',
  `${ACTION} (unlock)`,
);
export const UNLOCK_OVERRIDE = rule(
  'os_compute_api:os-lock-server:unlock:unlock_override',
  ADMIN,
  'Unlock a server that somebody of another kind locked',
  `${ACTION} (unlock)`,
);
export const TRIGGER_CRASH_DUMP = rule(
  'os_compute_api:servers:trigger_crash_dump',
  PROJECT_MEMBER_OR_ADMIN,
  'Trigger a crash dump in a server',
  `${ACTION} (trigger_crash_dump)`,
);
export const INJECT_NMI = rule(
  'os_compute_api:servers:inject_nmi',
  PROJECT_MEMBER_OR_ADMIN,
  'Inject an NMI into a server and wait for the hypervisor',
  `${ACTION} (inject_nmi)`,
  'PUT /servers/{server_id}/action (inject_nmi)',
);
export const CONSOLE_OUTPUT = rule(
  'os_compute_api:os-console-output',
  PROJECT_MEMBER_OR_ADMIN,
  "Read a server's console",
  `${ACTION} (os-getConsoleOutput)`,
);
export const UPDATE = rule(
  'os_compute_api:servers:update',
  PROJECT_MEMBER_OR_ADMIN,
  'Change a server',
  'PUT /servers/{server_id}',
);

/** Those a list of servers with details asks. */
export const DETAIL_RULES = [
  DETAIL,
  DETAIL_ALL,
  ALL_FILTERS,
  HOST_STATUS,
  HOST_STATUS_UNKNOWN,
  FLAVOR_SPECS,
  EXTENDED_ATTRIBUTES,
];
