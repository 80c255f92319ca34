// The filters of a list of servers, by Nova's names: who may use which, and what each compares. Whole values for ids and
// states, patterns for the rest (nova/db/main/api.py instance_get_all_by_filters_sort). What a caller may not use is dropped.

import { ignoringCase } from '../../lib/ignoring-case.ts';
import { linearRegex } from '../../lib/linear-regex.ts';
import { fault } from '../../model/faults.ts';
import type { ServerColumn, ServerFilter, ServerRows, TagMatch } from '../../model/server-query.ts';
import { statesOfStatus } from '../../model/server-status.ts';
import { type Behaviour, behaves } from '../behaviours.ts';
import type { Query } from '../query.ts';
import { last, strictBoolean } from '../query.ts';

/** Filters everybody may use, each from the microversion that has the behaviour; null: from the first. */
const FOR_ALL: Readonly<Record<string, Behaviour | null>> = {
  reservation_id: null,
  name: null,
  status: null,
  image: null,
  flavor: null,
  ip: null,
  'changes-since': null,
  all_tenants: null,
  ip6: 'ip6-filter',
  // The schemas know the next six only where everybody may use them.
  tags: null,
  'tags-any': null,
  'not-tags': null,
  'not-tags-any': null,
  'changes-before': null,
  locked: null,
  availability_zone: 'more-filters',
  config_drive: 'more-filters',
  key_name: 'more-filters',
  created_at: 'more-filters',
  launched_at: 'more-filters',
  terminated_at: 'more-filters',
  power_state: 'more-filters',
  task_state: 'more-filters',
  vm_state: 'more-filters',
  progress: 'more-filters',
  user_id: 'more-filters',
  hostname: 'hostname-filter',
};

/** What Nova keeps in tables of its own: no filter, and refused to those whose filters are not dropped. */
export const INTERNAL_FIELDS: readonly string[] = [
  'block_device_mapping',
  'services',
  'metadata',
  'system_metadata',
  'info_cache',
  'security_groups',
  'pci_devices',
];

/** Filters that compare whole values. */
const EXACT: Readonly<Record<string, ServerColumn>> = {
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
/** Those of them that are kept in small letters: Nova's database compares without case. */
const SMALL: ReadonlySet<ServerColumn> = new Set<ServerColumn>(['id', 'vm_state', 'task_state']);
/** Filters that look for a pattern in the value as text. */
const PATTERN: Readonly<Record<string, ServerColumn>> = {
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
  locked_by: 'locked_by',
  power_state: 'power_state',
  progress: 'progress',
  launch_index: 'launch_index',
  created_at: 'created_at',
  launched_at: 'launched_at',
  terminated_at: 'terminated_at',
};
const TAGS: Readonly<Record<string, TagMatch>> = {
  tags: 'all',
  'tags-any': 'any',
  'not-tags': 'not-all',
  'not-tags-any': 'not-any',
};

/** Gives the value of a filter the caller may use, the last where it comes more than once; null for others. */
export type FilterValue = (name: string) => string | null;

/** Reads the usable filters of a query. Fault bad-request for a field that is none, to who may use all. */
export function usableFilters(query: Query, version: number, allFilters: boolean): FilterValue {
  if (allFilters) {
    const internal = Object.keys(query).find((name) => name.startsWith('_') || INTERNAL_FIELDS.includes(name));
    if (internal !== undefined) throw fault('bad-request', { message: `Invalid filter field: ${internal}.` });
  }
  return (name) => {
    const since = Object.hasOwn(FOR_ALL, name) ? FOR_ALL[name] : undefined;
    const usable = allFilters || since === null || (since !== undefined && behaves(version, since));
    return usable ? last(query, name) : null;
  };
}

/** What the filters on plain values ask for. `allProjects`: project filters count only then. */
export function valueFilters(value: FilterValue, allProjects: boolean): ServerFilter[] {
  const filters: ServerFilter[] = [];
  for (const [name, column] of Object.entries(EXACT)) {
    const wanted = value(name);
    if (wanted === null || (column === 'project_id' && !allProjects)) continue;
    filters.push({ column, equals: SMALL.has(column) ? wanted.toLowerCase() : wanted });
  }
  for (const [name, column] of Object.entries(PATTERN)) {
    const wanted = value(name);
    if (wanted !== null) filters.push({ column, matches: wanted });
  }
  const drive = value('config_drive');
  if (drive !== null) filters.push({ column: 'config_drive', in: fitting(drive, { '': 0, True: 1 }) });
  const disk = value('auto_disk_config');
  if (disk !== null) filters.push({ column: 'disk_config', in: fitting(disk, { 0: 'MANUAL', 1: 'AUTO' }) });
  for (const [name, have] of Object.entries(TAGS)) {
    const wanted = value(name);
    if (wanted !== null) filters.push({ tags: wanted.split(','), have });
  }
  const patterns = ([4, 6] as const).flatMap((version) => {
    const wanted = value(version === 4 ? 'ip' : 'ip6');
    return wanted === null ? [] : [{ version, matches: wanted }];
  });
  if (patterns.length > 0) filters.push({ addresses: patterns });
  return filters;
}

/** Those of the values whose text in Nova's database the pattern fits. */
function fitting<T>(pattern: string, byText: Readonly<Record<string, T>>): T[] {
  const regex = linearRegex(ignoringCase(pattern));
  return Object.entries(byText).flatMap(([text, value]) => (regex?.test(text) === true ? [value] : []));
}

/** What a status filter asks for: it takes the place of the filters on the columns it sets. */
export interface StatusFilter {
  readonly filters: readonly ServerFilter[];
  readonly columns: ReadonlySet<ServerColumn>;
  /** Deleted servers are asked for, and nothing else. */
  readonly deleted: boolean;
}

/** The status filter of a query; `nothing` when it can match nothing. Faults bad-request, forbidden. */
export function statusFilter(query: Query, version: number, isAdmin: boolean): StatusFilter | 'nothing' {
  const asked = query['status'];
  if (asked === undefined) return { filters: [], columns: new Set(), deleted: false };
  const found = asked.map((text) => statesOfStatus(text.toUpperCase())).filter((states) => states.vmStates.length > 0);
  if (found.length === 0) {
    if (behaves(version, 'strict-status-filter')) throw fault('bad-request', { message: 'Invalid status value' });
    return 'nothing';
  }
  const vmStates = [...new Set(found.flatMap((states) => states.vmStates))];
  const deleted = vmStates.every((state) => state === 'deleted');
  if (deleted && !isAdmin) throw fault('forbidden', { message: 'Only administrators may list deleted instances' });
  const byVmState: ServerFilter = { column: 'vm_state', in: vmStates };
  // One status that is a vm_state's own makes the task states not matter.
  if (found.some((states) => states.taskStates === null)) {
    return { filters: [byVmState], columns: new Set(['vm_state']), deleted };
  }
  const taskStates = [...new Set(found.flatMap((states) => states.taskStates ?? []))];
  return {
    filters: [byVmState, { column: 'task_state', in: taskStates }],
    columns: new Set(['vm_state', 'task_state']),
    deleted,
  };
}

/** The filter by being locked, from the microversion that has it. Fault bad-request. */
export function lockedFilter(query: Query, version: number): ServerFilter[] {
  const asked = last(query, 'locked');
  if (!behaves(version, 'lock-reason') || asked === null) return [];
  return strictBoolean(asked)
    ? [{ column: 'locked_by', in: ['owner', 'admin'] }]
    : [{ column: 'locked_by', equals: null }];
}

/** Which rows, by their being deleted: Nova's rules of `deleted`, `soft_deleted` and lists of changes. */
export function rowsOf(value: FilterValue, deletedByStatus: boolean, changed: boolean): ServerRows {
  const deleted = value('deleted');
  const soft = value('soft_deleted');
  if (deletedByStatus || isTrue(deleted)) return soft === null || isTrue(soft) ? 'deleted' : 'gone';
  if (deleted === null && changed) return 'all';
  return isTrue(soft) ? 'kept' : 'live';
}

/** oslo's bool_from_string, where what is no boolean is false. */
function isTrue(text: string | null): boolean {
  return ['1', 'on', 't', 'true', 'y', 'yes'].includes((text ?? '').trim().toLowerCase());
}
