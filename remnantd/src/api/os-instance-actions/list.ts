// GET /servers/{id}/os-instance-actions: what was asked of a server, newest first.

import { behaves } from '../behaviours.ts';
import { nextLink } from '../links.ts';
import type { CallerOperation } from '../operation.ts';
import { last, NUMBER, onceSchema, pageLimit, querySchema, requireInOrder, TEXT, TIME, timeOf } from '../query.ts';
import { LINKS, listOf, objectOf } from '../reply-schema.ts';
import * as rules from './rules.ts';
import { ACTION_REPLY, ACTION_SHAPE } from './shape.ts';

const PAGED = { limit: NUMBER, marker: TEXT, 'changes-since': TIME };
const STRICT = { additionalProperties: false };

export const osInstanceActionsList: CallerOperation = {
  id: 'os-instance-actions.list',
  root: 'compute',
  method: 'GET',
  path: '/servers/{server_id}/os-instance-actions',
  summary: "List a server's actions",
  success: 200,
  errors: [400, 401, 403, 404],
  rules: [rules.LIST],
  query: [
    { until: '2.57', schema: querySchema({}) },
    { since: '2.58', until: '2.65', schema: onceSchema(PAGED, STRICT) },
    { since: '2.66', schema: onceSchema({ ...PAGED, 'changes-before': TIME }, STRICT) },
  ],
  reply: objectOf({ instanceActions: listOf(ACTION_REPLY) }, { links: LINKS }),
  handle: async (request, deps) => {
    const { caller, query, version } = request;
    const id = request.params['server_id'] ?? '';
    const server = behaves(version, 'actions-of-deleted')
      ? await deps.access.servers.oneEvenDeleted(caller, id, rules.LIST.name)
      : await deps.access.servers.one(caller, id, rules.LIST.name);
    const paged = behaves(version, 'paged-actions');
    const changedSince = paged ? timeOf(query, 'changes-since') : null;
    const changedBefore = behaves(version, 'changes-before') ? timeOf(query, 'changes-before') : null;
    requireInOrder(changedSince, changedBefore);
    const limit = paged ? pageLimit(query, deps.maxLimit) : null;
    const marker = paged ? last(query, 'marker') : null;
    const actions = await deps.access.records.actions(server, { limit, marker, changedSince, changedBefore });
    const render = ACTION_SHAPE.render(version, 'full', []);
    const end = actions.at(-1);
    const path = `servers/${server.id}/os-instance-actions`;
    const links =
      end !== undefined && actions.length === limit
        ? { links: [nextLink(request.links, path, query, end.requestId)] }
        : {};
    return { body: { instanceActions: actions.map((action) => render(action, null)), ...links } };
  },
};
