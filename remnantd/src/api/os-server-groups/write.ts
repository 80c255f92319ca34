// POST /os-server-groups, DELETE /os-server-groups/{id} (nova/api/openstack/compute/server_groups.py).

import { createServerGroup } from '../../app/server-groups/create-server-group.ts';
import { deleteServerGroup } from '../../app/server-groups/delete-server-group.ts';
import type { JsonObject } from '../../lib/json.ts';
import { fault } from '../../model/faults.ts';
import type { VersionSpan } from '../../model/microversion.ts';
import type { GroupPolicy } from '../../model/server-group.ts';
import { behaves } from '../behaviours.ts';
import type { CallerOperation, CallerRequest, VersionedSchema } from '../operation.ts';
import { objectOf } from '../reply-schema.ts';
import { POSITIVE, STRICT_NAME, under } from '../schemas.ts';
import * as rules from './rules.ts';
import { GROUP_REPLY, GROUP_SHAPE } from './shape.ts';

const HARD = ['anti-affinity', 'affinity'];
const ALL = [...HARD, 'soft-anti-affinity', 'soft-affinity'];

const bodyOf = (span: VersionSpan, more: JsonObject, needed: string): VersionedSchema => ({
  ...span,
  schema: under('server_group', { properties: { name: STRICT_NAME, ...more }, required: ['name', needed] }),
});
const listOfOne = (policies: string[]) => ({
  policies: {
    type: 'array',
    items: [{ type: 'string', enum: policies }],
    uniqueItems: true,
    minItems: 1,
    maxItems: 1,
    additionalItems: false,
  },
});
/** More than a column holds is more than there can be hosts or servers for. */
const RULES = {
  type: 'object',
  properties: { max_server_per_host: { ...POSITIVE, maximum: 0x7fffffff } },
  additionalProperties: false,
};

export const osServerGroupsCreate: CallerOperation = {
  id: 'os-server-groups.create',
  root: 'compute',
  method: 'POST',
  path: '/os-server-groups',
  summary: 'Create a server group',
  success: 200,
  errors: [400, 401, 403],
  rules: [rules.CREATE],
  body: [
    bodyOf({ until: '2.14' }, listOfOne(HARD), 'policies'),
    bodyOf({ since: '2.15', until: '2.63' }, listOfOne(ALL), 'policies'),
    bodyOf({ since: '2.64' }, { policy: { type: 'string', enum: ALL }, rules: RULES }, 'policy'),
  ],
  reply: objectOf({ server_group: GROUP_REPLY }),
  handle: async (request, deps) => {
    deps.access.authorise(request.caller, rules.CREATE.name);
    const group = await createServerGroup(deps.serverGroups, request, wantedOf(request));
    return { body: { server_group: GROUP_SHAPE.render(request.version, 'full', [])(group, null) } };
  },
};

interface GroupBody {
  readonly name: string;
  readonly policies?: readonly GroupPolicy[];
  readonly policy?: GroupPolicy;
  readonly rules?: { readonly max_server_per_host?: number | string };
}

function wantedOf({ body, version }: CallerRequest) {
  const { server_group: asked } = body as unknown as { server_group: GroupBody };
  const name = asked.name.trim();
  if (!behaves(version, 'group-policy')) {
    return { name, policy: asked.policies?.[0] ?? 'anti-affinity', maxServerPerHost: null };
  }
  const policy = asked.policy ?? 'anti-affinity';
  const most = asked.rules?.max_server_per_host;
  if (policy !== 'anti-affinity' && most !== undefined) {
    throw fault('bad-request', { message: 'Only anti-affinity policy supports rules.' });
  }
  return { name, policy, maxServerPerHost: most === undefined ? null : Number(most) };
}

export const osServerGroupsDelete: CallerOperation = {
  id: 'os-server-groups.delete',
  root: 'compute',
  method: 'DELETE',
  path: '/os-server-groups/{server_group_id}',
  summary: 'Delete a server group',
  description: 'Its servers stay where they are.',
  success: 204,
  errors: [401, 403, 404],
  rules: [rules.DELETE],
  handle: async (request, deps) => {
    const id = request.params['server_group_id'] ?? '';
    const group = await deps.access.groups.one(request.caller, rules.DELETE.name, id);
    await deleteServerGroup(deps.serverGroups, request, group);
    return {};
  },
};
