// GET /os-hypervisors/{id}, and what was asked for on paths of its own before that: uptime, search, servers, statistics.

import { hostUptime } from '../../app/hosts/host-uptime.ts';
import { fault } from '../../model/faults.ts';
import type { ApiDeps } from '../deps.ts';
import type { CallerOperation, CallerRequest, Reply } from '../operation.ts';
import { last, onceSchema, querySchema } from '../query.ts';
import { INTEGER, listOf, objectOf } from '../reply-schema.ts';
import { BOOLEAN, booleanOf } from '../schemas.ts';
import { allHypervisors, matching, oneHypervisor, showHypervisors } from './hypervisors.ts';
import * as rules from './rules.ts';
import { BRIEF_HYPERVISOR_REPLY, HYPERVISOR_REPLY, HYPERVISOR_SHAPE, HYPERVISOR_UPTIME_REPLY } from './shape.ts';

const READ = { root: 'compute', method: 'GET', success: 200 } as const;
/** Nothing of it is shown beside an uptime. */
const NO_USE = { servers: 0, busy: 0, vcpus: 0, memoryMb: 0, diskGb: 0 };

export const hypervisorsShow: CallerOperation = {
  ...READ,
  id: 'os-hypervisors.show',
  path: '/os-hypervisors/{hypervisor_id}',
  summary: 'Show a hypervisor',
  errors: [400, 401, 403, 404],
  rules: [rules.SHOW],
  query: [
    { until: '2.52', schema: querySchema({}) },
    { since: '2.53', schema: onceSchema({ with_servers: BOOLEAN }, { additionalProperties: false }) },
  ],
  reply: objectOf({ hypervisor: HYPERVISOR_REPLY }),
  handle: async (request, deps) => {
    const { name } = rules.SHOW;
    const found = await oneHypervisor(request, name, deps);
    const how = { view: 'full', servers: booleanOf(last(request.query, 'with_servers')) } as const;
    const [hypervisor] = await showHypervisors(request, name, [found], how, deps);
    return { body: { hypervisor } };
  },
};

export const hypervisorsUptime: CallerOperation = {
  ...READ,
  id: 'os-hypervisors.uptime',
  until: '2.87',
  path: '/os-hypervisors/{hypervisor_id}/uptime',
  summary: 'Show how long a hypervisor is up',
  description: 'Its host is asked. A driver that cannot tell is 501, a host that cannot be asked 400.',
  errors: [400, 401, 403, 404, 501],
  rules: [rules.UPTIME],
  reply: objectOf({ hypervisor: HYPERVISOR_UPTIME_REPLY }),
  handle: async (request, deps) => {
    const found = await oneHypervisor(request, rules.UPTIME.name, deps);
    const answer = await hostUptime(deps.hostUptime, found.service);
    if (answer === 'not-supported') throw fault('not-supported');
    if (answer === null) {
      const message = `Compute service of ${found.service.host} is unavailable at this time.`;
      throw fault('bad-request', { message });
    }
    const row = { ...found, use: NO_USE, servers: null, ...answer };
    const render = HYPERVISOR_SHAPE.render(request.version, 'uptime', []);
    return { body: { hypervisor: render(row, { hosts: deps.hosts, emptyServers: false }) } };
  },
};

const FOUND = { ...READ, until: '2.52', errors: [401, 403, 404] } as const;
const LISTED = objectOf({ hypervisors: listOf(BRIEF_HYPERVISOR_REPLY) });

export const hypervisorsSearch: CallerOperation = {
  ...FOUND,
  id: 'os-hypervisors.search',
  path: '/os-hypervisors/{hypervisor_hostname_pattern}/search',
  summary: 'Search hypervisors by a part of their names',
  rules: [rules.SEARCH],
  reply: LISTED,
  handle: (request, deps) => search(request, rules.SEARCH.name, false, deps),
};

export const hypervisorsServers: CallerOperation = {
  ...FOUND,
  id: 'os-hypervisors.servers',
  path: '/os-hypervisors/{hypervisor_hostname_pattern}/servers',
  summary: 'List the servers of hypervisors by a part of their names',
  rules: [rules.SERVERS],
  reply: LISTED,
  handle: (request, deps) => search(request, rules.SERVERS.name, true, deps),
};

async function search(request: CallerRequest, rule: string, servers: boolean, deps: ApiDeps): Promise<Reply> {
  const all = await allHypervisors(request.caller, rule, deps);
  const found = matching(all, request.params['hypervisor_hostname_pattern'] ?? '');
  return { body: { hypervisors: await showHypervisors(request, rule, found, { view: 'brief', servers }, deps) } };
}

const SUMS = [
  'vcpus',
  'memory_mb',
  'local_gb',
  'vcpus_used',
  'memory_mb_used',
  'local_gb_used',
  'free_ram_mb',
  'free_disk_gb',
  'current_workload',
  'running_vms',
  'disk_available_least',
] as const;

export const hypervisorsStatistics: CallerOperation = {
  ...READ,
  id: 'os-hypervisors.statistics',
  until: '2.87',
  path: '/os-hypervisors/statistics',
  summary: 'Sum hypervisors up',
  description: 'Those whose service is enabled.',
  errors: [401, 403],
  rules: [rules.STATISTICS],
  reply: objectOf({
    hypervisor_statistics: objectOf(Object.fromEntries(['count', ...SUMS].map((name) => [name, INTEGER]))),
  }),
  handle: async (request, deps) => {
    const { name: rule } = rules.STATISTICS;
    const all = await allHypervisors(request.caller, rule, deps);
    const enabled = all.filter(({ service }) => !service.disabled);
    const shown = await showHypervisors(request, rule, enabled, { view: 'full', servers: false }, deps);
    const sum = (name: (typeof SUMS)[number]) =>
      shown.reduce((total, one) => total + ((one as Record<string, number | null>)[name] ?? 0), 0);
    const sums = Object.fromEntries(SUMS.map((name) => [name, sum(name)]));
    return { body: { hypervisor_statistics: { count: shown.length, ...sums } } };
  },
};
