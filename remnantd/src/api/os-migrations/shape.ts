// A migration's fields, one row each (nova/api/openstack/compute/migrations.py). No migration here is a live one, so none has links.

import type { Migration } from '../../model/migration.ts';
import { INTEGER, INTEGER_OR_NULL, MOMENT, MOMENT_OR_NULL, STRING, STRING_OR_NULL, shownAs } from '../reply-schema.ts';
import type { Field } from '../shape.ts';
import { shape } from '../shape.ts';
import { microTime, microTimeOrNull } from '../times.ts';

const rows: readonly Field<Migration, null, 'full', never>[] = [
  { name: 'id', type: INTEGER, doc: 'Its number', from: (m) => m.seq },
  { name: 'uuid', since: '2.59', type: STRING, doc: 'UUID', from: (m) => m.id },
  { name: 'source_compute', type: STRING, doc: 'The host it began on', from: (m) => m.sourceHost },
  {
    name: 'dest_compute',
    type: STRING_OR_NULL,
    doc: 'The host it goes to; null when none was found',
    from: (m) => m.destHost,
  },
  { name: 'source_node', type: STRING_OR_NULL, doc: 'The hypervisor it began on', from: (m) => m.sourceNode },
  { name: 'dest_node', type: STRING_OR_NULL, doc: 'The hypervisor it goes to', from: (m) => m.destNode },
  { name: 'dest_host', type: STRING_OR_NULL, doc: 'Always null: hosts tell no address', from: () => null },
  {
    name: 'old_instance_type_id',
    type: INTEGER_OR_NULL,
    doc: 'The number of its flavor before; null for one that is in no list',
    from: (m) => m.oldFlavorSeq,
  },
  {
    name: 'new_instance_type_id',
    type: INTEGER_OR_NULL,
    doc: 'The number of its flavor after',
    from: (m) => m.newFlavorSeq,
  },
  { name: 'instance_uuid', type: STRING, doc: 'The server', from: (m) => m.serverId },
  { name: 'status', type: STRING, doc: 'How far it is', from: (m) => m.status },
  { name: 'migration_type', since: '2.23', type: STRING, doc: 'resize or evacuation', from: (m) => m.kind },
  { name: 'user_id', since: '2.80', type: STRING, doc: 'Who asked for it', from: (m) => m.userId },
  { name: 'project_id', since: '2.80', type: STRING, doc: 'The project of who asked for it', from: (m) => m.projectId },
  { name: 'created_at', type: MOMENT, doc: 'When', from: (m) => microTime(m.createdAt) },
  { name: 'updated_at', type: MOMENT_OR_NULL, doc: 'When it last changed', from: (m) => microTimeOrNull(m.updatedAt) },
];

/** A migration's shape. */
export const MIGRATION_SHAPE = shape<Migration, null, 'full', never>(rows);
/** A migration, for the OpenAPI document. */
export const MIGRATION_REPLY = shownAs('Migration', MIGRATION_SHAPE, 'full');
