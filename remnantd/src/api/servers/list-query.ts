// What a list of servers can be asked for: filters, order and page, by Nova's names and rules
// (nova/api/openstack/compute/servers.py _get_servers and its query schemas).

import { Type } from 'typebox';
import type { ServerPageQuery } from '../../access/server-access.ts';
import type { ServerFilter } from '../../model/server-query.ts';
import { behaves } from '../behaviours.ts';
import type { VersionedSchema } from '../operation.ts';
import type { Query } from '../query.ts';
import {
  last,
  NUMBER,
  querySchema,
  requireInOrder,
  strictBoolean,
  TEXT,
  TIME,
  timeOf,
  uncheckedLimit,
} from '../query.ts';
import { INTERNAL_FIELDS, lockedFilter, rowsOf, statusFilter, usableFilters, valueFilters } from './list-filters.ts';
import { IGNORED_SORT_KEYS, SORT_KEYS, sortOrder } from './list-sort.ts';

/** Nova asks it of values that are compared whole, too. */
const REGEX = { ...TEXT, format: 'regex' } as const;
/** What is matched, in the time that all wait for: as long as the longest value at most. */
const LONGEST = 255;
const PATTERN = { ...REGEX, maxLength: LONGEST } as const;
/** Matched too, though Nova does not look whether it is a pattern: what is none fits nowhere. */
const UNCHECKED = { ...TEXT, maxLength: LONGEST } as const;
/** In Nova's order, in which what is wrong is told. */
const FILTERS = {
  user_id: TEXT,
  project_id: TEXT,
  tenant_id: TEXT,
  launch_index: UNCHECKED,
  image_ref: TEXT,
  image: TEXT,
  kernel_id: PATTERN,
  ramdisk_id: PATTERN,
  hostname: PATTERN,
  key_name: PATTERN,
  power_state: PATTERN,
  vm_state: TEXT,
  task_state: TEXT,
  host: TEXT,
  node: PATTERN,
  flavor: REGEX,
  reservation_id: PATTERN,
  launched_at: PATTERN,
  terminated_at: PATTERN,
  availability_zone: PATTERN,
  name: PATTERN,
  display_name: PATTERN,
  description: PATTERN,
  display_description: PATTERN,
  locked_by: PATTERN,
  uuid: TEXT,
  root_device_name: PATTERN,
  config_drive: PATTERN,
  access_ip_v4: PATTERN,
  access_ip_v6: PATTERN,
  auto_disk_config: PATTERN,
  progress: PATTERN,
  // Its values are of the microversion.
  sort_key: TEXT,
  sort_dir: TEXT,
  all_tenants: TEXT,
  soft_deleted: TEXT,
  deleted: TEXT,
  status: TEXT,
  'changes-since': TIME,
  ip: PATTERN,
  ip6: PATTERN,
  created_at: PATTERN,
  limit: NUMBER,
  marker: TEXT,
} as const;

const TAGS = { tags: REGEX, 'tags-any': REGEX, 'not-tags': REGEX, 'not-tags-any': REGEX } as const;
const sortEnum = (keys: readonly string[]) => ({ sort_key: { type: 'string', enum: keys } });
/** The parameters of the highest microversion. */
export const LATEST_PARAMETERS = {
  ...FILTERS,
  ...TAGS,
  'changes-before': TIME,
  locked: TEXT,
  ...sortEnum([...SORT_KEYS, 'locked']),
};

/** Let through, to be refused or dropped by who asks. */
const INTERNAL = Object.fromEntries(INTERNAL_FIELDS.map((name) => [name, TEXT]));
const LOOSE = { ...FILTERS, ...INTERNAL, ...sortEnum([...SORT_KEYS, ...IGNORED_SORT_KEYS]) };
const HIDDEN = { patternProperties: { '^_': { type: 'array', items: TEXT } } };

/** The query schemas by microversion. */
export const LIST_QUERY: readonly VersionedSchema[] = [
  { until: '2.25', schema: querySchema(LOOSE, HIDDEN) },
  { since: '2.26', until: '2.65', schema: querySchema({ ...LOOSE, ...TAGS }, HIDDEN) },
  { since: '2.66', until: '2.72', schema: querySchema({ ...LOOSE, ...TAGS, 'changes-before': TIME }, HIDDEN) },
  {
    since: '2.73',
    until: '2.74',
    schema: querySchema({ ...LOOSE, ...TAGS, 'changes-before': TIME, locked: TEXT }, HIDDEN),
  },
  {
    since: '2.75',
    schema: querySchema({ ...LATEST_PARAMETERS, ...INTERNAL }, { additionalProperties: false, ...HIDDEN }),
  },
];

const { limit: _limit, ...UNSEEN } = LOOSE;
/** On /v2 Nova looks at no schema: what it does not know stays in the next link, and the limit is read by who pages. */
export const LEGACY_LIST_QUERY = Type.Unsafe({ type: 'object', allOf: [querySchema(UNSEEN)] });

/** What a reader may do with a list. */
export interface ListRights {
  readonly isAdmin: boolean;
  readonly allFilters: boolean;
  /** Asked only when all projects are wanted; throws the fault when they may not be. */
  readonly requireAllProjects: () => void;
}

/** A bare name means true. Fault bad-request. */
function wantsAll(asked: string | null): boolean {
  return asked !== null && (asked === '' || strictBoolean(asked));
}

/** The page a query asks for; null when it can match nothing. Faults bad-request, forbidden, and in Nova's order. */
export function pageQuery(query: Query, version: number, rights: ListRights, maxLimit: number): ServerPageQuery | null {
  const value = usableFilters(query, version, rights.allFilters);
  const status = statusFilter(query, version, rights.isAdmin);
  if (status === 'nothing') return null;
  const since = timeOf(query, 'changes-since');
  const before = behaves(version, 'changes-before') ? timeOf(query, 'changes-before') : null;
  requireInOrder(since, before);
  const all = wantsAll(last(query, 'all_tenants'));
  const locked = lockedFilter(query, version);
  if (all) rights.requireAllProjects();
  const sort = sortOrder(query, version, rights.isAdmin);
  const values = valueFilters(value, all);
  const changes: ServerFilter[] = [
    ...(since === null ? [] : [{ column: 'updated_at', atLeast: since } as const]),
    ...(before === null ? [] : [{ column: 'updated_at', atMost: before } as const]),
  ];
  const own = values.filter((filter) => !('column' in filter) || !status.columns.has(filter.column));
  return {
    allProjects: all,
    rows: rowsOf(value, status.deleted, changes.length > 0),
    filters: [...own, ...changes, ...status.filters, ...locked],
    sort,
    limit: uncheckedLimit(query, maxLimit),
    // An empty marker is none.
    marker: last(query, 'marker') || null,
  };
}
