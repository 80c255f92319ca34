// The order of a list of servers, by Nova's sort keys (nova/api/openstack/common.py get_sort_params,
// compute/instance_list.py InstanceSortContext, db process_sort_params).

import type { ServerPageQuery } from '../../access/server-access.ts';
import { fault } from '../../model/faults.ts';
import type { ServerColumn } from '../../model/server-query.ts';
import { behaves } from '../behaviours.ts';
import type { Query } from '../query.ts';

/** Sort keys by Nova's names. */
const COLUMN_OF = {
  access_ip_v4: 'access_ip_v4',
  access_ip_v6: 'access_ip_v6',
  auto_disk_config: 'disk_config',
  availability_zone: 'availability_zone',
  config_drive: 'config_drive',
  created_at: 'created_at',
  display_description: 'description',
  display_name: 'name',
  host: 'host',
  hostname: 'hostname',
  image_ref: 'image_id',
  instance_type_id: 'flavor_id',
  kernel_id: 'kernel_id',
  key_name: 'key_name',
  launch_index: 'launch_index',
  launched_at: 'launched_at',
  locked_by: 'locked_by',
  node: 'node',
  power_state: 'power_state',
  progress: 'progress',
  project_id: 'project_id',
  ramdisk_id: 'ramdisk_id',
  root_device_name: 'root_device_name',
  task_state: 'task_state',
  terminated_at: 'terminated_at',
  updated_at: 'updated_at',
  user_id: 'user_id',
  uuid: 'id',
  vm_state: 'vm_state',
} as const satisfies Record<string, ServerColumn>;

/** Keys that order something. */
export const SORT_KEYS: readonly string[] = Object.keys(COLUMN_OF);
/** Old keys that were let through and ignored until the query became strict. */
export const IGNORED_SORT_KEYS: readonly string[] = [
  'architecture',
  'cell_name',
  'cleaned',
  'default_ephemeral_device',
  'default_swap_device',
  'deleted',
  'deleted_at',
  'disable_terminate',
  'ephemeral_gb',
  'ephemeral_key_uuid',
  'id',
  'key_data',
  'launched_on',
  'locked',
  'memory_mb',
  'os_type',
  'reservation_id',
  'root_gb',
  'shutdown_terminate',
  'user_data',
  'vcpus',
  'vm_mode',
];
/** Where a server is, is the administrators' to know. */
const FOR_ADMINS = new Set(['host', 'node']);

const NEWEST_FIRST: ServerPageQuery['sort'] = [
  { column: 'created_at', dir: 'desc' },
  { column: 'id', dir: 'asc' },
];

/** The order a query asks for, each column once, the id among them. Faults bad-request, forbidden. */
export function sortOrder(query: Query, version: number, isAdmin: boolean): ServerPageQuery['sort'] {
  const asked = query['sort_key'] ?? ['created_at'];
  const columns: ServerColumn[] = [];
  const dirs = [...(query['sort_dir'] ?? ['desc'])];
  for (const key of asked) {
    if (FOR_ADMINS.has(key) && !isAdmin) {
      throw fault('forbidden', { message: `Only administrators can sort servers by ${key}` });
    }
    const column = columnOf(key, version);
    // An ignored key takes its direction with it, the default one too.
    if (column === null) dirs.splice(columns.length, 1);
    else columns.push(column);
  }
  // With no key left, nothing of the query counts.
  if (columns.length === 0) return NEWEST_FIRST;
  if (!columns.includes('id')) {
    columns.push('id');
    // The next direction, whosever it becomes: so does Nova.
    dirs.push('asc');
  }
  if (dirs.some((dir) => dir !== 'asc' && dir !== 'desc')) {
    throw invalid("Unknown sort direction, must be 'desc' or 'asc'");
  }
  if (dirs.length > columns.length) throw invalid('Sort direction size exceeds sort key size');
  // A column that comes again finds nothing left to order; thousands of them would still cost the database.
  const sort = new Map<ServerColumn, 'asc' | 'desc'>();
  for (const [i, column] of columns.entries()) {
    if (!sort.has(column)) sort.set(column, (dirs[i] ?? dirs[0]) === 'asc' ? 'asc' : 'desc');
  }
  return [...sort].map(([column, dir]) => ({ column, dir }));
}

function columnOf(key: string, version: number): ServerColumn | null {
  if (key === 'locked' && behaves(version, 'lock-reason')) return 'locked_by';
  return Object.hasOwn(COLUMN_OF, key) ? COLUMN_OF[key as keyof typeof COLUMN_OF] : null;
}

function invalid(text: string): Error {
  return fault('bad-request', { message: `Invalid input received: ${text}` });
}
