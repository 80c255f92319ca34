// Which drivers there are, by the name in the configuration. Adding one is a folder and a line here.

import { join } from 'node:path';
import type { Driver } from './driver.ts';
import type { IronicOptions } from './ironic/driver.ts';
import { ironicDriver } from './ironic/driver.ts';
import { libvirtDriver } from './libvirt/driver.ts';
import { simDriver } from './sim/sim-driver.ts';
import type { SimWorld } from './sim/sim-world.ts';

/** What a driver is made from. */
export interface DriverParts {
  readonly host: string;
  readonly socket: string;
  readonly accel: 'kvm' | 'tcg';
  /** libvirt's name for the network that guests are put on; null: on none. */
  readonly network: string | null;
  /** The folder for disks that an operator named; null: the driver's own. */
  readonly disks: string | null;
  /** Whether the guests it makes get a screen. */
  readonly screen: boolean;
  /** The host's own folder, in `stateRoot`, which is the daemon's. */
  readonly stateDir: string;
  readonly stateRoot: string;
  readonly now: () => number;
  /** The Ironic of a host with the driver ironic, which wants nothing else. */
  readonly ironic: () => IronicOptions;
  /** The simulated world of this process, opened when the first simulated host wants it. */
  readonly world: () => SimWorld;
}

/** Drivers by name. */
export const DRIVERS: Readonly<Record<'ironic' | 'libvirt' | 'sim', (parts: DriverParts) => Driver>> = {
  libvirt: ({ socket, accel, network, disks, screen, stateDir, stateRoot, now }) => {
    const own = { stateDir: join(stateDir, 'libvirt'), stateRoot };
    return libvirtDriver({ socketPath: socket, accel, network, disks, screen, ...own, now });
  },
  ironic: ({ ironic }) => ironicDriver(ironic()),
  sim: ({ world, host, disks }) => simDriver({ world: world(), host, disks }),
};

/** What is known of NMIs to guests of one architecture, and from where. */
export interface NmiArchitecture {
  readonly arch: string;
  /** `yes`: tried, it works. `documented`: its documentation says that it works; nobody tried. `no`: it is refused. `depends`: not on the driver. */
  readonly works: 'yes' | 'documented' | 'no' | 'depends';
  readonly source: string;
}

const QAPI = 'QEMU 7.2, qapi/machine.json, inject-nmi';

/** The architectures on which an NMI of each driver is known to reach a guest, or not to. */
export const NMI_ARCHITECTURES: Readonly<Record<keyof typeof DRIVERS, readonly NmiArchitecture[]>> = {
  libvirt: [
    { arch: 'x86_64', works: 'yes', source: 'libvirt 9.0 and QEMU 7.2 of Debian 12: remnantd/test/real' },
    { arch: 'ppc64, ppc64le', works: 'documented', source: `${QAPI}: all CPUs (ppc64)` },
    {
      arch: 's390x',
      works: 'documented',
      source: `${QAPI}: the default CPU (x86/s390); it is a restart interrupt there`,
    },
    { arch: 'aarch64', works: 'no', source: 'QEMU 7.2 of Debian 12: the machine virt does not provide NMIs' },
  ],
  ironic: [
    {
      arch: 'any',
      works: 'depends',
      source:
        "the machine's BMC: it takes `chassis power diag` (IPMI) or a reset of type `Nmi` (Redfish), or refuses it; tried with x86_64 over both: remnantd/test/real",
    },
  ],
  sim: [{ arch: 'any', works: 'yes', source: 'simulated: remnantd/src/drivers/sim' }],
};
