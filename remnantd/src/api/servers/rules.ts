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
export const CREATE_FORCED_HOST = rule(
  'os_compute_api:servers:create:forced_host',
  ADMIN,
  'Create a server on a host that is named behind its availability zone',
  'POST /servers',
);
export const REQUESTED_DESTINATION = rule(
  'compute:servers:create:requested_destination',
  ADMIN,
  'Create a server on a host, or a hypervisor, by name',
  'POST /servers',
);
export const CREATE_ATTACH_VOLUME = rule(
  'os_compute_api:servers:create:attach_volume',
  PROJECT_MEMBER_OR_ADMIN,
  'Create a server with block devices',
  'POST /servers',
);
export const CREATE_ATTACH_NETWORK = rule(
  'os_compute_api:servers:create:attach_network',
  PROJECT_MEMBER_OR_ADMIN,
  'Create a server on a network',
  'POST /servers',
);
export const CREATE_TRUSTED_CERTS = rule(
  'os_compute_api:servers:create:trusted_certs',
  PROJECT_MEMBER_OR_ADMIN,
  'Create a server whose image is checked by certificates',
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
export const SUSPEND = rule(
  'os_compute_api:os-suspend-server:suspend',
  PROJECT_MEMBER_OR_ADMIN,
  'Suspend a server',
  `${ACTION} (suspend)`,
);
export const RESUME = rule(
  'os_compute_api:os-suspend-server:resume',
  PROJECT_MEMBER_OR_ADMIN,
  'Resume a suspended server',
  `${ACTION} (resume)`,
);
export const REBOOT = rule(
  'os_compute_api:servers:reboot',
  PROJECT_MEMBER_OR_ADMIN,
  'Reboot a server',
  `${ACTION} (reboot)`,
);
export const RESCUE = rule(
  'os_compute_api:os-rescue',
  PROJECT_MEMBER_OR_ADMIN,
  'Rescue a server',
  `${ACTION} (rescue)`,
);
export const UNRESCUE = rule(
  'os_compute_api:os-unrescue',
  PROJECT_MEMBER_OR_ADMIN,
  'End the rescue of a server',
  `${ACTION} (unrescue)`,
);
export const RESET_STATE = rule(
  'os_compute_api:os-admin-actions:reset_state',
  ADMIN,
  "Set a server's state by hand",
  `${ACTION} (os-resetState)`,
);
export const FORCE_DELETE = rule(
  'os_compute_api:os-deferred-delete:force',
  PROJECT_MEMBER_OR_ADMIN,
  'Delete a server at once',
  `${ACTION} (forceDelete)`,
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
