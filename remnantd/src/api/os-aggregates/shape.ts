// An aggregate's fields, one row each (nova/objects/aggregate.py). One that was just made shows neither hosts nor metadata.

import type { Aggregate } from '../../model/aggregate.ts';
import {
  FLAG,
  INTEGER,
  listOf,
  MOMENT,
  MOMENT_OR_NULL,
  STRING,
  STRING_OR_NULL,
  STRINGS_BY_NAME,
  shownAs,
} from '../reply-schema.ts';
import type { Field } from '../shape.ts';
import { shape } from '../shape.ts';
import { microTime, microTimeOrNull } from '../times.ts';

/** Where an aggregate is shown. */
export type AggregateView = 'full' | 'created';

const fields: readonly Field<Aggregate, null, AggregateView, never>[] = [
  { name: 'id', type: INTEGER, doc: 'Its number', from: (a) => a.seq },
  { name: 'uuid', since: '2.41', type: STRING, doc: 'Its UUID', from: (a) => a.uuid },
  { name: 'name', type: STRING, doc: 'Its name', from: (a) => a.name },
  { name: 'hosts', in: ['full'], type: listOf(STRING), doc: 'The hosts in it', from: (a) => a.hosts },
  {
    name: 'metadata',
    in: ['full'],
    type: STRINGS_BY_NAME,
    doc: 'Its metadata; its zone is in there too',
    from: (a) => (a.zone === null ? a.metadata : { ...a.metadata, availability_zone: a.zone }),
  },
  { name: 'created_at', type: MOMENT, doc: 'When it was made', from: (a) => microTime(a.createdAt) },
  { name: 'updated_at', type: MOMENT_OR_NULL, doc: 'When it was changed', from: (a) => microTimeOrNull(a.updatedAt) },
  { name: 'deleted_at', type: MOMENT_OR_NULL, doc: 'Always null', from: () => null },
  { name: 'deleted', type: FLAG, doc: 'Always false', from: () => false },
  { name: 'availability_zone', type: STRING_OR_NULL, doc: 'The zone its hosts are in', from: (a) => a.zone },
];

/** An aggregate's shape. */
export const AGGREGATE_SHAPE = shape<Aggregate, null, AggregateView, never>(fields);

/** An aggregate, for the OpenAPI document. */
export const AGGREGATE_REPLY = shownAs('Aggregate', AGGREGATE_SHAPE, 'full');
/** One that was just made. */
export const NEW_AGGREGATE_REPLY = shownAs('NewAggregate', AGGREGATE_SHAPE, 'created');

/** An answer with one aggregate. */
export function aggregateReply(version: number, aggregate: Aggregate, view: AggregateView = 'full'): { body: object } {
  return { body: { aggregate: AGGREGATE_SHAPE.render(version, view, [])(aggregate, null) } };
}
