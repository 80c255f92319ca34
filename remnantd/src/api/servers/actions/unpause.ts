// POST /servers/{id}/action {"unpause": null}: unpauses a server.

import { Type } from 'typebox';
import { unpauseServer } from '../../../app/servers/unpause-server.ts';
import type { CallerOperation } from '../../operation.ts';
import * as rules from '../rules.ts';

export const serversUnpause: CallerOperation = {
  id: 'servers.unpause',
  root: 'compute',
  method: 'POST',
  path: '/servers/{server_id}/action',
  action: 'unpause',
  summary: 'Unpause a server',
  success: 202,
  errors: [400, 401, 403, 404, 409],
  rules: [rules.UNPAUSE],
  body: [{ schema: Type.Unknown() }],
  handle: async (request, deps) => {
    await unpauseServer(deps.servers, request, request.params['server_id'] ?? '');
    return {};
  },
};
