// GET /servers and GET /servers/detail: one page, nothing joined, host_status from memory.

import type { RuleDefault } from '../../policy/rule-default.ts';
import type { ApiDeps } from '../deps.ts';
import { nextLink } from '../links.ts';
import type { CallerOperation, CallerRequest, Reply } from '../operation.ts';
import { LINKS, listOf, objectOf } from '../reply-schema.ts';
import { LEGACY_LIST_QUERY, LIST_QUERY, pageQuery } from './list-query.ts';
import { serverListReply } from './render-server.ts';
import * as rules from './rules.ts';
import type { ServerView } from './shape.ts';
import { SERVER_REPLY } from './shape.ts';

async function page(
  request: CallerRequest,
  deps: ApiDeps,
  what: { view: ServerView; path: string; list: RuleDefault; all: RuleDefault },
): Promise<Reply> {
  const { caller, query } = request;
  deps.access.authorise(caller, what.list.name);
  const wanted = pageQuery(
    query,
    request.version,
    {
      isAdmin: caller.isAdmin,
      allFilters: deps.access.permits(caller, rules.ALL_FILTERS.name),
      requireAllProjects: () => deps.access.authorise(caller, what.all.name),
    },
    deps.maxLimit,
  );
  if (wanted === null) return { body: { servers: [] } };
  const stamps = await deps.access.servers.stamps(caller, what.list.name, wanted);
  const last = stamps.at(-1);
  const full = last !== undefined && stamps.length === wanted.limit;
  const next = full ? nextLink(request.links, what.path, query, last.id) : null;
  return serverListReply(deps, request, what.view, stamps, next);
}

export const serversList: CallerOperation = {
  id: 'servers.list',
  root: 'compute',
  method: 'GET',
  path: '/servers',
  summary: 'List servers',
  success: 200,
  errors: [400, 401, 403],
  rules: [rules.INDEX, rules.INDEX_ALL, rules.ALL_FILTERS],
  query: LIST_QUERY,
  legacyQuery: LEGACY_LIST_QUERY,
  reply: objectOf({ servers: listOf(SERVER_REPLY.brief) }, { servers_links: LINKS }),
  handle: (request, deps) =>
    page(request, deps, { view: 'brief', path: 'servers', list: rules.INDEX, all: rules.INDEX_ALL }),
};

export const serversDetail: CallerOperation = {
  id: 'servers.detail',
  root: 'compute',
  method: 'GET',
  path: '/servers/detail',
  summary: 'List servers with details',
  success: 200,
  errors: [400, 401, 403],
  rules: rules.DETAIL_RULES,
  query: LIST_QUERY,
  legacyQuery: LEGACY_LIST_QUERY,
  reply: objectOf({ servers: listOf(SERVER_REPLY.detail) }, { servers_links: LINKS }),
  handle: (request, deps) =>
    page(request, deps, { view: 'detail', path: 'servers/detail', list: rules.DETAIL, all: rules.DETAIL_ALL }),
};
