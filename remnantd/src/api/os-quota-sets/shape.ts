// A quota set's fields, one row each (nova/api/openstack/compute/quota_sets.py): what Nova answered on behalf of the network
// service ended with 2.36, files put into servers with 2.57.

import type { VersionSpan } from '../../model/microversion.ts';
import type { QuotaNumbers, QuotaResource } from '../../model/quota.ts';
import { QUOTA_RESOURCES } from '../../model/quota.ts';
import { INTEGER, objectOf, STRING, shownAs } from '../reply-schema.ts';
import type { Field } from '../shape.ts';
import { shape } from '../shape.ts';

/** A quota set. */
export interface QuotaSet {
  readonly projectId: string;
  readonly limits: QuotaNumbers;
  /** Null where it is not shown. */
  readonly used: QuotaNumbers | null;
}

type View = 'show' | 'detail' | 'update';
type QuotaField = Field<QuotaSet, null, View, never>;

const SPANS: Partial<Record<QuotaResource, VersionSpan>> = {
  fixed_ips: { until: '2.35' },
  floating_ips: { until: '2.35' },
  security_groups: { until: '2.35' },
  security_group_rules: { until: '2.35' },
  injected_files: { until: '2.56' },
  injected_file_content_bytes: { until: '2.56' },
  injected_file_path_bytes: { until: '2.56' },
};
const COUNTED = objectOf({ in_use: INTEGER, limit: INTEGER, reserved: INTEGER });

const rows = QUOTA_RESOURCES.flatMap((resource): QuotaField[] => [
  {
    name: resource,
    in: ['show', 'update'],
    ...SPANS[resource],
    type: INTEGER,
    doc: 'The limit; -1 for none',
    from: ({ limits }) => limits[resource],
  },
  {
    name: resource,
    in: ['detail'],
    ...SPANS[resource],
    type: COUNTED,
    doc: 'The limit, and what is used of it',
    from: ({ limits, used }) => ({ in_use: used?.[resource] ?? 0, limit: limits[resource], reserved: 0 }),
  },
]);

/** A quota set's shape. */
export const QUOTA_SET_SHAPE = shape<QuotaSet, null, View, never>([
  { name: 'id', in: ['show', 'detail'], type: STRING, doc: "The project's id", from: (set) => set.projectId },
  ...rows,
]);

/** Its views, for the OpenAPI document. */
export const QUOTA_SET_REPLY = {
  show: objectOf({ quota_set: shownAs('QuotaSet', QUOTA_SET_SHAPE, 'show') }),
  detail: objectOf({ quota_set: shownAs('QuotaSetDetail', QUOTA_SET_SHAPE, 'detail') }),
  update: objectOf({ quota_set: shownAs('QuotaSetUpdated', QUOTA_SET_SHAPE, 'update') }),
};
