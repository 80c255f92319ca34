// What the host under a libvirtd has, as libvirt and a look at its folder of disks tell it.

import { DriverFault, type Inventory } from '../driver.ts';
import type { DiskFolder } from './disk-folder.ts';
import { type Call, PROCEDURES } from './procedures.ts';

/** The host's inventory; its disk is the one that `folder` is on: none where no disk can be made there. Rejects as `call` does, or with `failed`. */
export async function hostInventory(call: Call, folder: Pick<DiskFolder, 'tell'>): Promise<Inventory> {
  const [type, version, host, node, { capabilities }, found] = await Promise.all([
    call(PROCEDURES.connectGetType, undefined),
    call(PROCEDURES.connectGetVersion, undefined),
    call(PROCEDURES.connectGetHostname, undefined),
    call(PROCEDURES.nodeGetInfo, undefined),
    call(PROCEDURES.connectGetCapabilities, undefined),
    folder.tell(),
  ]);
  const arch = /<host>[^]*?<arch>([^<]+)<\/arch>/.exec(capabilities)?.[1];
  if (arch === undefined) throw new DriverFault('failed', "libvirt's capabilities name no host architecture");
  const { totalGb: diskGb, ...disks } = found;
  return {
    hypervisorType: type.type,
    hypervisorVersion: Number(version.hvVer),
    hypervisorHostname: host.hostname,
    arch,
    vcpus: node.cpus,
    memoryMb: Number(node.memory / 1024n),
    diskGb,
    disks,
  };
}
