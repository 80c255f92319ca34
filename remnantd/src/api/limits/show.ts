// GET /limits: what a project may have, and what it has.

import { NOBODYS } from '../../access/authorise.ts';
import type { CallerOperation } from '../operation.ts';
import { last, querySchema, TEXT } from '../query.ts';
import { listOf, objectOf } from '../reply-schema.ts';
import * as rules from './rules.ts';
import { LIMITS_REPLY, LIMITS_SHAPE } from './shape.ts';

const PARAMETERS = { tenant_id: TEXT };
export const limitsShow: CallerOperation = {
  id: 'limits.show',
  root: 'compute',
  method: 'GET',
  path: '/limits',
  summary: "Show a project's limits",
  success: 200,
  errors: [400, 401, 403],
  rules: [rules.SHOW, rules.OTHER_PROJECT],
  query: [
    { until: '2.74', schema: querySchema(PARAMETERS) },
    { since: '2.75', schema: querySchema(PARAMETERS, { additionalProperties: false }) },
  ],
  reply: objectOf({ limits: objectOf({ rate: listOf(objectOf({})), absolute: LIMITS_REPLY }) }),
  handle: async ({ caller, query, version }, deps) => {
    const asked = last(query, 'tenant_id');
    if (asked !== null) {
      deps.access.authorise(caller, rules.SHOW.name, NOBODYS);
      deps.access.authorise(caller, rules.OTHER_PROJECT.name);
    }
    const whose = { projectId: asked ?? caller.projectId ?? '', userId: null };
    const state = await deps.access.quotas.state(caller, rules.SHOW.name, NOBODYS, whose);
    const absolute = LIMITS_SHAPE.render(version, 'full', [])(state, null);
    return { body: { limits: { rate: [], absolute } } };
  },
};
