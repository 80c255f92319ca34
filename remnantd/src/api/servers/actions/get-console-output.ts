// POST /servers/{id}/action {"os-getConsoleOutput": {"length": n | null}}: what the server printed on its console.

import { Type } from 'typebox';
import { readConsole } from '../../../app/servers/read-console.ts';
import { isObject } from '../../../lib/json.ts';
import type { CallerOperation } from '../../operation.ts';
import { objectOf, STRING } from '../../reply-schema.ts';
import * as rules from '../rules.ts';

const LENGTH = Type.Unsafe({
  type: 'object',
  properties: { length: { type: ['integer', 'string', 'null'], pattern: '^-?[0-9]+$', minimum: -1 } },
  additionalProperties: false,
});

export const serversGetConsoleOutput: CallerOperation = {
  id: 'servers.get-console-output',
  root: 'compute',
  method: 'POST',
  path: '/servers/{server_id}/action',
  action: 'os-getConsoleOutput',
  readOnly: true,
  summary: "Read a server's console",
  success: 200,
  errors: [400, 401, 403, 404, 409, 501],
  rules: [rules.CONSOLE_OUTPUT],
  body: [{ schema: LENGTH }],
  reply: objectOf({ output: STRING }),
  handle: async (request, deps) => {
    const given = isObject(request.body) ? (request.body['length'] ?? null) : null;
    const length = given === null ? -1 : Number(given);
    const output = await readConsole(
      deps.servers,
      request,
      request.params['server_id'] ?? '',
      length < 0 ? null : length,
    );
    return { body: { output } };
  },
};
