// An instance action's and an event's fields, one row each (nova/api/openstack/compute/instance_actions.py).

import type { ActionEvent, InstanceAction } from '../../model/instance-action.ts';
import { MOMENT, MOMENT_OR_NULL, STRING, STRING_OR_NULL, shownAs } from '../reply-schema.ts';
import { hostId } from '../servers/shape.ts';
import type { Field } from '../shape.ts';
import { shape } from '../shape.ts';
import { microTime, microTimeOrNull } from '../times.ts';

const actionFields: readonly Field<InstanceAction, null, 'full', never>[] = [
  { name: 'action', type: STRING, doc: 'What was asked, e.g. trigger_crash_dump', from: (a) => a.action },
  { name: 'instance_uuid', type: STRING, doc: 'The server', from: (a) => a.serverId },
  { name: 'request_id', type: STRING, doc: 'The request that asked', from: (a) => a.requestId },
  { name: 'user_id', type: STRING, doc: 'Who asked', from: (a) => a.userId },
  { name: 'project_id', type: STRING, doc: 'The project it was asked from', from: (a) => a.projectId },
  { name: 'start_time', type: MOMENT, doc: 'When', from: (a) => microTime(a.startTime) },
  { name: 'message', type: STRING_OR_NULL, doc: 'Error once an event failed', from: (a) => a.message },
  {
    name: 'updated_at',
    since: '2.58',
    type: MOMENT,
    doc: 'When an event last ended',
    from: (a) => microTime(a.updatedAt),
  },
];

/** An action's shape. */
export const ACTION_SHAPE = shape<InstanceAction, null, 'full', never>(actionFields);

/** What an event's fields need beside its row. */
export interface EventContext {
  readonly projectId: string;
}

const eventFields: readonly Field<ActionEvent, EventContext, 'full', 'events' | 'details'>[] = [
  { name: 'event', type: STRING, doc: 'What a host did', from: (e) => e.event },
  { name: 'start_time', type: MOMENT, doc: 'When it began', from: (e) => microTime(e.startTime) },
  {
    name: 'finish_time',
    type: MOMENT_OR_NULL,
    doc: 'When it ended; null while it runs',
    from: (e) => microTimeOrNull(e.finishTime),
  },
  { name: 'result', type: { enum: ['Success', 'Error', null] }, doc: 'Success or Error', from: (e) => e.result },
  {
    name: 'traceback',
    gate: 'events',
    type: STRING_OR_NULL,
    doc: 'Always null: there is no Python here',
    from: (e) => e.traceback,
  },
  { name: 'host', since: '2.62', gate: 'events', type: STRING_OR_NULL, doc: 'The host', from: (e) => e.host },
  {
    name: 'hostId',
    since: '2.62',
    type: STRING,
    doc: 'Tells hosts apart without naming them',
    from: (e, c) => hostId(c.projectId, e.host),
  },
  {
    name: 'details',
    since: '2.84',
    gate: 'details',
    type: STRING_OR_NULL,
    doc: 'Why it failed',
    from: (e) => e.details,
  },
];

/** An event's shape. */
export const EVENT_SHAPE = shape<ActionEvent, EventContext, 'full', 'events' | 'details'>(eventFields);

/** An action and an event, for the OpenAPI document. */
export const ACTION_REPLY = shownAs('InstanceAction', ACTION_SHAPE, 'full');
/** The events of an action. */
export const EVENT_REPLY = shownAs('ActionEvent', EVENT_SHAPE, 'full');
