// POST /servers/{id}/action {"suspend": null}: suspends a running server: its memory goes to the disk of its host.

import { Type } from 'typebox';
import { suspendServer } from '../../../app/servers/suspend-server.ts';
import type { CallerOperation } from '../../operation.ts';
import * as rules from '../rules.ts';

export const serversSuspend: CallerOperation = {
  id: 'servers.suspend',
  root: 'compute',
  method: 'POST',
  path: '/servers/{server_id}/action',
  action: 'suspend',
  summary: 'Suspend a server',
  success: 202,
  errors: [400, 401, 403, 404, 409],
  rules: [rules.SUSPEND],
  body: [{ schema: Type.Unknown() }],
  handle: async (request, deps) => {
    await suspendServer(deps.servers, request, request.params['server_id'] ?? '');
    return {};
  },
};
