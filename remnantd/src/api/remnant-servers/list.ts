// GET /remnant/v1/servers: servers by the status of the host under them, which Nova's lists cannot be asked for. The statuses
// come from memory (R4); the page's one query gets the hosts that have them. What a caller may not see, it cannot ask for.

import type { HostTable } from '../../liveness/host-table.ts';
import { fault } from '../../model/faults.ts';
import type { HostStatus } from '../../model/host-status.ts';
import type { ServerFilter } from '../../model/server-query.ts';
import type { ApiDeps } from '../deps.ts';
import type { LinkBase } from '../links.ts';
import type { CallerOperation, CallerRequest, Reply } from '../operation.ts';
import type { Query } from '../query.ts';
import { querySchema } from '../query.ts';
import { LINKS, listOf, objectOf } from '../reply-schema.ts';
import { LATEST_PARAMETERS, pageQuery } from '../servers/list-query.ts';
import { serverListReply } from '../servers/render-server.ts';
import * as rules from '../servers/rules.ts';
import { SERVER_REPLY } from '../servers/shape.ts';

/** Statuses that can be asked for; the empty one says that there is no host. */
const STATUSES = ['UP', 'DOWN', 'MAINTENANCE', 'UNKNOWN'] as const satisfies readonly HostStatus[];

/** One host in so many makes its servers common. */
const COMMON = 10;
/** A deleted server has no host any more: lists that are of deleted servers too cannot be asked for here. */
const OF_DELETED = new Set(['changes-since', 'changes-before', 'deleted']);
const PARAMETERS = Object.fromEntries(Object.entries(LATEST_PARAMETERS).filter(([name]) => !OF_DELETED.has(name)));

export const remnantServersList: CallerOperation = {
  id: 'remnant-servers.list',
  root: 'remnant',
  method: 'GET',
  path: '/servers',
  summary: 'List servers by the status of their hosts',
  description:
    'host_status may come more than once; without it, all servers. The other filters, the order and the pages are those of GET /servers/detail at the highest microversion, which also says how a server looks.',
  success: 200,
  errors: [400, 401, 403],
  rules: rules.DETAIL_RULES,
  query: [
    {
      schema: querySchema(
        { ...PARAMETERS, host_status: { type: 'string', enum: STATUSES } },
        { additionalProperties: false },
      ),
    },
  ],
  reply: objectOf({ servers: listOf(SERVER_REPLY.detail) }, { servers_links: LINKS }),
  handle: list,
};

async function list(request: CallerRequest, deps: ApiDeps): Promise<Reply> {
  const { caller, query, version } = request;
  const { access } = deps;
  access.authorise(caller, rules.DETAIL.name);
  const statuses = query['host_status'] as readonly HostStatus[] | undefined;
  if (statuses !== undefined) requireVisible(request, deps, statuses);
  const rights = {
    isAdmin: caller.isAdmin,
    allFilters: access.permits(caller, rules.ALL_FILTERS.name),
    requireAllProjects: () => access.authorise(caller, rules.DETAIL_ALL.name),
  };
  const wanted = pageQuery(query, version, rights, deps.maxLimit);
  if (wanted === null || (statuses !== undefined && wanted.rows !== 'live' && wanted.rows !== 'kept')) {
    return { body: { servers: [] } };
  }
  const onHosts = statuses === undefined ? [] : [onHostsThatAre(deps.hosts, new Set(statuses))];
  const page = { ...wanted, filters: [...wanted.filters, ...onHosts] };
  const stamps = await access.servers.stamps(caller, rules.DETAIL.name, page);
  const last = stamps.at(-1);
  const full = last !== undefined && stamps.length === wanted.limit;
  return serverListReply(deps, request, 'detail', stamps, full ? nextPage(request.links, query, last.id) : null);
}

/** Fault policy-denied, naming the rule, for a status that the answer would not show to this caller. */
function requireVisible({ caller }: CallerRequest, { access }: ApiDeps, statuses: readonly HostStatus[]): void {
  if (access.permits(caller, rules.HOST_STATUS.name)) return;
  if (statuses.some((status) => status !== 'UNKNOWN')) throw fault('policy-denied', { rule: rules.HOST_STATUS.name });
  access.authorise(caller, rules.HOST_STATUS_UNKNOWN.name);
}

function onHostsThatAre(hosts: HostTable, statuses: ReadonlySet<HostStatus>): ServerFilter {
  const all = hosts.all();
  const found = all.flatMap(([host]) => (statuses.has(hosts.status(host)) ? [host] : []));
  return { column: 'host', in: found, common: found.length * COMMON > all.length };
}

/** The same query, every parameter as often as it came, behind another marker. */
function nextPage({ origin }: LinkBase, query: Query, marker: string): { rel: 'next'; href: string } {
  const parameters = Object.keys(query)
    .filter((name) => name !== 'marker')
    .toSorted()
    .flatMap((name) => (query[name] ?? []).map((value): [string, string] => [name, value]));
  const search = new URLSearchParams([...parameters, ['marker', marker]]);
  return { rel: 'next', href: `${origin}/remnant/v1/servers?${search.toString()}` };
}
