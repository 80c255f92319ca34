// What hypervisors' operations share: hypervisors put together from their services and what the hosts told, one a host or one
// a node; found by id; and shown with the servers on them.

import { hostUptime } from '../../app/hosts/host-uptime.ts';
import type { Caller } from '../../model/caller.ts';
import { fault } from '../../model/faults.ts';
import type { GuestName, HostUse } from '../../model/hypervisor.ts';
import { hypervisorsOf, takenOfNode, UNUSED } from '../../model/hypervisor.ts';
import type { HostName } from '../../model/ids.ts';
import { isUuidLike } from '../../model/ids.ts';
import type { Service } from '../../model/service.ts';
import { COMPUTE } from '../../model/service.ts';
import { behaves } from '../behaviours.ts';
import type { ApiDeps } from '../deps.ts';
import type { CallerRequest } from '../operation.ts';
import { wholeNumber } from '../query.ts';
import { hypervisorId, nodeNumber } from './hypervisor-id.ts';
import type { Hypervisor, HypervisorUse, HypervisorView } from './shape.ts';
import { HYPERVISOR_SHAPE } from './shape.ts';

/** The hypervisors there are, in the order of their services' numbers. Fault policy-denied. */
export async function allHypervisors(caller: Caller, rule: string, deps: ApiDeps): Promise<readonly Hypervisor[]> {
  const services = await deps.access.services.list(caller, rule, { host: null, binary: COMPUTE });
  return services.flatMap((service) => hypervisorsUnder(service, deps));
}

function hypervisorsUnder(service: Service, { hosts }: ApiDeps): readonly Hypervisor[] {
  const offered = hosts.find(service.host)?.offered ?? null;
  return hypervisorsOf(service.host, offered).map((one) => ({
    ...one,
    service,
    number: one.node === null ? service.seq : nodeNumber(one.node.id),
    id: one.node === null ? hypervisorId(service.id) : one.node.id,
  }));
}

/** Those whose name has `pattern` in it, case ignored. Fault hypervisor-unmatched when none has. */
export function matching(all: readonly Hypervisor[], pattern: string): readonly Hypervisor[] {
  const wanted = pattern.toLowerCase();
  const found = all.filter(({ hostname }) => hostname.toLowerCase().includes(wanted));
  if (found.length === 0) throw fault('hypervisor-unmatched', { pattern });
  return found;
}

/** The one that `id` names: a number before hypervisors went by UUID. Faults policy-denied, bad-request, hypervisor-not-found. */
export async function oneHypervisor(request: CallerRequest, rule: string, deps: ApiDeps): Promise<Hypervisor> {
  const wanted = request.params['hypervisor_id'] ?? '';
  const all = await allHypervisors(request.caller, rule, deps);
  const byUuid = behaves(request.version, 'hypervisor-uuid');
  if (byUuid && !isUuidLike(wanted)) throw fault('bad-request', { message: `Invalid uuid ${wanted}` });
  const asNumber = byUuid ? null : wholeNumber(wanted);
  const found = all.find(({ id, number }) => (byUuid ? id === wanted : number === asNumber));
  if (found === undefined) throw fault('hypervisor-not-found', { id: wanted });
  return found;
}

/** How hypervisors are shown. */
export interface ShowHow {
  readonly view: HypervisorView;
  /** True: with the servers on them. */
  readonly servers: boolean;
}

/** Some hypervisors as they are shown: two queries for the use of all, one for their servers, and a question to each host for its uptime. */
export async function showHypervisors(
  request: CallerRequest,
  rule: string,
  some: readonly Hypervisor[],
  how: ShowHow,
  deps: ApiDeps,
): Promise<readonly object[]> {
  const { caller, version } = request;
  const counted = how.view === 'full' && !behaves(version, 'hypervisor-uptime');
  const use = counted ? await deps.access.hosts.use(caller, rule) : null;
  const services = new Map(some.map(({ service }) => [service.host, service]));
  const guests = how.servers ? await deps.access.hosts.guests(caller, rule, [...services.keys()]) : null;
  const withUptime = how.view === 'full' && behaves(version, 'hypervisor-uptime');
  const uptimes = withUptime ? await uptimesOf([...services.values()], deps) : null;
  const render = HYPERVISOR_SHAPE.render(version, how.view, []);
  const context = { hosts: deps.hosts, emptyServers: behaves(version, 'empty-servers') };
  return some.map((one) => {
    const { host } = one.service;
    const shown = {
      ...one,
      use: useOf(one, use?.get(host) ?? UNUSED),
      uptime: uptimes?.get(host) ?? null,
      servers: guests === null ? null : serversOn(one, guests.get(host) ?? []),
    };
    return render(shown, context);
  });
}

/** What is taken of a hypervisor, by what is taken of its host. */
function useOf({ node, hostname }: Hypervisor, { busy, ...host }: HostUse): HypervisorUse {
  if (node === null) return { ...host, busy: busy.values().reduce((sum, n) => sum + n, 0) };
  return { ...takenOfNode(node), servers: node.guest === null ? 0 : 1, busy: busy.get(hostname) ?? 0 };
}

function serversOn({ node, hostname }: Hypervisor, servers: readonly GuestName[]): readonly GuestName[] {
  return node === null ? servers : servers.filter((server) => server.node === hostname);
}

/** How long hosts are up, each asked once however many nodes it has; null where that cannot be had. */
async function uptimesOf(services: readonly Service[], deps: ApiDeps): Promise<ReadonlyMap<HostName, string | null>> {
  const asked = services.map(async (service) => {
    const answer = await hostUptime(deps.hostUptime, service);
    return [service.host, answer === null || answer === 'not-supported' ? null : answer.uptime] as const;
  });
  return new Map(await Promise.all(asked));
}
