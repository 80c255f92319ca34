// Writes on /servers/{id}/metadata: adding (POST), replacing (PUT), and setting or removing one item.

import { Type } from 'typebox';
import type { Metadata } from '../../../app/servers/change-metadata.ts';
import {
  addMetadata,
  removeMetadataItem,
  replaceMetadata,
  setMetadataItem,
} from '../../../app/servers/change-metadata.ts';
import type { CallerOperation, VersionedSchema } from '../../operation.ts';
import { objectOf, STRINGS_BY_NAME } from '../../reply-schema.ts';
import { METADATA } from '../../schemas.ts';
import * as rules from '../sub-rules.ts';

const only = (key: string, schema: object): VersionedSchema => ({
  schema: Type.Unsafe({
    type: 'object',
    properties: { [key]: schema },
    required: [key],
    additionalProperties: false,
  }),
});
const WHOLE = only('metadata', METADATA);
const ONE = only('meta', { ...METADATA, minProperties: 1, maxProperties: 1 });

const shared = { root: 'compute', success: 200, errors: [400, 401, 403, 404, 409] } as const;
const whole = {
  ...shared,
  path: '/servers/{server_id}/metadata',
  body: [WHOLE],
  reply: objectOf({ metadata: STRINGS_BY_NAME }),
} as const;
const item = { ...shared, path: '/servers/{server_id}/metadata/{key}' } as const;

export const metadataCreate: CallerOperation = {
  ...whole,
  id: 'server-metadata.create',
  method: 'POST',
  summary: 'Add metadata to a server',
  rules: [rules.METADATA_CREATE],
  handle: async (request, deps) => {
    const { metadata } = request.body as unknown as { metadata: Metadata };
    const id = request.params['server_id'] ?? '';
    return {
      body: { metadata: await addMetadata(deps.servers, request, id, rules.METADATA_CREATE.name, metadata) },
    };
  },
};

export const metadataUpdateAll: CallerOperation = {
  ...whole,
  id: 'server-metadata.update-all',
  method: 'PUT',
  summary: "Replace a server's metadata",
  rules: [rules.METADATA_UPDATE_ALL],
  handle: async (request, deps) => {
    const { metadata } = request.body as unknown as { metadata: Metadata };
    const id = request.params['server_id'] ?? '';
    return {
      body: { metadata: await replaceMetadata(deps.servers, request, id, rules.METADATA_UPDATE_ALL.name, metadata) },
    };
  },
};

export const metadataUpdate: CallerOperation = {
  ...item,
  id: 'server-metadata.update',
  method: 'PUT',
  summary: "Set an item of a server's metadata",
  rules: [rules.METADATA_UPDATE],
  body: [ONE],
  reply: objectOf({ meta: STRINGS_BY_NAME }),
  handle: async (request, deps) => {
    const { meta } = request.body as unknown as { meta: Metadata };
    const { server_id: id = '', key = '' } = request.params;
    await setMetadataItem(deps.servers, request, id, rules.METADATA_UPDATE.name, { key, items: meta });
    return { body: { meta } };
  },
};

export const metadataDelete: CallerOperation = {
  ...item,
  id: 'server-metadata.delete',
  method: 'DELETE',
  summary: "Remove an item of a server's metadata",
  success: 204,
  errors: [401, 403, 404, 409],
  rules: [rules.METADATA_DELETE],
  handle: async (request, deps) => {
    const { server_id: id = '', key = '' } = request.params;
    await removeMetadataItem(deps.servers, request, id, rules.METADATA_DELETE.name, key);
    return {};
  },
};
