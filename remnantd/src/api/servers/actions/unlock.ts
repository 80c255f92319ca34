// POST /servers/{id}/action {"unlock": null}: unlocks a server.

import { Type } from 'typebox';
import { unlockServer } from '../../../app/servers/unlock-server.ts';
import type { CallerOperation } from '../../operation.ts';
import * as rules from '../rules.ts';

export const serversUnlock: CallerOperation = {
  id: 'servers.unlock',
  root: 'compute',
  method: 'POST',
  path: '/servers/{server_id}/action',
  action: 'unlock',
  summary: 'Unlock a server',
  success: 202,
  errors: [400, 401, 403, 404, 409],
  rules: [rules.UNLOCK, rules.UNLOCK_OVERRIDE],
  body: [{ schema: Type.Unknown() }],
  handle: async (request, deps) => {
    await unlockServer(deps.servers, request, request.params['server_id'] ?? '');
    return {};
  },
};
