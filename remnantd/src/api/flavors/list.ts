// GET /flavors and GET /flavors/detail: one page, by Nova's filters and sort keys
// (nova/api/openstack/compute/flavors.py _get_flavors and its query schemas).

import type { FlavorPageQuery } from '../../access/catalogue-access.ts';
import { fault } from '../../model/faults.ts';
import type { FlavorOrder } from '../../model/flavor-query.ts';
import type { ApiDeps } from '../deps.ts';
import { nextLink } from '../links.ts';
import type { CallerOperation, CallerRequest, Reply, VersionedSchema } from '../operation.ts';
import type { Query } from '../query.ts';
import { booleanOf, last, NUMBER, pageLimit, querySchema, TEXT, wholeNumber } from '../query.ts';
import { LINKS, listOf, objectOf } from '../reply-schema.ts';
import { flavorRenderer, SPECS } from './render-flavor.ts';
import { FLAVOR_REPLY } from './shape.ts';

/** Sort keys by Nova's names, in its order. What is the same for all flavors here leaves the order they were made in. */
const ORDER_OF = {
  created_at: 'made',
  description: 'description',
  disabled: 'disabled',
  ephemeral_gb: 'ephemeral',
  flavorid: 'id',
  id: 'made',
  is_public: 'isPublic',
  memory_mb: 'ram',
  name: 'name',
  root_gb: 'disk',
  rxtx_factor: 'rxtxFactor',
  swap: 'swap',
  updated_at: 'made',
  vcpu_weight: 'made',
  vcpus: 'vcpus',
} as const satisfies Record<string, FlavorOrder>;

const PARAMETERS = {
  limit: NUMBER,
  marker: TEXT,
  is_public: TEXT,
  minRam: TEXT,
  minDisk: TEXT,
  sort_key: { type: 'string', enum: Object.keys(ORDER_OF) },
  sort_dir: { type: 'string', enum: ['asc', 'desc'] },
} as const;

const QUERY: readonly VersionedSchema[] = [
  { until: '2.74', schema: querySchema(PARAMETERS) },
  { since: '2.75', schema: querySchema(PARAMETERS, { additionalProperties: false }) },
];

/** The page a query asks for. Fault bad-request, in Nova's order. */
function pageQuery(query: Query, isAdmin: boolean, maxLimit: number): FlavorPageQuery {
  return {
    // What others than admins ask for is not even read.
    isPublic: isAdmin ? publicFilter(last(query, 'is_public')) : true,
    minRam: least(query, 'minRam'),
    minDisk: least(query, 'minDisk'),
    order: ORDER_OF[(last(query, 'sort_key') ?? 'flavorid') as keyof typeof ORDER_OF],
    dir: last(query, 'sort_dir') === 'desc' ? 'desc' : 'asc',
    limit: pageLimit(query, maxLimit),
    marker: last(query, 'marker'),
  };
}

/** `None`, in any case, asks for all; nothing for those that everybody may use. */
function publicFilter(asked: string | null): boolean | null {
  if (asked === null) return true;
  if (asked.toLowerCase() === 'none') return null;
  const wanted = booleanOf(asked);
  if (wanted === null) throw invalid('is_public', asked);
  return wanted;
}

function least(query: Query, name: 'minRam' | 'minDisk'): number | null {
  const asked = last(query, name);
  if (asked === null) return null;
  const number = wholeNumber(asked);
  if (number === null) throw invalid(name, asked);
  // Every flavor has more than nothing, and no database counts further.
  return Math.min(Math.max(0, number), Number.MAX_SAFE_INTEGER);
}

function invalid(name: string, value: string): Error {
  return fault('bad-request', { message: `Invalid ${name} filter [${value}]` });
}

async function page(
  request: CallerRequest,
  deps: ApiDeps,
  what: { view: 'brief' | 'full'; path: string },
): Promise<Reply> {
  const { caller, links, query } = request;
  const wanted = pageQuery(query, caller.isAdmin, deps.maxLimit);
  const flavors = await deps.access.catalogue.flavors(caller, wanted);
  const end = flavors.at(-1);
  const full = end !== undefined && flavors.length === wanted.limit;
  const next = full ? { flavors_links: [nextLink(links, what.path, query, end.id)] } : {};
  return { body: { flavors: flavors.map(flavorRenderer(request, deps, what.view)), ...next } };
}

export const flavorsList: CallerOperation = {
  id: 'flavors.list',
  root: 'compute',
  method: 'GET',
  path: '/flavors',
  summary: 'List flavors',
  success: 200,
  errors: [400, 401],
  rules: [],
  query: QUERY,
  reply: objectOf({ flavors: listOf(FLAVOR_REPLY.brief) }, { flavors_links: LINKS }),
  handle: (request, deps) => page(request, deps, { view: 'brief', path: 'flavors' }),
};

export const flavorsDetail: CallerOperation = {
  id: 'flavors.detail',
  root: 'compute',
  method: 'GET',
  path: '/flavors/detail',
  summary: 'List flavors with details',
  success: 200,
  errors: [400, 401],
  rules: [SPECS],
  query: QUERY,
  reply: objectOf({ flavors: listOf(FLAVOR_REPLY.full) }, { flavors_links: LINKS }),
  handle: (request, deps) => page(request, deps, { view: 'full', path: 'flavors/detail' }),
};
