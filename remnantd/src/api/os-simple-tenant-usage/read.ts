// GET /os-simple-tenant-usage, of all projects and of one: what their servers used in a period. From 2.40 in pages of servers;
// before that, of the first page alone, as in Nova.

import { behaves } from '../behaviours.ts';
import type { ApiDeps } from '../deps.ts';
import { nextLink } from '../links.ts';
import type { CallerOperation, CallerRequest, VersionedSchema } from '../operation.ts';
import { last, NUMBER, pageLimit, querySchema, TEXT } from '../query.ts';
import { LINKS, listOf, objectOf } from '../reply-schema.ts';
import { periodOf } from './period.ts';
import { PROJECT_USAGE, projectUsages } from './report.ts';
import * as rules from './rules.ts';

const PAGED = { limit: NUMBER, marker: TEXT };
const querySchemas = (own: Readonly<Record<string, object>>): readonly VersionedSchema[] => [
  { until: '2.39', schema: querySchema(own) },
  { since: '2.40', until: '2.74', schema: querySchema({ ...own, ...PAGED }) },
  { since: '2.75', schema: querySchema({ ...own, ...PAGED }, { additionalProperties: false }) },
];
const PERIOD = { start: TEXT, end: TEXT };

async function reportOf(
  request: CallerRequest,
  deps: ApiDeps,
  what: { readonly rule: string; readonly projectId: string | null; readonly detailed: boolean; readonly path: string },
) {
  const { caller, links, query } = request;
  const { projectId, detailed } = what;
  deps.access.authorise(caller, what.rule, projectId === null ? undefined : { project_id: projectId, user_id: null });
  const now = deps.servers.clock.wall();
  const period = periodOf(query, now);
  const isPaged = behaves(request.version, 'paged-usage');
  const limit = isPaged ? pageLimit(query, deps.maxLimit) : deps.maxLimit;
  const marker = isPaged ? last(query, 'marker') : null;
  const servers = await deps.access.usage.page(caller, what.rule, { ...period, projectId, limit, marker });
  const end = servers.at(-1);
  const isFull = isPaged && end !== undefined && servers.length === limit;
  return {
    usages: projectUsages(servers, period, { detailed, now }),
    next: isFull ? [nextLink(links, what.path, query, end.id)] : null,
  };
}

export const osSimpleTenantUsageList: CallerOperation = {
  id: 'os-simple-tenant-usage.list',
  root: 'compute',
  method: 'GET',
  path: '/os-simple-tenant-usage',
  summary: 'Show what every project used',
  success: 200,
  errors: [400, 401, 403],
  rules: [rules.LIST],
  query: querySchemas({ ...PERIOD, detailed: TEXT }),
  reply: objectOf({ tenant_usages: listOf(PROJECT_USAGE) }, { tenant_usages_links: LINKS }),
  handle: async (request, deps) => {
    const detailed = request.query['detailed']?.find((value) => value !== '') === '1';
    const what = { rule: rules.LIST.name, projectId: null, detailed, path: 'os-simple-tenant-usage' };
    const { usages, next } = await reportOf(request, deps, what);
    return { body: { tenant_usages: usages, ...(next === null ? {} : { tenant_usages_links: next }) } };
  },
};

export const osSimpleTenantUsageShow: CallerOperation = {
  id: 'os-simple-tenant-usage.show',
  root: 'compute',
  method: 'GET',
  path: '/os-simple-tenant-usage/{tenant_id}',
  summary: 'Show what a project used',
  success: 200,
  errors: [400, 401, 403],
  rules: [rules.SHOW],
  query: querySchemas(PERIOD),
  reply: objectOf({ tenant_usage: { anyOf: [PROJECT_USAGE, objectOf({})] } }, { tenant_usage_links: LINKS }),
  handle: async (request, deps) => {
    const projectId = request.params['tenant_id'] ?? '';
    const path = `os-simple-tenant-usage/${projectId}`;
    const { usages, next } = await reportOf(request, deps, { rule: rules.SHOW.name, projectId, detailed: true, path });
    return { body: { tenant_usage: usages[0] ?? {}, ...(next === null ? {} : { tenant_usage_links: next }) } };
  },
};
