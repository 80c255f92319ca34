// POST /servers/{id}/action {"revertResize": null}: gives a server back the size it had before. Nova takes anything as the value.

import { Type } from 'typebox';
import { revertResize } from '../../../app/servers/revert-resize.ts';
import type { CallerOperation } from '../../operation.ts';
import * as rules from '../move-rules.ts';

export const serversRevertResize: CallerOperation = {
  id: 'servers.revert-resize',
  root: 'compute',
  method: 'POST',
  path: '/servers/{server_id}/action',
  action: 'revertResize',
  summary: 'Revert a resize',
  success: 202,
  errors: [400, 401, 403, 404, 409],
  rules: [rules.REVERT_RESIZE],
  body: [{ schema: Type.Unknown() }],
  handle: async (request, deps) => {
    await revertResize(deps.servers, request, request.params['server_id'] ?? '');
    return {};
  },
};
