// GET /servers/{id}/os-instance-actions/{request_id}: one action with what hosts did for it.

import { behaves } from '../behaviours.ts';
import type { CallerOperation } from '../operation.ts';
import { listOf, objectOf } from '../reply-schema.ts';
import * as rules from './rules.ts';
import { ACTION_REPLY, ACTION_SHAPE, EVENT_REPLY, EVENT_SHAPE } from './shape.ts';

export const osInstanceActionsShow: CallerOperation = {
  id: 'os-instance-actions.show',
  root: 'compute',
  method: 'GET',
  path: '/servers/{server_id}/os-instance-actions/{request_id}',
  summary: "Show one of a server's actions",
  success: 200,
  errors: [401, 403, 404],
  rules: [rules.SHOW, rules.EVENTS, rules.DETAILS],
  reply: objectOf({ instanceAction: { allOf: [ACTION_REPLY, objectOf({}, { events: listOf(EVENT_REPLY) })] } }),
  handle: async (request, deps) => {
    const { caller, version } = request;
    const id = request.params['server_id'] ?? '';
    const server = behaves(version, 'actions-of-deleted')
      ? await deps.access.servers.oneEvenDeleted(caller, id, rules.SHOW.name)
      : await deps.access.servers.one(caller, id, rules.SHOW.name);
    const { action, events } = await deps.access.records.action(server, request.params['request_id'] ?? '');
    const target = { project_id: server.projectId, user_id: server.userId };
    const mayEvents = deps.access.permits(caller, rules.EVENTS.name, target);
    const mayDetails = deps.access.permits(caller, rules.DETAILS.name, target);
    const granted = [...(mayEvents ? (['events'] as const) : []), ...(mayDetails ? (['details'] as const) : [])];
    const render = EVENT_SHAPE.render(version, 'full', granted);
    const shown =
      mayEvents || behaves(version, 'events-for-all')
        ? { events: events.map((event) => render(event, { projectId: server.projectId })) }
        : {};
    return { body: { instanceAction: { ...ACTION_SHAPE.render(version, 'full', [])(action, null), ...shown } } };
  },
};
