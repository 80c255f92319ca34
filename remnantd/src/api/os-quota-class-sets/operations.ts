// GET and PUT /os-quota-class-sets/{class}. The class `default` is everybody's; no other one has an effect.

import { updateQuotaClass } from '../../app/quotas/change-quotas.ts';
import { fault } from '../../model/faults.ts';
import type { CallerOperation } from '../operation.ts';
import { limitSchemas, limitsIn } from '../quota-schemas.ts';
import * as rules from './rules.ts';
import { QUOTA_CLASS_REPLY, QUOTA_CLASS_SHAPE } from './shape.ts';

const LONGEST_NAME = 255;

export const osQuotaClassSetsShow: CallerOperation = {
  id: 'os-quota-class-sets.show',
  root: 'compute',
  method: 'GET',
  path: '/os-quota-class-sets/{quota_class}',
  summary: 'Show the quota of a class',
  description: 'The class `default` holds for every project without a limit of its own; no other class has an effect.',
  success: 200,
  errors: [401, 403],
  rules: [rules.SHOW],
  reply: QUOTA_CLASS_REPLY.show,
  handle: async ({ caller, params, version }, deps) => {
    const name = params['quota_class'] ?? '';
    const limits = await deps.access.quotas.ofClass(caller, rules.SHOW.name, name);
    return { body: { quota_class_set: QUOTA_CLASS_SHAPE.render(version, 'show', [])({ name, limits }, null) } };
  },
};

export const osQuotaClassSetsUpdate: CallerOperation = {
  id: 'os-quota-class-sets.update',
  root: 'compute',
  method: 'PUT',
  path: '/os-quota-class-sets/{quota_class}',
  summary: 'Change the quota of a class',
  success: 200,
  errors: [400, 401, 403],
  rules: [rules.UPDATE],
  body: limitSchemas('quota_class_set', ['2.49', '2.50']),
  reply: QUOTA_CLASS_REPLY.update,
  handle: async (request, deps) => {
    const { caller, params, version } = request;
    const name = params['quota_class'] ?? '';
    const { quota_class_set: asked } = request.body as unknown as {
      quota_class_set: Readonly<Record<string, unknown>>;
    };
    await updateQuotaClass(deps.quotas, request, name, limitsIn(asked), () => {
      if (name.length <= LONGEST_NAME) return;
      const told = `quota_class_name has ${name.length} characters, more than ${LONGEST_NAME}.`;
      throw fault('bad-request', { message: `Invalid input received: ${told}` });
    });
    const limits = await deps.access.quotas.ofClass(caller, rules.UPDATE.name, name);
    return { body: { quota_class_set: QUOTA_CLASS_SHAPE.render(version, 'update', [])({ name, limits }, null) } };
  },
};
