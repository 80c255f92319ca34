// POST /servers/{id}/action {"unrescue": null}: ends the rescue of a server: it boots from its own disk again.

import { Type } from 'typebox';
import { unrescueServer } from '../../../app/servers/unrescue-server.ts';
import type { CallerOperation } from '../../operation.ts';
import * as rules from '../rules.ts';

export const serversUnrescue: CallerOperation = {
  id: 'servers.unrescue',
  root: 'compute',
  method: 'POST',
  path: '/servers/{server_id}/action',
  action: 'unrescue',
  summary: 'End the rescue of a server',
  success: 202,
  errors: [400, 401, 403, 404, 409],
  rules: [rules.UNRESCUE],
  body: [{ schema: Type.Unknown() }],
  handle: async (request, deps) => {
    await unrescueServer(deps.servers, request, request.params['server_id'] ?? '');
    return {};
  },
};
