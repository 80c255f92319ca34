// GET /os-server-groups and /os-server-groups/{id} (nova/api/openstack/compute/server_groups.py).

import type { CallerOperation } from '../operation.ts';
import { last, NUMBER, querySchema, TEXT } from '../query.ts';
import { listOf, objectOf } from '../reply-schema.ts';
import * as rules from './rules.ts';
import { GROUP_REPLY, GROUP_SHAPE } from './shape.ts';

const PARAMETERS = { all_projects: TEXT, limit: NUMBER, offset: NUMBER };

export const osServerGroupsList: CallerOperation = {
  id: 'os-server-groups.list',
  root: 'compute',
  method: 'GET',
  path: '/os-server-groups',
  summary: 'List server groups',
  description: 'With `all_projects`, whatever it says, an admin is given those of all projects.',
  success: 200,
  errors: [400, 401, 403],
  rules: [rules.INDEX, rules.INDEX_ALL],
  query: [
    { until: '2.74', schema: querySchema(PARAMETERS) },
    { since: '2.75', schema: querySchema(PARAMETERS, { additionalProperties: false }) },
  ],
  reply: objectOf({ server_groups: listOf(GROUP_REPLY) }),
  handle: async ({ caller, query, version }, deps) => {
    const names = { own: rules.INDEX.name, all: rules.INDEX_ALL.name };
    const groups = await deps.access.groups.list(caller, names, {
      allProjects: query['all_projects'] !== undefined,
      // None asked for is as many as there may be.
      limit: Math.min(Number(last(query, 'limit') ?? 0) || deps.maxLimit, deps.maxLimit),
      offset: Math.min(Number(last(query, 'offset') ?? 0), Number.MAX_SAFE_INTEGER),
    });
    const render = GROUP_SHAPE.render(version, 'full', []);
    return { body: { server_groups: groups.map((group) => render(group, null)) } };
  },
};

export const osServerGroupsShow: CallerOperation = {
  id: 'os-server-groups.show',
  root: 'compute',
  method: 'GET',
  path: '/os-server-groups/{server_group_id}',
  summary: 'Show a server group',
  success: 200,
  errors: [401, 403, 404],
  rules: [rules.SHOW],
  reply: objectOf({ server_group: GROUP_REPLY }),
  handle: async ({ caller, params, version }, deps) => {
    const group = await deps.access.groups.one(caller, rules.SHOW.name, params['server_group_id'] ?? '');
    return { body: { server_group: GROUP_SHAPE.render(version, 'full', [])(group, null) } };
  },
};
