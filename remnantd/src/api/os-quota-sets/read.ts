// GET /os-quota-sets/{id}, its defaults and its detail: what a project may have, and what it has.

import { requireProject } from '../../app/identity/require-project.ts';
import type { RuleDefault } from '../../policy/rule-default.ts';
import type { ApiDeps } from '../deps.ts';
import type { CallerOperation, CallerRequest } from '../operation.ts';
import { querySchema, TEXT } from '../query.ts';
import * as rules from './rules.ts';
import { QUOTA_SET_REPLY, QUOTA_SET_SHAPE } from './shape.ts';

const PARAMETERS = { user_id: TEXT };
/** Of all that takes a user. */
export const QUOTA_QUERY = [
  { until: '2.74', schema: querySchema(PARAMETERS) },
  { since: '2.75', schema: querySchema(PARAMETERS, { additionalProperties: false }) },
] as const;

const read = {
  root: 'compute',
  method: 'GET',
  success: 200,
  errors: [400, 401, 403],
} as const;

/** Whose quota a request is about; an empty user is none. */
export function subjectOf({ params, query }: Pick<CallerRequest, 'params' | 'query'>) {
  return { projectId: params['tenant_id'] ?? '', userId: query['user_id']?.find((id) => id !== '') ?? null };
}

/** Asks the policy, then whether there is such a project, in Nova's order. */
async function requireShown({ caller }: CallerRequest, deps: ApiDeps, rule: RuleDefault, projectId: string) {
  const target = { project_id: projectId, user_id: null };
  deps.access.authorise(caller, rule.name, target);
  await requireProject(deps.quotas.identity, projectId);
  return target;
}

export const osQuotaSetsShow: CallerOperation = {
  ...read,
  id: 'os-quota-sets.show',
  path: '/os-quota-sets/{tenant_id}',
  summary: "Show a project's quota",
  rules: [rules.SHOW],
  query: QUOTA_QUERY,
  reply: QUOTA_SET_REPLY.show,
  handle: async (request, deps) => {
    const whose = subjectOf(request);
    const target = await requireShown(request, deps, rules.SHOW, whose.projectId);
    const limits = await deps.access.quotas.limits(request.caller, rules.SHOW.name, target, whose);
    const render = QUOTA_SET_SHAPE.render(request.version, 'show', []);
    return { body: { quota_set: render({ projectId: whose.projectId, limits, used: null }, null) } };
  },
};

export const osQuotaSetsDetail: CallerOperation = {
  ...read,
  id: 'os-quota-sets.detail',
  path: '/os-quota-sets/{tenant_id}/detail',
  summary: "Show a project's quota with what is used of it",
  rules: [rules.DETAIL],
  query: QUOTA_QUERY,
  reply: QUOTA_SET_REPLY.detail,
  handle: async (request, deps) => {
    const whose = subjectOf(request);
    const target = await requireShown(request, deps, rules.DETAIL, whose.projectId);
    const state = await deps.access.quotas.state(request.caller, rules.DETAIL.name, target, whose);
    const render = QUOTA_SET_SHAPE.render(request.version, 'detail', []);
    return { body: { quota_set: render({ projectId: whose.projectId, ...state }, null) } };
  },
};

export const osQuotaSetsDefaults: CallerOperation = {
  ...read,
  id: 'os-quota-sets.defaults',
  path: '/os-quota-sets/{tenant_id}/defaults',
  summary: 'Show the default quota',
  rules: [rules.DEFAULTS],
  reply: QUOTA_SET_REPLY.show,
  handle: async (request, deps) => {
    const { projectId } = subjectOf(request);
    const target = await requireShown(request, deps, rules.DEFAULTS, projectId);
    const limits = await deps.access.quotas.defaults(request.caller, rules.DEFAULTS.name, target);
    const render = QUOTA_SET_SHAPE.render(request.version, 'show', []);
    return { body: { quota_set: render({ projectId, limits, used: null }, null) } };
  },
};
