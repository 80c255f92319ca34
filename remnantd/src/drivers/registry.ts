// Which drivers there are, by the name in the configuration. Adding one is a folder and a line here.

import { join } from 'node:path';
import type { Driver } from './driver.ts';
import { libvirtDriver } from './libvirt/driver.ts';
import { simDriver } from './sim/sim-driver.ts';
import type { SimWorld } from './sim/sim-world.ts';

/** What a driver is made from. */
export interface DriverParts {
  readonly host: string;
  readonly socket: string;
  readonly accel: 'kvm' | 'tcg';
  readonly stateDir: string;
  readonly now: () => number;
  /** The simulated world of this process, opened when the first simulated host wants it. */
  readonly world: () => SimWorld;
}

/** Drivers by name. */
export const DRIVERS: Readonly<Record<'libvirt' | 'sim', (parts: DriverParts) => Driver>> = {
  libvirt: ({ socket, accel, stateDir, now }) =>
    libvirtDriver({ socketPath: socket, accel, stateDir: join(stateDir, 'libvirt'), now }),
  sim: ({ world, host }) => simDriver({ world: world(), host }),
};
