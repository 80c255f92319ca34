// POST /servers/{id}/action {"inject_nmi": null}: injects an NMI and answers when the hypervisor took it.

import { Type } from 'typebox';
import { injectNmi } from '../../../app/servers/inject-nmi.ts';
import type { CallerOperation } from '../../operation.ts';
import * as rules from '../rules.ts';

export const serversInjectNmi: CallerOperation = {
  id: 'servers.inject-nmi',
  root: 'compute',
  method: 'POST',
  path: '/servers/{server_id}/action',
  action: 'inject_nmi',
  summary: 'Inject an NMI into a server and wait for the hypervisor',
  success: 202,
  errors: [400, 401, 403, 404, 409],
  rules: [rules.INJECT_NMI],
  body: [{ schema: Type.Null() }],
  handle: async (request, deps) => {
    await injectNmi(deps.servers, request, request.params['server_id'] ?? '');
    return {};
  },
};
