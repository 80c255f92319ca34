// POST /servers/{id}/action {"os-stop": null}: powers a server off.

import { Type } from 'typebox';
import { stopServer } from '../../../app/servers/stop-server.ts';
import type { CallerOperation } from '../../operation.ts';
import * as rules from '../rules.ts';

export const serversStop: CallerOperation = {
  id: 'servers.stop',
  root: 'compute',
  method: 'POST',
  path: '/servers/{server_id}/action',
  action: 'os-stop',
  summary: 'Stop a server',
  description: 'The guest is asked to go down, and its power is cut where it does not within 20 s.',
  success: 202,
  errors: [400, 401, 403, 404, 409],
  rules: [rules.STOP],
  body: [{ schema: Type.Unknown() }],
  handle: async (request, deps) => {
    await stopServer(deps.servers, request, request.params['server_id'] ?? '');
    return {};
  },
};
