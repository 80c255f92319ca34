// POST /servers/{id}/action {"resume": null}: resumes a suspended server where it was.

import { Type } from 'typebox';
import { resumeServer } from '../../../app/servers/resume-server.ts';
import type { CallerOperation } from '../../operation.ts';
import * as rules from '../rules.ts';

export const serversResume: CallerOperation = {
  id: 'servers.resume',
  root: 'compute',
  method: 'POST',
  path: '/servers/{server_id}/action',
  action: 'resume',
  summary: 'Resume a suspended server',
  success: 202,
  errors: [400, 401, 403, 404, 409],
  rules: [rules.RESUME],
  body: [{ schema: Type.Unknown() }],
  handle: async (request, deps) => {
    await resumeServer(deps.servers, request, request.params['server_id'] ?? '');
    return {};
  },
};
