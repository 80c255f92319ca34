// GET /os-keypairs and /os-keypairs/{name} (nova/api/openstack/compute/keypairs.py).

import { behaves } from '../behaviours.ts';
import { nextLink } from '../links.ts';
import type { CallerOperation } from '../operation.ts';
import { last, NUMBER, pageLimit, querySchema, TEXT } from '../query.ts';
import { LINKS, listOf, objectOf } from '../reply-schema.ts';
import * as rules from './rules.ts';
import { KEYPAIR_REPLY, KEYPAIR_SHAPE } from './shape.ts';
import { OF_USER, whose } from './whose.ts';

const PAGED = { user_id: TEXT, limit: NUMBER, marker: TEXT };

export const osKeypairsList: CallerOperation = {
  id: 'os-keypairs.list',
  root: 'compute',
  method: 'GET',
  path: '/os-keypairs',
  summary: 'List key pairs',
  success: 200,
  errors: [400, 401, 403],
  rules: [rules.INDEX],
  query: [
    { until: '2.9', schema: querySchema({}) },
    { since: '2.10', until: '2.34', schema: querySchema({ user_id: TEXT }) },
    { since: '2.35', until: '2.74', schema: querySchema(PAGED) },
    { since: '2.75', schema: querySchema(PAGED, { additionalProperties: false }) },
  ],
  reply: objectOf({ keypairs: listOf(objectOf({ keypair: KEYPAIR_REPLY.list })) }, { keypairs_links: LINKS }),
  handle: async (request, deps) => {
    const { caller, query, version, links } = request;
    const paged = behaves(version, 'paged-keypairs');
    const page = {
      limit: paged ? pageLimit(query, deps.maxLimit) : null,
      marker: paged ? last(query, 'marker') : null,
    };
    const keypairs = await deps.access.keypairs.list(caller, rules.INDEX.name, whose(request), page);
    const render = KEYPAIR_SHAPE.render(version, 'list', []);
    const end = keypairs.at(-1);
    const full = end !== undefined && keypairs.length === page.limit;
    return {
      body: {
        keypairs: keypairs.map((keypair) => ({ keypair: render(keypair, { privateKey: null }) })),
        ...(full ? { keypairs_links: [nextLink(links, 'os-keypairs', query, end.name)] } : {}),
      },
    };
  },
};

export const osKeypairsShow: CallerOperation = {
  id: 'os-keypairs.show',
  root: 'compute',
  method: 'GET',
  path: '/os-keypairs/{keypair_name}',
  summary: 'Show a key pair',
  success: 200,
  errors: [400, 401, 403, 404],
  rules: [rules.SHOW],
  query: OF_USER,
  reply: objectOf({ keypair: KEYPAIR_REPLY.show }),
  handle: async (request, deps) => {
    const { keypair_name: name = '' } = request.params;
    const keypair = await deps.access.keypairs.one(request.caller, rules.SHOW.name, whose(request), name);
    return { body: { keypair: KEYPAIR_SHAPE.render(request.version, 'show', [])(keypair, { privateKey: null }) } };
  },
};
