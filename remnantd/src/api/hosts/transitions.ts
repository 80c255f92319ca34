// GET /remnant/v1/hosts/{name}/transitions: what became of a host, each with its evidence. They are numbered in the order of
// their commits and never change, so that whoever reads goes on from the last number it has, forwards or backwards.

import { fault } from '../../model/faults.ts';
import type { HostName } from '../../model/ids.ts';
import { asId } from '../../model/ids.ts';
import type { CallerOperation } from '../operation.ts';
import { last, NUMBER, pageLimit, querySchema } from '../query.ts';
import { listOf, objectOf } from '../reply-schema.ts';
import { TRANSITION, transitionBody } from './host-health.ts';
import { TRANSITIONS } from './rules.ts';

/** A transition's number; no longer than one the database can count. */
const SEQ = { type: 'string', pattern: '^[0-9]{1,15}$' };
const ORDER = { type: 'string', enum: ['asc', 'desc'] };

export const hostsTransitions: CallerOperation = {
  id: 'hosts.transitions',
  root: 'remnant',
  method: 'GET',
  path: '/hosts/{name}/transitions',
  summary: 'List what became of a host',
  description:
    'Oldest first, with `order=desc` newest first: those with a `seq` above `since` and below `before`. The next page is `since` the last `seq` of this one, with `order=desc` `before` it. What became of a host stays when it is gone.',
  success: 200,
  errors: [400, 401, 403, 404],
  rules: [TRANSITIONS],
  query: [
    { schema: querySchema({ since: SEQ, before: SEQ, order: ORDER, limit: NUMBER }, { additionalProperties: false }) },
  ],
  reply: objectOf({ transitions: listOf(TRANSITION) }),
  handle: async (request, deps) => {
    const name = asId<HostName>(request.params['name'] ?? '');
    const before = last(request.query, 'before');
    const page = await deps.access.hosts.transitions(request.caller, TRANSITIONS.name, {
      host: name,
      since: Number(last(request.query, 'since') ?? '0'),
      before: before === null ? null : Number(before),
      newestFirst: last(request.query, 'order') === 'desc',
      limit: pageLimit(request.query, deps.maxLimit),
    });
    const isKnown = page.length > 0 || deps.hosts.find(name) !== null || deps.transitions.last(name) !== null;
    if (!isKnown) throw fault('host-not-found', { host: name });
    return { body: { transitions: page.map(transitionBody) } };
  },
};
