// /identity/v3/domains: the one domain there is. It cannot be changed, and no other can be made.

import { fault } from '../../model/faults.ts';
import { DEFAULT_DOMAIN } from '../../model/identity.ts';
import type { ApiRequest, CallerOperation } from '../operation.ts';
import { last, querySchema, TEXT } from '../query.ts';
import { FLAG, listOf, objectOf, STRING, titled } from '../reply-schema.ts';
import { flagOf } from './fields.ts';
import * as rules from './rules.ts';
import { listBody, listReply, SELF_LINK, urlOf } from './shape.ts';

/** A domain, for the OpenAPI document. */
export const DOMAIN_REPLY = titled(
  'Domain',
  objectOf({
    id: STRING,
    name: STRING,
    description: STRING,
    enabled: FLAG,
    tags: listOf(STRING),
    options: { type: 'object' },
    links: SELF_LINK,
  }),
);

function domainBody(request: ApiRequest): object {
  return {
    ...DEFAULT_DOMAIN,
    description: 'The default domain',
    enabled: true,
    tags: [],
    options: {},
    links: { self: urlOf(request, `/domains/${DEFAULT_DOMAIN.id}`) },
  };
}

export const domainsList: CallerOperation = {
  id: 'domains.list',
  root: 'identity',
  method: 'GET',
  path: '/domains',
  summary: 'List domains',
  success: 200,
  errors: [400, 401, 403],
  rules: [rules.LIST_DOMAINS],
  query: [{ schema: querySchema({ name: TEXT, enabled: TEXT }) }],
  reply: listReply('domains', DOMAIN_REPLY),
  handle: (request, deps) => {
    deps.access.identity.authorise(request.caller, rules.LIST_DOMAINS.name);
    const name = last(request.query, 'name');
    const matches = (name === null || name === DEFAULT_DOMAIN.name) && flagOf(request.query, 'enabled') !== false;
    return Promise.resolve({ body: listBody(request, 'domains', '/domains', matches ? [domainBody(request)] : []) });
  },
};

export const domainsShow: CallerOperation = {
  id: 'domains.show',
  root: 'identity',
  method: 'GET',
  path: '/domains/{domain_id}',
  summary: 'Show a domain',
  success: 200,
  errors: [401, 403, 404],
  rules: [rules.GET_DOMAIN],
  reply: objectOf({ domain: DOMAIN_REPLY }),
  handle: (request, deps) => {
    deps.access.identity.authorise(request.caller, rules.GET_DOMAIN.name);
    const id = request.params['domain_id'] ?? '';
    if (id !== DEFAULT_DOMAIN.id) throw fault('identity-not-found', { what: `domain: ${id}` });
    return Promise.resolve({ body: { domain: domainBody(request) } });
  },
};
