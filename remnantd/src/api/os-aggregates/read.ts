// GET /os-aggregates and /os-aggregates/{id}: sets of hosts, for operators.

import { NOBODYS } from '../../access/authorise.ts';
import type { CallerOperation } from '../operation.ts';
import { idNumber } from '../query.ts';
import { listOf, objectOf } from '../reply-schema.ts';
import * as rules from './rules.ts';
import { AGGREGATE_REPLY, AGGREGATE_SHAPE, aggregateReply } from './shape.ts';

export const aggregatesList: CallerOperation = {
  id: 'os-aggregates.list',
  root: 'compute',
  method: 'GET',
  path: '/os-aggregates',
  summary: 'List aggregates',
  success: 200,
  errors: [401, 403],
  rules: [rules.INDEX],
  reply: objectOf({ aggregates: listOf(AGGREGATE_REPLY) }),
  handle: async (request, deps) => {
    const aggregates = await deps.access.aggregates.list(request.caller, rules.INDEX.name);
    const render = AGGREGATE_SHAPE.render(request.version, 'full', []);
    return { body: { aggregates: aggregates.map((aggregate) => render(aggregate, null)) } };
  },
};

export const aggregatesShow: CallerOperation = {
  id: 'os-aggregates.show',
  root: 'compute',
  method: 'GET',
  path: '/os-aggregates/{aggregate_id}',
  summary: 'Show an aggregate',
  success: 200,
  errors: [400, 401, 403, 404],
  rules: [rules.SHOW],
  reply: objectOf({ aggregate: AGGREGATE_REPLY }),
  handle: async (request, deps) => {
    deps.access.authorise(request.caller, rules.SHOW.name, NOBODYS);
    const seq = idNumber(request.params['aggregate_id'] ?? '');
    const aggregate = await deps.access.aggregates.one(request.caller, rules.SHOW.name, seq);
    return aggregateReply(request.version, aggregate);
  },
};
