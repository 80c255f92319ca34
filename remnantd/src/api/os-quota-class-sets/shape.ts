// A quota class's fields, one row each (nova/api/openstack/compute/quota_classes.py).

import type { VersionSpan } from '../../model/microversion.ts';
import type { QuotaNumbers, QuotaResource } from '../../model/quota.ts';
import { QUOTA_RESOURCES } from '../../model/quota.ts';
import { INTEGER, objectOf, STRING, shownAs } from '../reply-schema.ts';
import { shape } from '../shape.ts';

/** A quota class. */
export interface QuotaClass {
  readonly name: string;
  readonly limits: QuotaNumbers;
}

type View = 'show' | 'update';

const SPANS: Partial<Record<QuotaResource, VersionSpan>> = {
  fixed_ips: { until: '2.49' },
  floating_ips: { until: '2.49' },
  security_groups: { until: '2.49' },
  security_group_rules: { until: '2.49' },
  injected_files: { until: '2.56' },
  injected_file_content_bytes: { until: '2.56' },
  injected_file_path_bytes: { until: '2.56' },
  server_groups: { since: '2.50' },
  server_group_members: { since: '2.50' },
};

/** A quota class's shape. */
export const QUOTA_CLASS_SHAPE = shape<QuotaClass, null, View, never>([
  { name: 'id', in: ['show'], type: STRING, doc: "The class's name", from: ({ name }) => name },
  ...QUOTA_RESOURCES.map((resource) => ({
    name: resource,
    ...SPANS[resource],
    type: INTEGER,
    doc: 'The limit; -1 for none',
    from: ({ limits }: QuotaClass) => limits[resource],
  })),
]);

/** Its views, for the OpenAPI document. */
export const QUOTA_CLASS_REPLY = {
  show: objectOf({ quota_class_set: shownAs('QuotaClassSet', QUOTA_CLASS_SHAPE, 'show') }),
  update: objectOf({ quota_class_set: shownAs('QuotaClassSetUpdated', QUOTA_CLASS_SHAPE, 'update') }),
};
