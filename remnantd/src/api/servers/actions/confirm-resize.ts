// POST /servers/{id}/action {"confirmResize": null}: keeps the size a resize gave. Nova takes anything as the value.

import { Type } from 'typebox';
import { confirmResize } from '../../../app/servers/confirm-resize.ts';
import type { CallerOperation } from '../../operation.ts';
import * as rules from '../move-rules.ts';

export const serversConfirmResize: CallerOperation = {
  id: 'servers.confirm-resize',
  root: 'compute',
  method: 'POST',
  path: '/servers/{server_id}/action',
  action: 'confirmResize',
  summary: 'Confirm a resize',
  success: 204,
  errors: [400, 401, 403, 404, 409],
  rules: [rules.CONFIRM_RESIZE],
  body: [{ schema: Type.Unknown() }],
  handle: async (request, deps) => {
    await confirmResize(deps.servers, request, request.params['server_id'] ?? '');
    return { status: 204 };
  },
};
