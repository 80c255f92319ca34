// GET /servers/{id}/migrations: a server's live migrations in progress. There are no live migrations here, so there is never one.

import type { CallerOperation } from '../operation.ts';
import { listOf, objectOf } from '../reply-schema.ts';
import * as rules from './move-rules.ts';

export const serverMigrationsList: CallerOperation = {
  id: 'server-migrations.list',
  root: 'compute',
  method: 'GET',
  path: '/servers/{server_id}/migrations',
  since: '2.23',
  summary: "List a server's live migrations in progress",
  description: 'Always empty: servers are not migrated live. How they moved otherwise is in /os-migrations.',
  success: 200,
  errors: [401, 403, 404],
  rules: [rules.SERVER_MIGRATIONS],
  reply: objectOf({ migrations: listOf(objectOf({})) }),
  handle: async (request, deps) => {
    await deps.access.servers.one(request.caller, request.params['server_id'] ?? '', rules.SERVER_MIGRATIONS.name);
    return { body: { migrations: [] } };
  },
};
