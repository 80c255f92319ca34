// PUT and DELETE /os-quota-sets/{id}: sets a project's limits, or those of one user in it, and sets them back.

import { deleteQuotas, updateQuotas } from '../../app/quotas/change-quotas.ts';
import { fault } from '../../model/faults.ts';
import type { CallerOperation } from '../operation.ts';
import { limitSchemas, limitsIn } from '../quota-schemas.ts';
import { BOOLEAN, booleanOf } from '../schemas.ts';
import { QUOTA_QUERY, subjectOf } from './read.ts';
import * as rules from './rules.ts';
import { QUOTA_SET_REPLY, QUOTA_SET_SHAPE } from './shape.ts';

export const osQuotaSetsUpdate: CallerOperation = {
  id: 'os-quota-sets.update',
  root: 'compute',
  method: 'PUT',
  path: '/os-quota-sets/{tenant_id}',
  summary: "Change a project's quota",
  success: 200,
  errors: [400, 401, 403],
  rules: [rules.UPDATE],
  query: QUOTA_QUERY,
  body: limitSchemas('quota_set', ['2.35', '2.36'], { force: BOOLEAN }),
  reply: QUOTA_SET_REPLY.update,
  handle: async (request, deps) => {
    const { quota_set: asked } = request.body as unknown as { quota_set: Readonly<Record<string, unknown>> };
    const whose = subjectOf(request);
    const change = { ...whose, limits: limitsIn(asked), force: booleanOf(asked['force']) };
    await updateQuotas(deps.quotas, request, change, () => {
      if (asked['networks'] !== undefined) {
        throw fault('bad-request', { message: 'The networks quota has been removed' });
      }
    });
    const target = { project_id: whose.projectId, user_id: null };
    const limits = await deps.access.quotas.limits(request.caller, rules.UPDATE.name, target, whose);
    const render = QUOTA_SET_SHAPE.render(request.version, 'update', []);
    return { body: { quota_set: render({ projectId: whose.projectId, limits, used: null }, null) } };
  },
};

export const osQuotaSetsDelete: CallerOperation = {
  id: 'os-quota-sets.delete',
  root: 'compute',
  method: 'DELETE',
  path: '/os-quota-sets/{tenant_id}',
  summary: "Set a project's quota back to the default",
  success: 202,
  errors: [400, 401, 403],
  rules: [rules.DELETE],
  query: QUOTA_QUERY,
  handle: async (request, deps) => {
    await deleteQuotas(deps.quotas, request, subjectOf(request));
    return {};
  },
};
