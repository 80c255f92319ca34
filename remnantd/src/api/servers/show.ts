// GET /servers/{id}: one server with all the reader may see.

import type { CallerOperation } from '../operation.ts';
import { objectOf } from '../reply-schema.ts';
import { serverRenderer } from './render-server.ts';
import * as rules from './rules.ts';
import { SERVER_REPLY } from './shape.ts';

export const serversShow: CallerOperation = {
  id: 'servers.show',
  root: 'compute',
  method: 'GET',
  path: '/servers/{server_id}',
  summary: 'Show a server',
  success: 200,
  errors: [401, 403, 404],
  rules: [rules.SHOW, rules.HOST_STATUS, rules.HOST_STATUS_UNKNOWN, rules.FLAVOR_SPECS, rules.EXTENDED_ATTRIBUTES],
  reply: objectOf({ server: SERVER_REPLY.show }),
  handle: async (request, deps) => {
    const server = await deps.access.servers.one(request.caller, request.params['server_id'] ?? '', rules.SHOW.name);
    const target = { project_id: server.projectId, user_id: server.userId };
    return { body: { server: serverRenderer(deps, request, 'show', target)(server) } };
  },
};
