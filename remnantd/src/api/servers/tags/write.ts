// Writes on /servers/{id}/tags: replacing or removing all, giving or taking one.

import { Type } from 'typebox';
import { addTag, removeTag, removeTags, replaceTags } from '../../../app/servers/change-tags.ts';
import { resourceLinks } from '../../links.ts';
import type { CallerOperation } from '../../operation.ts';
import { listOf, objectOf, STRING } from '../../reply-schema.ts';
import { TAG, TAGS } from '../../schemas.ts';
import * as rules from '../sub-rules.ts';

const ALL = { root: 'compute', path: '/servers/{server_id}/tags', since: '2.26' } as const;
const ONE = { root: 'compute', path: '/servers/{server_id}/tags/{tag}', since: '2.26' } as const;

export const tagsUpdateAll: CallerOperation = {
  ...ALL,
  id: 'server-tags.update-all',
  method: 'PUT',
  summary: "Replace a server's tags",
  success: 200,
  errors: [400, 401, 403, 404, 409],
  rules: [rules.TAGS_UPDATE_ALL],
  body: [
    {
      schema: Type.Unsafe({
        type: 'object',
        properties: { tags: TAGS },
        required: ['tags'],
        additionalProperties: false,
      }),
    },
  ],
  reply: objectOf({ tags: listOf(STRING) }),
  handle: async (request, deps) => {
    const { tags } = request.body as unknown as { tags: readonly string[] };
    return { body: { tags: await replaceTags(deps.servers, request, request.params['server_id'] ?? '', tags) } };
  },
};

export const tagsDeleteAll: CallerOperation = {
  ...ALL,
  id: 'server-tags.delete-all',
  method: 'DELETE',
  summary: "Remove all of a server's tags",
  success: 204,
  errors: [401, 403, 404, 409],
  rules: [rules.TAGS_DELETE_ALL],
  handle: async (request, deps) => {
    await removeTags(deps.servers, request, request.params['server_id'] ?? '');
    return {};
  },
};

/** Of the empty answers Nova's web framework makes there: its own default. */
const AS_NOVA_SAYS = { 'content-type': 'text/html; charset=UTF-8' };

export const tagsUpdate: CallerOperation = {
  ...ONE,
  id: 'server-tags.update',
  method: 'PUT',
  summary: 'Give a server a tag',
  description: '201 with its address when the server did not have it, else 204.',
  success: 201,
  otherSuccesses: [204],
  errors: [400, 401, 403, 404, 409],
  rules: [rules.TAGS_UPDATE],
  body: [{ schema: Type.Unsafe({ type: 'null' }) }],
  handle: async (request, deps) => {
    const { server_id: id = '', tag = '' } = request.params;
    const added = await addTag(deps.servers, request, id, { tag, problem: problemOf(tag) });
    if (!added) return { status: 204, headers: AS_NOVA_SAYS };
    const self = resourceLinks(request.links, `servers/${id}`)[0]?.href ?? '';
    return { headers: { ...AS_NOVA_SAYS, location: `${self}/tags/${encodeURIComponent(tag)}` } };
  },
};

export const tagsDelete: CallerOperation = {
  ...ONE,
  id: 'server-tags.delete',
  method: 'DELETE',
  summary: 'Remove a tag from a server',
  success: 204,
  errors: [401, 403, 404, 409],
  rules: [rules.TAGS_DELETE],
  handle: async (request, deps) => {
    const { server_id: id = '', tag = '' } = request.params;
    await removeTag(deps.servers, request, id, tag);
    return {};
  },
};

/** What is wrong with a tag of an address; null for a good one. */
function problemOf(tag: string): string | null {
  // Nova's validator counts characters, not UTF-16 units.
  if (Array.from(tag).length > TAG.maxLength) return `'${tag}' is too long`;
  if (tag === '') return "'' is too short";
  return /[,/]/.test(tag) ? `'${tag}' does not match '${TAG.pattern}'` : null;
}
