// POST /servers/{id}/action {"lock": null | {"locked_reason": text}}: locks a server.

import { Type } from 'typebox';
import { lockServer } from '../../../app/servers/lock-server.ts';
import { isObject } from '../../../lib/json.ts';
import { behaves } from '../../behaviours.ts';
import type { CallerOperation } from '../../operation.ts';
import { WORDS } from '../../schemas.ts';
import * as rules from '../rules.ts';

const WITH_REASON = Type.Unsafe({
  type: ['object', 'null'],
  properties: { locked_reason: WORDS },
  additionalProperties: false,
});

export const serversLock: CallerOperation = {
  id: 'servers.lock',
  root: 'compute',
  method: 'POST',
  path: '/servers/{server_id}/action',
  action: 'lock',
  summary: 'Lock a server',
  success: 202,
  errors: [400, 401, 403, 404],
  rules: [rules.LOCK],
  body: [
    { until: '2.72', schema: Type.Unknown() },
    { since: '2.73', schema: WITH_REASON },
  ],
  handle: async (request, deps) => {
    const given =
      behaves(request.version, 'lock-reason') && isObject(request.body) ? request.body['locked_reason'] : null;
    const reason = typeof given === 'string' ? given : null;
    await lockServer(deps.servers, request, request.params['server_id'] ?? '', reason);
    return {};
  },
};
