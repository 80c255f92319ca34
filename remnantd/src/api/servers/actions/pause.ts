// POST /servers/{id}/action {"pause": null}: pauses a server.

import { Type } from 'typebox';
import { pauseServer } from '../../../app/servers/pause-server.ts';
import type { CallerOperation } from '../../operation.ts';
import * as rules from '../rules.ts';

export const serversPause: CallerOperation = {
  id: 'servers.pause',
  root: 'compute',
  method: 'POST',
  path: '/servers/{server_id}/action',
  action: 'pause',
  summary: 'Pause a server',
  success: 202,
  errors: [400, 401, 403, 404, 409],
  rules: [rules.PAUSE],
  body: [{ schema: Type.Unknown() }],
  handle: async (request, deps) => {
    await pauseServer(deps.servers, request, request.params['server_id'] ?? '');
    return {};
  },
};
