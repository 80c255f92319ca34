// The hosts as places for servers, as they are inside one transaction: what is known of them in memory, and what the rows of
// servers take of them, those on their way to a host too.

import { expectedServers } from '../../db/server-migrations.ts';
import { NO_USAGE, usageByHost } from '../../db/server-usage.ts';
import type { Db } from '../../db/store.ts';
import type { HostTable } from '../../liveness/host-table.ts';
import type { EmbeddedFlavor } from '../../model/flavor.ts';
import type { HostFactsOffered } from '../../model/host.ts';
import type { HostStatus } from '../../model/host-status.ts';
import type { Image } from '../../model/image.ts';
import { isDiskFormat } from '../../model/image.ts';
import type { Place, PlaceDisks, Size } from '../../model/placement.ts';

/**
 * Every host that has presented itself, but those of nodes: on these nothing is made. `zone`: that of hosts whose service says
 * none.
 */
export async function placesNow(tx: Db, hosts: HostTable, zone: string): Promise<Place[]> {
  const usage = await usageByHost(tx);
  for (const { host, flavor } of await expectedServers(tx)) {
    const now = usage.get(host) ?? NO_USAGE;
    usage.set(host, {
      ...now,
      vcpus: now.vcpus + flavor.vcpus,
      memoryMb: now.memoryMb + flavor.ram,
      diskGb: now.diskGb + flavor.disk + flavor.ephemeral,
    });
  }
  return hosts.all().flatMap(([host, entry]) => {
    if (entry.offered === null || entry.offered.nodes !== undefined) return [];
    const used = usage.get(host) ?? NO_USAGE;
    return {
      host,
      node: entry.offered.hypervisorHostname,
      zone: entry.service?.zone ?? zone,
      away: hosts.status(host) === 'UP' ? null : awayAs(hosts.status(host)),
      vcpus: entry.offered.vcpus,
      memoryMb: entry.offered.memoryMb,
      usedVcpus: used.vcpus,
      usedMemoryMb: used.memoryMb,
      disks: disksOf(entry.offered, used.diskGb),
    };
  });
}

/** What a server of this flavor takes of its host. `image` null: not there any more, it boots from its disk. */
export function sizeOf(
  { vcpus, ram, disk, ephemeral }: EmbeddedFlavor,
  image: Pick<Image, 'diskFormat'> | null,
  configDrive: boolean,
): Size {
  const hasDisk = image === null || isDiskFormat(image.diskFormat);
  return { vcpus, ram, disk, ephemeral, hasFiles: hasDisk || configDrive };
}

function awayAs(status: HostStatus): string {
  return status === '' ? 'no service' : `status ${status}`;
}

function disksOf({ diskGb, disks }: HostFactsOffered, usedGb: number): PlaceDisks | null {
  return disks === undefined ? null : { problem: disks.problem, totalGb: diskGb, usedGb, shared: disks.shared };
}
