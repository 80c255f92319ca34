// What the host under a libvirtd has, as libvirt and the file system tell it.

import { statfs } from 'node:fs/promises';
import { DriverFault, type Inventory } from '../driver.ts';
import { type Call, PROCEDURES } from './procedures.ts';

/**
 * The host's inventory; its disk is the one that the folder `disks` is on: none where that is not there. Rejects as `call` does, with
 * the system's error, or `failed`.
 */
export async function hostInventory(call: Call, disks: string): Promise<Inventory> {
  const [type, version, host, node, { capabilities }, disk] = await Promise.all([
    call(PROCEDURES.connectGetType, undefined),
    call(PROCEDURES.connectGetVersion, undefined),
    call(PROCEDURES.connectGetHostname, undefined),
    call(PROCEDURES.nodeGetInfo, undefined),
    call(PROCEDURES.connectGetCapabilities, undefined),
    statfs(disks).catch(noneIfMissing),
  ]);
  const arch = /<host>[^]*?<arch>([^<]+)<\/arch>/.exec(capabilities)?.[1];
  if (arch === undefined) throw new DriverFault('failed', "libvirt's capabilities name no host architecture");
  return {
    hypervisorType: type.type,
    hypervisorVersion: Number(version.hvVer),
    hypervisorHostname: host.hostname,
    arch,
    vcpus: node.cpus,
    memoryMb: Number(node.memory / 1024n),
    diskGb: Math.floor((disk.blocks * disk.bsize) / 1024 ** 3),
  };
}

/** A host whose storage of disks is not mounted offers none. */
function noneIfMissing(error: NodeJS.ErrnoException): { readonly blocks: number; readonly bsize: number } {
  if (error.code === 'ENOENT') return { blocks: 0, bsize: 0 };
  throw error;
}
