// GET /os-services: the services with their states.

import type { CallerOperation } from '../operation.ts';
import { last, querySchema, TEXT } from '../query.ts';
import { listOf, objectOf } from '../reply-schema.ts';
import * as rules from './rules.ts';
import { SERVICE_REPLY, SERVICE_SHAPE } from './shape.ts';

const PARAMETERS = { host: TEXT, binary: TEXT };

export const osServicesList: CallerOperation = {
  id: 'os-services.list',
  root: 'compute',
  method: 'GET',
  path: '/os-services',
  summary: 'List compute services',
  success: 200,
  errors: [400, 401, 403],
  rules: [rules.LIST],
  query: [
    { until: '2.74', schema: querySchema(PARAMETERS) },
    { since: '2.75', schema: querySchema(PARAMETERS, { additionalProperties: false }) },
  ],
  reply: objectOf({ services: listOf(SERVICE_REPLY) }),
  handle: async (request, deps) => {
    // An empty filter is none.
    const filter = { host: last(request.query, 'host') || null, binary: last(request.query, 'binary') || null };
    const services = await deps.access.services.list(request.caller, rules.LIST.name, filter);
    const render = SERVICE_SHAPE.render(request.version, 'full', []);
    return { body: { services: services.map((service) => render(service, { hosts: deps.hosts })) } };
  },
};
