// POST /servers/{id}/action {"reboot": {"type": "SOFT" | "HARD"}}: reboots a server.

import { Type } from 'typebox';
import { rebootServer } from '../../../app/servers/reboot-server.ts';
import type { CallerOperation } from '../../operation.ts';
import * as rules from '../rules.ts';

const HOW = Type.Unsafe<{ readonly type: string }>({
  type: 'object',
  properties: { type: { type: 'string', enum: ['HARD', 'Hard', 'hard', 'SOFT', 'Soft', 'soft'] } },
  required: ['type'],
  additionalProperties: false,
});

export const serversReboot: CallerOperation = {
  id: 'servers.reboot',
  root: 'compute',
  method: 'POST',
  path: '/servers/{server_id}/action',
  action: 'reboot',
  summary: 'Reboot a server',
  description:
    'SOFT asks the guest to go down, and cuts its power where it does not within 20 s; HARD cuts its power at once, and works also on a server that is stuck in another action.',
  success: 202,
  errors: [400, 401, 403, 404, 409],
  rules: [rules.REBOOT],
  body: [{ schema: HOW }],
  handle: async (request, deps) => {
    const { type } = request.body as { type: string };
    const how = type.toUpperCase() === 'SOFT' ? 'soft' : 'hard';
    await rebootServer(deps.servers, request, request.params['server_id'] ?? '', how);
    return {};
  },
};
