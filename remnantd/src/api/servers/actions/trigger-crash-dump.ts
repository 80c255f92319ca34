// POST /servers/{id}/action {"trigger_crash_dump": null}: injects an NMI, and follows what comes of it.

import { Type } from 'typebox';
import { triggerCrashDump } from '../../../app/servers/trigger-crash-dump.ts';
import type { CallerOperation } from '../../operation.ts';
import * as rules from '../rules.ts';

export const serversTriggerCrashDump: CallerOperation = {
  id: 'servers.trigger-crash-dump',
  root: 'compute',
  method: 'POST',
  path: '/servers/{server_id}/action',
  action: 'trigger_crash_dump',
  since: '2.17',
  summary: 'Trigger a crash dump in a server',
  success: 202,
  errors: [400, 401, 403, 404, 409],
  rules: [rules.TRIGGER_CRASH_DUMP],
  body: [{ schema: Type.Null() }],
  handle: async (request, deps) => {
    await triggerCrashDump(deps.servers, request, request.params['server_id'] ?? '');
    return {};
  },
};
