// POST /servers/{id}/action {"forceDelete": null}: deletes a server. Nothing is kept for a time before it goes, so this is
// a deletion under another rule.

import { Type } from 'typebox';
import { deleteServer } from '../../../app/servers/delete-server.ts';
import type { CallerOperation } from '../../operation.ts';
import * as rules from '../rules.ts';

export const serversForceDelete: CallerOperation = {
  id: 'servers.force-delete',
  root: 'compute',
  method: 'POST',
  path: '/servers/{server_id}/action',
  action: 'forceDelete',
  summary: 'Delete a server at once',
  success: 202,
  errors: [400, 401, 403, 404, 409],
  rules: [rules.FORCE_DELETE],
  body: [{ schema: Type.Unknown() }],
  handle: async (request, deps) => {
    const id = request.params['server_id'] ?? '';
    await deleteServer(deps.servers, request, id, 'os_compute_api:os-deferred-delete:force');
    return {};
  },
};
