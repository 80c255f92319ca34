// POST /servers/{id}/action {"os-resetState": {"state": "active" | "error"}}: sets a server's state by hand.

import { Type } from 'typebox';
import { resetState } from '../../../app/servers/reset-state.ts';
import type { CallerOperation } from '../../operation.ts';
import * as rules from '../rules.ts';

const STATE = Type.Unsafe({
  type: 'object',
  properties: { state: { type: 'string', enum: ['active', 'error'] } },
  required: ['state'],
  additionalProperties: false,
});

export const serversResetState: CallerOperation = {
  id: 'servers.reset-state',
  root: 'compute',
  method: 'POST',
  path: '/servers/{server_id}/action',
  action: 'os-resetState',
  summary: "Set a server's state by hand",
  description: 'Its guest is left alone: only what Remnant takes the server for is changed.',
  success: 202,
  errors: [400, 401, 403, 404],
  rules: [rules.RESET_STATE],
  body: [{ schema: STATE }],
  handle: async (request, deps) => {
    const { state } = request.body as { state: 'active' | 'error' };
    await resetState(deps.servers, request, request.params['server_id'] ?? '', state);
    return {};
  },
};
