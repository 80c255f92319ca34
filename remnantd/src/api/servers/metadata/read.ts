// GET /servers/{id}/metadata and one item of it.

import { fault } from '../../../model/faults.ts';
import type { CallerOperation } from '../../operation.ts';
import { objectOf, STRINGS_BY_NAME } from '../../reply-schema.ts';
import * as rules from '../sub-rules.ts';

export const metadataList: CallerOperation = {
  id: 'server-metadata.list',
  root: 'compute',
  method: 'GET',
  path: '/servers/{server_id}/metadata',
  summary: "List a server's metadata",
  success: 200,
  errors: [401, 403, 404],
  rules: [rules.METADATA_INDEX],
  reply: objectOf({ metadata: STRINGS_BY_NAME }),
  handle: async ({ caller, params }, deps) => {
    const server = await deps.access.servers.one(caller, params['server_id'] ?? '', rules.METADATA_INDEX.name);
    return { body: { metadata: server.metadata } };
  },
};

export const metadataShow: CallerOperation = {
  id: 'server-metadata.show',
  root: 'compute',
  method: 'GET',
  path: '/servers/{server_id}/metadata/{key}',
  summary: "Show an item of a server's metadata",
  success: 200,
  errors: [401, 403, 404],
  rules: [rules.METADATA_SHOW],
  reply: objectOf({ meta: STRINGS_BY_NAME }),
  handle: async ({ caller, params }, deps) => {
    const server = await deps.access.servers.one(caller, params['server_id'] ?? '', rules.METADATA_SHOW.name);
    const key = params['key'] ?? '';
    if (!Object.hasOwn(server.metadata, key)) throw fault('metadata-not-found');
    return { body: { meta: { [key]: server.metadata[key] } } };
  },
};
