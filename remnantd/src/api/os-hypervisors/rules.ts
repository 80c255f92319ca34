// The policy rules of hypervisors.

import { ADMIN } from '../../policy/base-rules.ts';
import { rule } from '../rule.ts';

const hypervisors = (verb: string, description: string, path: string) =>
  rule(`os_compute_api:os-hypervisors:${verb}`, ADMIN, description, `GET /os-hypervisors${path}`);

/** Who may list them. */
export const LIST = hypervisors('list', 'List hypervisors', '');
/** Who may list them with details. Nova's documentation has its path so; it is /os-hypervisors/detail. */
export const DETAIL = hypervisors('list-detail', 'List hypervisors with details', '/details');
/** Who may see their sums. */
export const STATISTICS = hypervisors('statistics', 'Sum hypervisors up', '/statistics');
/** Who may see one. */
export const SHOW = hypervisors('show', 'Show a hypervisor', '/{hypervisor_id}');
/** Who may ask how long one is up. */
export const UPTIME = hypervisors('uptime', 'Show how long a hypervisor is up', '/{hypervisor_id}/uptime');
/** Who may search them. */
export const SEARCH = hypervisors('search', 'Search hypervisors', '/{hypervisor_hostname_pattern}/search');
/** Who may see their servers. */
export const SERVERS = hypervisors(
  'servers',
  'List the servers of hypervisors',
  '/{hypervisor_hostname_pattern}/servers',
);
