// The hosts as places for servers, as they are inside one transaction: what is known of them in memory, and what the rows of
// servers take of them, those on their way to a host too.

import { expectedServers } from '../../db/server-migrations.ts';
import { NO_USAGE, usageByHost } from '../../db/server-usage.ts';
import type { Db } from '../../db/store.ts';
import type { HostTable } from '../../liveness/host-table.ts';
import type { Place } from '../../model/placement.ts';

/**
 * Every host that has presented itself, but those of nodes: on these nothing is made. `zone`: that of hosts whose service says
 * none.
 */
export async function placesNow(tx: Db, hosts: HostTable, zone: string): Promise<Place[]> {
  const usage = await usageByHost(tx);
  for (const { host, flavor } of await expectedServers(tx)) {
    const now = usage.get(host) ?? NO_USAGE;
    usage.set(host, { ...now, vcpus: now.vcpus + flavor.vcpus, memoryMb: now.memoryMb + flavor.ram });
  }
  return hosts.all().flatMap(([host, entry]) => {
    if (entry.offered === null || entry.offered.nodes !== undefined) return [];
    const used = usage.get(host) ?? NO_USAGE;
    return {
      host,
      node: entry.offered.hypervisorHostname,
      zone: entry.service?.zone ?? zone,
      ready: hosts.status(host) === 'UP',
      vcpus: entry.offered.vcpus,
      memoryMb: entry.offered.memoryMb,
      usedVcpus: used.vcpus,
      usedMemoryMb: used.memoryMb,
    };
  });
}
