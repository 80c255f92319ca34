// A server group's fields, one row each (nova/api/openstack/compute/server_groups.py).

import type { PeopledGroup } from '../../model/server-group.ts';
import { INTEGER, listOf, objectOf, STRING, shownAs } from '../reply-schema.ts';
import type { Field } from '../shape.ts';
import { shape } from '../shape.ts';

const fields: readonly Field<PeopledGroup, null, 'full', never>[] = [
  { name: 'id', type: STRING, doc: 'UUID', from: (g) => g.id },
  { name: 'name', type: STRING, doc: 'Its name', from: (g) => g.name },
  { name: 'policies', until: '2.63', type: listOf(STRING), doc: 'Its one policy', from: (g) => [g.policy] },
  { name: 'metadata', until: '2.63', type: { type: 'object' }, doc: 'Always empty', from: () => ({}) },
  { name: 'policy', since: '2.64', type: STRING, doc: 'anti-affinity, affinity, or soft-...', from: (g) => g.policy },
  {
    name: 'rules',
    since: '2.64',
    type: objectOf({}, { max_server_per_host: INTEGER }),
    doc: 'Of anti-affinity: how many of its servers may be on one host',
    from: (g) => (g.maxServerPerHost === null ? {} : { max_server_per_host: g.maxServerPerHost }),
  },
  { name: 'members', type: listOf(STRING), doc: 'Its servers, by their ids', from: (g) => g.members },
  { name: 'project_id', since: '2.13', type: STRING, doc: 'Whose it is', from: (g) => g.projectId },
  { name: 'user_id', since: '2.13', type: STRING, doc: 'Who made it', from: (g) => g.userId },
];

/** A server group's shape. */
export const GROUP_SHAPE = shape<PeopledGroup, null, 'full', never>(fields);

/** A server group, for the OpenAPI document. */
export const GROUP_REPLY = shownAs('ServerGroup', GROUP_SHAPE, 'full');
