// What a request for servers wishes of their hosts, looked up inside its transaction: the zone, a host by name, a server group,
// other servers. Texts and order are Nova's.

import { findServerGroup } from '../../db/server-groups.ts';
import { groupMembers, hostsOfServers } from '../../db/server-places.ts';
import type { Db } from '../../db/store.ts';
import type { HostTable } from '../../liveness/host-table.ts';
import { fault } from '../../model/faults.ts';
import { hasHypervisor } from '../../model/hypervisor.ts';
import type { HostName } from '../../model/ids.ts';
import type { GroupWish, Wishes } from '../../model/placement.ts';
import type { ServerGroup } from '../../model/server-group.ts';

/** Where servers are wanted. */
export interface WantedPlace {
  /** Null: any zone. */
  readonly zone: string | null;
  /** By the zone's name with a colon: nothing is told of a host that is not there, and the zone gives way. */
  readonly forced: HostAndNode | null;
  /** By name of their own: they must be there. */
  readonly requested: HostAndNode | null;
  readonly hints: Readonly<Record<string, unknown>>;
}

/** A host, or its hypervisor, or both. */
export interface HostAndNode {
  readonly host: string | null;
  readonly node: string | null;
}

/** A server group, and what it wishes. */
export interface FoundGroup {
  readonly group: ServerGroup;
  readonly wish: GroupWish;
}

/** Fault bad-request unless an enabled host is in `zone`. */
export function requireZone(hosts: HostTable, { zone, forced }: WantedPlace): void {
  if (zone === null || forced?.host != null) return;
  for (const [, { service }] of hosts.all()) if (service?.disabled === false && service.zone === zone) return;
  throw fault('bad-request', { message: 'The requested availability zone is not available' });
}

/** Fault bad-request unless there is such a host. */
export function requireHost(hosts: HostTable, { requested }: WantedPlace): void {
  if (requested === null) return;
  const { host, node } = requested;
  for (const [name, { service, offered }] of hosts.all()) {
    if (service === null || (host !== null && name !== host)) continue;
    if (offered === null ? node === null : hasHypervisor(offered, node)) return;
  }
  throw fault('bad-request', { message: `Compute host ${host ?? node ?? ''} could not be found.` });
}

/** The group that the hints name, with its members; null when they name none. Fault bad-request for one of another project. */
export async function groupOf(
  tx: Db,
  { hints }: WantedPlace,
  caller: { readonly projectId: string | null; readonly isAdmin: boolean },
): Promise<FoundGroup | null> {
  const id = hints['group'];
  if (typeof id !== 'string' || id === '') return null;
  const group = await findServerGroup(tx, id.toLowerCase());
  if (group === null || (group.projectId !== caller.projectId && !caller.isAdmin)) {
    throw fault('bad-request', { message: `Instance group ${id} could not be found.` });
  }
  const members = await groupMembers(tx, group.id);
  return { group, wish: { policy: group.policy, mostPerHost: group.maxServerPerHost ?? 1, members } };
}

/** The wishes but the group's. `projectId`: whose servers a hint may name. */
export async function wishesOf(tx: Db, wanted: WantedPlace, projectId: string): Promise<Wishes> {
  const { host = null, node = null } = wanted.forced ?? wanted.requested ?? {};
  const [same, other] = [namesIn(wanted.hints['same_host']), namesIn(wanted.hints['different_host'])];
  return {
    zone: wanted.forced === null ? wanted.zone : null,
    host,
    node,
    ...(same.length === 0 ? {} : { only: await hostsOf(tx, same, projectId) }),
    ...(other.length === 0 ? {} : { never: await hostsOf(tx, other, projectId) }),
  };
}

async function hostsOf(tx: Db, servers: readonly string[], projectId: string): Promise<Set<HostName>> {
  return new Set(await hostsOfServers(tx, servers, projectId));
}

/** A hint may be one id or a list of them. */
function namesIn(hint: unknown): string[] {
  const all: unknown[] = Array.isArray(hint) ? hint : [hint];
  return all.filter((one) => typeof one === 'string' && one !== '').map((one) => String(one));
}
