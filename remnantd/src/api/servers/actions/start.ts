// POST /servers/{id}/action {"os-start": null}: starts a server.

import { Type } from 'typebox';
import { startServer } from '../../../app/servers/start-server.ts';
import type { CallerOperation } from '../../operation.ts';
import * as rules from '../rules.ts';

export const serversStart: CallerOperation = {
  id: 'servers.start',
  root: 'compute',
  method: 'POST',
  path: '/servers/{server_id}/action',
  action: 'os-start',
  summary: 'Start a server',
  success: 202,
  errors: [400, 401, 403, 404, 409],
  rules: [rules.START],
  body: [{ schema: Type.Unknown() }],
  handle: async (request, deps) => {
    await startServer(deps.servers, request, request.params['server_id'] ?? '');
    return {};
  },
};
