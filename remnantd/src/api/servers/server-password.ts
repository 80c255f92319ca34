// GET /servers/{id}/os-server-password: the password a guest had made for itself and left, encrypted, with its metadata service. There
// is no such service here, so no guest ever leaves one, and the answer is Nova's for a server that has none.

import type { CallerOperation } from '../operation.ts';
import { objectOf, STRING } from '../reply-schema.ts';
import * as rules from './sub-rules.ts';

export const serverPasswordShow: CallerOperation = {
  id: 'server-password.show',
  root: 'compute',
  method: 'GET',
  path: '/servers/{server_id}/os-server-password',
  summary: 'Show the password a guest left: always empty',
  success: 200,
  errors: [401, 403, 404],
  rules: [rules.PASSWORD_SHOW],
  reply: objectOf({ password: STRING }),
  handle: async ({ caller, params }, deps) => {
    await deps.access.servers.one(caller, params['server_id'] ?? '', rules.PASSWORD_SHOW.name);
    return { body: { password: '' } };
  },
};
