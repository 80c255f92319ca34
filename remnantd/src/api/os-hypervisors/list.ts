// GET /os-hypervisors and /os-hypervisors/detail: the hypervisors there are. From 2.53 they can be asked for by name, with
// their servers.

import { fault } from '../../model/faults.ts';
import { behaves } from '../behaviours.ts';
import type { ApiDeps } from '../deps.ts';
import { nextLink } from '../links.ts';
import type { CallerOperation, CallerRequest, Reply } from '../operation.ts';
import type { Query } from '../query.ts';
import { last, NUMBER, onceSchema, pageLimit, querySchema, TEXT } from '../query.ts';
import type { ReplySchema } from '../reply-schema.ts';
import { LINKS, listOf, objectOf } from '../reply-schema.ts';
import { BOOLEAN, booleanOf, HOST } from '../schemas.ts';
import { allHypervisors, matching, showHypervisors } from './hypervisors.ts';
import * as rules from './rules.ts';
import type { Hypervisor } from './shape.ts';
import { BRIEF_HYPERVISOR_REPLY, HYPERVISOR_REPLY } from './shape.ts';

const PAGED = { limit: NUMBER, marker: TEXT };
const QUERY = [
  { until: '2.32', schema: querySchema({}) },
  { since: '2.33', until: '2.52', schema: querySchema(PAGED) },
  {
    since: '2.53',
    schema: onceSchema(
      { ...PAGED, hypervisor_hostname_pattern: HOST, with_servers: BOOLEAN },
      { additionalProperties: false },
    ),
  },
] as const;

const replyOf = (one: ReplySchema) => objectOf({ hypervisors: listOf(one) }, { hypervisors_links: LINKS });
const LISTED = { root: 'compute', method: 'GET', success: 200, errors: [400, 401, 403, 404], query: QUERY } as const;

export const hypervisorsList: CallerOperation = {
  ...LISTED,
  id: 'os-hypervisors.list',
  path: '/os-hypervisors',
  summary: 'List hypervisors',
  rules: [rules.LIST],
  reply: replyOf(BRIEF_HYPERVISOR_REPLY),
  handle: (request, deps) => page(request, { rule: rules.LIST.name, view: 'brief', path: 'os-hypervisors' }, deps),
};

export const hypervisorsDetail: CallerOperation = {
  ...LISTED,
  id: 'os-hypervisors.detail',
  path: '/os-hypervisors/detail',
  summary: 'List hypervisors with details',
  rules: [rules.DETAIL],
  reply: replyOf(HYPERVISOR_REPLY),
  handle: (request, deps) =>
    page(request, { rule: rules.DETAIL.name, view: 'full', path: 'os-hypervisors/detail' }, deps),
};

interface Listing {
  readonly rule: string;
  readonly view: 'brief' | 'full';
  readonly path: string;
}

async function page(request: CallerRequest, { rule, view, path }: Listing, deps: ApiDeps): Promise<Reply> {
  const { query, version } = request;
  const all = await allHypervisors(request.caller, rule, deps);
  const searched = behaves(version, 'hypervisor-uuid');
  const pattern = searched ? last(query, 'hypervisor_hostname_pattern') : null;
  const how = { view, servers: searched && booleanOf(last(query, 'with_servers')) };
  if (pattern !== null) {
    if (last(query, 'limit') !== null || last(query, 'marker') !== null) {
      const message = 'Paging over hypervisors with the hypervisor_hostname_pattern query parameter is not supported.';
      throw fault('bad-request', { message });
    }
    return { body: { hypervisors: await showHypervisors(request, rule, matching(all, pattern), how, deps) } };
  }
  const paged = behaves(version, 'paged-hypervisors');
  const limit = paged ? pageLimit(query, deps.maxLimit) : all.length;
  const some = paged ? behind(all, query).slice(0, limit) : all;
  const hypervisors = await showHypervisors(request, rule, some, how, deps);
  const end = some.at(-1);
  const next =
    paged && end !== undefined && some.length === limit
      ? { hypervisors_links: [nextLink(request.links, path, query, searched ? end.id : String(end.number))] }
      : {};
  return { body: { hypervisors, ...next } };
}

/** Those behind the marker, a number or a UUID. Fault marker-not-found. */
function behind(all: readonly Hypervisor[], query: Query): readonly Hypervisor[] {
  const marker = last(query, 'marker');
  if (marker === null) return all;
  const at = all.findIndex(({ number, id }) => String(number) === marker || id === marker);
  if (at < 0) throw fault('marker-not-found', { marker });
  return all.slice(at + 1);
}
