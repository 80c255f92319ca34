// POST, PUT and DELETE of aggregates. The policy is asked before the id is read, as Nova does.

import { NOBODYS } from '../../access/authorise.ts';
import { createAggregate } from '../../app/aggregates/create-aggregate.ts';
import { deleteAggregate } from '../../app/aggregates/delete-aggregate.ts';
import { updateAggregate } from '../../app/aggregates/update-aggregate.ts';
import type { CallerOperation } from '../operation.ts';
import { idNumber } from '../query.ts';
import { objectOf } from '../reply-schema.ts';
import { NAME, NAME_TO_TRIM, under, ZONE_OR_NULL } from '../schemas.ts';
import * as rules from './rules.ts';
import { AGGREGATE_REPLY, aggregateReply, NEW_AGGREGATE_REPLY } from './shape.ts';

interface AggregateBody {
  readonly aggregate: { readonly name?: string; readonly availability_zone?: string | null };
}

export const aggregatesCreate: CallerOperation = {
  id: 'os-aggregates.create',
  root: 'compute',
  method: 'POST',
  path: '/os-aggregates',
  summary: 'Create an aggregate',
  success: 200,
  errors: [400, 401, 403, 409],
  rules: [rules.CREATE],
  body: [
    { schema: under('aggregate', { properties: { name: NAME, availability_zone: ZONE_OR_NULL }, required: ['name'] }) },
  ],
  reply: objectOf({ aggregate: NEW_AGGREGATE_REPLY }),
  handle: async (request, deps) => {
    deps.access.authorise(request.caller, rules.CREATE.name, NOBODYS);
    const { name = '', availability_zone: zone } = (request.body as unknown as AggregateBody).aggregate;
    const wanted = { name: name.trim(), zone: zone?.trim() ?? null };
    return aggregateReply(request.version, await createAggregate(deps.aggregates, request, wanted), 'created');
  },
};

export const aggregatesUpdate: CallerOperation = {
  id: 'os-aggregates.update',
  root: 'compute',
  method: 'PUT',
  path: '/os-aggregates/{aggregate_id}',
  summary: "Change an aggregate's name or availability zone",
  description: 'A zone changes only while its hosts have no servers.',
  success: 200,
  errors: [400, 401, 403, 404, 409],
  rules: [rules.UPDATE],
  body: [
    {
      schema: under('aggregate', {
        properties: { name: NAME_TO_TRIM, availability_zone: ZONE_OR_NULL },
        additionalProperties: false,
        anyOf: [{ required: ['name'] }, { required: ['availability_zone'] }],
      }),
    },
  ],
  reply: objectOf({ aggregate: AGGREGATE_REPLY }),
  handle: async (request, deps) => {
    const { caller, params } = request;
    deps.access.authorise(caller, rules.UPDATE.name, NOBODYS);
    const seq = idNumber(params['aggregate_id'] ?? '');
    const { name, availability_zone: zone } = (request.body as unknown as AggregateBody).aggregate;
    const change = {
      ...(name === undefined ? {} : { name: name.trim() }),
      ...(zone === undefined ? {} : { zone }),
    };
    const aggregate = await deps.access.aggregates.one(caller, rules.UPDATE.name, seq);
    const now = await updateAggregate(deps.aggregates, request, aggregate, change, 'Cannot update aggregate');
    return aggregateReply(request.version, now);
  },
};

export const aggregatesDelete: CallerOperation = {
  id: 'os-aggregates.delete',
  root: 'compute',
  method: 'DELETE',
  path: '/os-aggregates/{aggregate_id}',
  summary: 'Delete an aggregate',
  description: 'Its hosts are taken out of it first.',
  success: 200,
  errors: [400, 401, 403, 404],
  rules: [rules.DELETE],
  handle: async (request, deps) => {
    const { caller, params } = request;
    deps.access.authorise(caller, rules.DELETE.name, NOBODYS);
    const seq = idNumber(params['aggregate_id'] ?? '');
    await deleteAggregate(deps.aggregates, request, await deps.access.aggregates.one(caller, rules.DELETE.name, seq));
    return {};
  },
};
