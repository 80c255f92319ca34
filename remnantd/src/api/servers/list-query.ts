// What a list of servers can be asked for: filters, order and page, by Nova's names and rules
// (nova/api/openstack/compute/servers.py _get_servers and its query schemas).

import type { ServerPageQuery } from '../../access/server-access.ts';
import { fault } from '../../model/faults.ts';
import { POWER_STATE } from '../../model/power-state.ts';
import type { ServerColumn, ServerFilter } from '../../model/server-query.ts';
import { statesOfStatus } from '../../model/server-status.ts';
import { behaves } from '../behaviours.ts';
import type { VersionedSchema } from '../operation.ts';
import type { Query } from '../query.ts';
import { last, NUMBER, pageLimit, querySchema, requireInOrder, strictBoolean, TEXT, TIME, timeOf } from '../query.ts';
import { parseTime } from '../times.ts';

/** Sort keys by Nova's names; null is a known key that orders nothing here. */
const SORT: Record<string, ServerColumn | null> = {
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
};
/** Old keys that were let through and ignored until the query became strict. */
const IGNORED_SORT = [
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

const REGEX = { type: 'string', format: 'regex' } as const;
const FILTERS = {
  access_ip_v4: REGEX,
  access_ip_v6: REGEX,
  all_tenants: TEXT,
  auto_disk_config: TEXT,
  availability_zone: REGEX,
  'changes-since': TIME,
  config_drive: REGEX,
  created_at: REGEX,
  deleted: TEXT,
  description: REGEX,
  display_description: REGEX,
  display_name: REGEX,
  flavor: TEXT,
  host: REGEX,
  hostname: REGEX,
  image: REGEX,
  image_ref: REGEX,
  ip: REGEX,
  ip6: REGEX,
  kernel_id: REGEX,
  key_name: REGEX,
  launch_index: REGEX,
  launched_at: REGEX,
  limit: NUMBER,
  locked_by: REGEX,
  marker: TEXT,
  name: REGEX,
  node: REGEX,
  power_state: REGEX,
  progress: REGEX,
  project_id: REGEX,
  ramdisk_id: REGEX,
  reservation_id: REGEX,
  root_device_name: REGEX,
  soft_deleted: TEXT,
  sort_dir: TEXT,
  status: TEXT,
  task_state: REGEX,
  tenant_id: REGEX,
  terminated_at: REGEX,
  user_id: REGEX,
  uuid: REGEX,
  vm_state: REGEX,
} as const;

const TAGS = { tags: REGEX, 'tags-any': REGEX, 'not-tags': REGEX, 'not-tags-any': REGEX } as const;
const sortEnum = (keys: readonly string[]) => ({ sort_key: { type: 'string', enum: keys } });
const LOOSE = { ...FILTERS, ...sortEnum([...Object.keys(SORT), ...IGNORED_SORT]) };
const HIDDEN = { patternProperties: { '^_': { type: 'array', items: TEXT } } };

/** The query schemas by microversion. */
export const LIST_QUERY: readonly VersionedSchema[] = [
  { until: '2.25', schema: querySchema(LOOSE) },
  { since: '2.26', until: '2.65', schema: querySchema({ ...LOOSE, ...TAGS }) },
  { since: '2.66', until: '2.72', schema: querySchema({ ...LOOSE, ...TAGS, 'changes-before': TIME }) },
  { since: '2.73', until: '2.74', schema: querySchema({ ...LOOSE, ...TAGS, 'changes-before': TIME, locked: TEXT }) },
  {
    since: '2.75',
    schema: querySchema(
      { ...FILTERS, ...TAGS, 'changes-before': TIME, locked: TEXT, ...sortEnum([...Object.keys(SORT), 'locked']) },
      { ...HIDDEN, additionalProperties: false },
    ),
  },
];

/** Filters anybody may use; the rest are dropped in silence without the policy for all filters. */
const FOR_ALL = new Set(['reservation_id', 'name', 'status', 'image', 'flavor', 'changes-since', 'all_tenants']);
const FOR_ALL_LATER = new Set([
  'availability_zone',
  'config_drive',
  'key_name',
  'created_at',
  'launched_at',
  'terminated_at',
  'power_state',
  'task_state',
  'vm_state',
  'progress',
  'user_id',
]);

/** Filters that compare whole values; and those that look for a pattern. Names to columns. */
const EXACT: Record<string, ServerColumn> = {
  project_id: 'project_id',
  tenant_id: 'project_id',
  user_id: 'user_id',
  image: 'image_id',
  image_ref: 'image_id',
  vm_state: 'vm_state',
  uuid: 'id',
  host: 'host',
  task_state: 'task_state',
  flavor: 'flavor_id',
};
const PATTERN: Record<string, ServerColumn> = {
  name: 'name',
  display_name: 'name',
  description: 'description',
  display_description: 'description',
  hostname: 'hostname',
  node: 'node',
  reservation_id: 'reservation_id',
  availability_zone: 'availability_zone',
  key_name: 'key_name',
  kernel_id: 'kernel_id',
  ramdisk_id: 'ramdisk_id',
  access_ip_v4: 'access_ip_v4',
  access_ip_v6: 'access_ip_v6',
  root_device_name: 'root_device_name',
};
const NUMERIC: Record<string, ServerColumn> = {
  power_state: 'power_state',
  progress: 'progress',
  launch_index: 'launch_index',
};
const TIMES: Record<string, ServerColumn> = {
  created_at: 'created_at',
  launched_at: 'launched_at',
  terminated_at: 'terminated_at',
};

/** What a reader may do with a list. */
export interface ListRights {
  readonly isAdmin: boolean;
  readonly allFilters: boolean;
  /** Asked only when all projects are wanted; throws the fault when they may not be. */
  readonly requireAllProjects: () => void;
}

/** The page a query asks for; null when it can match nothing. Faults bad-request, forbidden. */
export function pageQuery(query: Query, version: number, rights: ListRights, maxLimit: number): ServerPageQuery | null {
  const usable = (name: string) =>
    query[name] !== undefined &&
    (rights.allFilters || FOR_ALL.has(name) || (behaves(version, 'more-filters') && FOR_ALL_LATER.has(name)));
  const value = (name: string) => (usable(name) ? last(query, name) : null);

  const all = query['all_tenants'] === undefined ? false : strictBoolean(last(query, 'all_tenants') ?? '');
  if (all) rights.requireAllProjects();
  const since = timeOf(query, 'changes-since');
  const before = behaves(version, 'changes-before') ? timeOf(query, 'changes-before') : null;
  requireInOrder(since, before);

  const filters: ServerFilter[] = [];
  for (const [name, column] of Object.entries(EXACT)) {
    const wanted = value(name);
    if (wanted === null || (column === 'project_id' && !all)) continue;
    filters.push({ column, equals: wanted === 'None' ? null : wanted });
  }
  for (const [name, column] of Object.entries(PATTERN)) {
    const wanted = value(name);
    if (wanted !== null) filters.push({ column, matches: wanted });
  }
  for (const [name, column] of Object.entries(NUMERIC)) {
    const wanted = value(name);
    if (wanted !== null) filters.push({ column, equals: powerNumber(name, wanted) });
  }
  for (const [name, column] of Object.entries(TIMES)) {
    const wanted = value(name);
    const at = wanted === null ? null : parseTime(wanted);
    if (wanted !== null && at === null) return null;
    if (at !== null) filters.push({ column, equals: at });
  }
  if (since !== null) filters.push({ column: 'updated_at', atLeast: since });
  if (before !== null) filters.push({ column: 'updated_at', atMost: before });

  const status = statusFilter(query, version, rights);
  if (status === 'nothing') return null;
  // Nothing here has a tag or an address yet: asking for one matches nothing, asking for none of them everything.
  if (
    ['tags', 'tags-any', 'ip', 'ip6'].some((name) => query[name] !== undefined && (rights.allFilters || name !== 'ip6'))
  ) {
    return null;
  }
  const wantsDeleted = usable('deleted') && isTrue(last(query, 'deleted'));
  const changed = since !== null || before !== null;
  return {
    allProjects: all,
    rows: wantsDeleted || status.deleted ? 'deleted' : changed ? 'all' : 'live',
    filters: [...filters, ...status.filters, ...lockedFilter(query, version)],
    sort: sortOrder(query, version, rights),
    limit: pageLimit(query, maxLimit),
    marker: last(query, 'marker'),
  };
}

function statusFilter(
  query: Query,
  version: number,
  rights: ListRights,
): { filters: ServerFilter[]; deleted: boolean } | 'nothing' {
  const asked = query['status'];
  if (asked === undefined) return { filters: [], deleted: false };
  const found = asked.map((text) => statesOfStatus(text.toUpperCase())).filter((states) => states.vmStates.length > 0);
  if (found.length === 0) {
    if (behaves(version, 'strict-status-filter')) throw fault('bad-request', { message: 'Invalid status value' });
    return 'nothing';
  }
  const vmStates = [...new Set(found.flatMap((states) => states.vmStates))];
  const deleted = vmStates.includes('deleted');
  if (deleted && !rights.isAdmin)
    throw fault('forbidden', { message: 'Only administrators may list deleted instances' });
  const byTask = found.every((states) => states.taskStates !== null);
  const tasks = [...new Set(found.flatMap((states) => states.taskStates ?? []))];
  const filters: ServerFilter[] = deleted ? [] : [{ column: 'vm_state', in: vmStates }];
  if (byTask) filters.push({ column: 'task_state', in: tasks });
  return { filters, deleted };
}

function lockedFilter(query: Query, version: number): ServerFilter[] {
  if (!behaves(version, 'lock-reason') || query['locked'] === undefined) return [];
  return strictBoolean(last(query, 'locked') ?? '')
    ? [{ column: 'locked_by', in: ['owner', 'admin'] }]
    : [{ column: 'locked_by', equals: null }];
}

function sortOrder(query: Query, version: number, rights: ListRights): ServerPageQuery['sort'] {
  const keys = query['sort_key'] ?? [];
  const dirs = query['sort_dir'] ?? [];
  const message = (text: string) => fault('bad-request', { message: `Invalid input received: ${text}` });
  if (dirs.length > Math.max(keys.length, 1)) throw message('Sort direction array size exceeds sort key array size');
  if (dirs.some((dir) => dir !== 'asc' && dir !== 'desc')) {
    throw message("Unknown sort direction, must be 'desc' or 'asc'");
  }
  const sort: { column: ServerColumn; dir: 'asc' | 'desc' }[] = [];
  keys.forEach((key, i) => {
    if ((key === 'host' || key === 'node') && !rights.isAdmin) {
      throw fault('forbidden', { message: `Only administrators can sort servers by ${key}` });
    }
    const column = key === 'locked' && behaves(version, 'lock-reason') ? 'locked_by' : SORT[key];
    if (column != null) sort.push({ column, dir: (dirs[i] ?? dirs[0] ?? 'desc') as 'asc' | 'desc' });
  });
  // Two unsorted keys stay as Nova appends them: newest first.
  if (!sort.some((key) => key.column === 'created_at')) {
    sort.push({ column: 'created_at', dir: keys.length === 0 && dirs[0] === 'asc' ? 'asc' : 'desc' });
  }
  return sort;
}

function powerNumber(name: string, text: string): number | string {
  if (name !== 'power_state' || /^\d+$/.test(text)) return Number(text);
  return POWER_STATE[text as keyof typeof POWER_STATE] ?? -1;
}

function isTrue(text: string | null): boolean {
  return ['1', 'on', 't', 'true', 'y', 'yes'].includes((text ?? '').trim().toLowerCase());
}
