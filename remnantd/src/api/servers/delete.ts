// DELETE /servers/{id}.

import { deleteServer } from '../../app/servers/delete-server.ts';
import type { CallerOperation } from '../operation.ts';
import * as rules from './rules.ts';

export const serversDelete: CallerOperation = {
  id: 'servers.delete',
  root: 'compute',
  method: 'DELETE',
  path: '/servers/{server_id}',
  summary: 'Delete a server',
  success: 204,
  errors: [401, 403, 404, 409],
  rules: [rules.DELETE],
  handle: async (request, deps) => {
    await deleteServer(deps.servers, request, request.params['server_id'] ?? '');
    return {};
  },
};
