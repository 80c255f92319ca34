// The policy rules of os-hosts, the older way to look at hosts.

import { ADMIN } from '../../policy/base-rules.ts';
import { rule } from '../rule.ts';

const hosts = (verb: string, description: string, operation: string) =>
  rule(`os_compute_api:os-hosts:${verb}`, ADMIN, description, operation);

/** Who may list them. */
export const LIST = hosts('list', 'List hosts', 'GET /os-hosts');
/** Who may see one. */
export const SHOW = hosts('show', 'Show a host', 'GET /os-hosts/{host_name}');
/** Who may switch one. */
export const UPDATE = hosts('update', 'Change a host', 'PUT /os-hosts/{host_name}');
/** Who may reboot one. */
export const REBOOT = hosts('reboot', 'Reboot a host', 'GET /os-hosts/{host_name}/reboot');
/** Who may shut one down. */
export const SHUTDOWN = hosts('shutdown', 'Shut a host down', 'GET /os-hosts/{host_name}/shutdown');
/** Who may start one. */
export const START = hosts('start', 'Start a host', 'GET /os-hosts/{host_name}/startup');
