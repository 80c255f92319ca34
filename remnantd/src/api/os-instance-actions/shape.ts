// An instance action's and an event's fields, one row each (nova/api/openstack/compute/instance_actions.py).

import type { ActionEvent, InstanceAction } from '../../model/instance-action.ts';
import { hostId } from '../servers/shape.ts';
import type { Field } from '../shape.ts';
import { shape } from '../shape.ts';
import { microTime, microTimeOrNull } from '../times.ts';

const actionFields: readonly Field<InstanceAction, null, 'full', never>[] = [
  { name: 'action', doc: 'What was asked, e.g. trigger_crash_dump', from: (a) => a.action },
  { name: 'instance_uuid', doc: 'The server', from: (a) => a.serverId },
  { name: 'request_id', doc: 'The request that asked', from: (a) => a.requestId },
  { name: 'user_id', doc: 'Who asked', from: (a) => a.userId },
  { name: 'project_id', doc: "The server's project", from: (a) => a.projectId },
  { name: 'start_time', doc: 'When', from: (a) => microTime(a.startTime) },
  { name: 'message', doc: 'Error once an event failed', from: (a) => a.message },
  { name: 'updated_at', since: '2.58', doc: 'When an event last ended', from: (a) => microTime(a.updatedAt) },
];

/** An action's shape. */
export const ACTION_SHAPE = shape<InstanceAction, null, 'full', never>(actionFields);

/** What an event's fields need beside its row. */
export interface EventContext {
  readonly projectId: string;
}

const eventFields: readonly Field<ActionEvent, EventContext, 'full', 'events' | 'details'>[] = [
  { name: 'event', doc: 'What a host did', from: (e) => e.event },
  { name: 'start_time', doc: 'When it began', from: (e) => microTime(e.startTime) },
  { name: 'finish_time', doc: 'When it ended; null while it runs', from: (e) => microTimeOrNull(e.finishTime) },
  { name: 'result', doc: 'Success or Error', from: (e) => e.result },
  { name: 'traceback', gate: 'events', doc: 'Always null: there is no Python here', from: (e) => e.traceback },
  { name: 'host', since: '2.62', gate: 'events', doc: 'The host', from: (e) => e.host },
  {
    name: 'hostId',
    since: '2.62',
    doc: 'Tells hosts apart without naming them',
    from: (e, c) => hostId(c.projectId, e.host),
  },
  { name: 'details', since: '2.84', gate: 'details', doc: 'Why it failed', from: (e) => e.details },
];

/** An event's shape. */
export const EVENT_SHAPE = shape<ActionEvent, EventContext, 'full', 'events' | 'details'>(eventFields);
