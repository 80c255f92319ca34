// GET /servers/{id}/tags, and whether a server has a tag.

import { fault } from '../../../model/faults.ts';
import type { CallerOperation } from '../../operation.ts';
import { listOf, objectOf, STRING } from '../../reply-schema.ts';
import * as rules from '../sub-rules.ts';

export const tagsList: CallerOperation = {
  id: 'server-tags.list',
  root: 'compute',
  method: 'GET',
  path: '/servers/{server_id}/tags',
  since: '2.26',
  summary: "List a server's tags",
  success: 200,
  errors: [401, 403, 404],
  rules: [rules.TAGS_INDEX],
  reply: objectOf({ tags: listOf(STRING) }),
  handle: async ({ caller, params }, deps) => {
    const server = await deps.access.servers.one(caller, params['server_id'] ?? '', rules.TAGS_INDEX.name, 'mapping');
    return { body: { tags: server.tags } };
  },
};

export const tagsShow: CallerOperation = {
  id: 'server-tags.show',
  root: 'compute',
  method: 'GET',
  path: '/servers/{server_id}/tags/{tag}',
  since: '2.26',
  summary: 'Tell whether a server has a tag',
  success: 204,
  errors: [401, 403, 404],
  rules: [rules.TAGS_SHOW],
  handle: async ({ caller, params }, deps) => {
    const server = await deps.access.servers.one(caller, params['server_id'] ?? '', rules.TAGS_SHOW.name, 'mapping');
    const tag = params['tag'] ?? '';
    if (!server.tags.includes(tag)) throw fault('tag-not-found', { id: server.id, tag });
    return {};
  },
};
