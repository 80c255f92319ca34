// The drivers of the hosts of a process. Simulated hosts live in one world, which is opened with the first of them.

import { join } from 'node:path';
import type { AgentConfig } from '../config/agent-sections.ts';
import type { Driver } from '../drivers/driver.ts';
import { DRIVERS } from '../drivers/registry.ts';
import type { SimWorld } from '../drivers/sim/sim-world.ts';
import { openSimWorld } from '../drivers/sim/sim-world.ts';
import type { Clock } from '../ports/clock.ts';
import { ironicOf } from './ironic-part.ts';

/** Drivers, and what is behind them. */
export interface Drivers {
  readonly driver: (host: AgentConfig['hosts'][number]) => Driver;
  readonly close: () => void;
}

/** Those of hosts whose state lies in `stateDir`. */
export function openDrivers(stateDir: string, clock: Clock): Drivers {
  let world: SimWorld | null = null;
  const closers: (() => void)[] = [];
  const openWorld = () => {
    world ??= openSimWorld({
      dir: join(stateDir, 'sim'),
      now: () => clock.wall(),
      mono: () => clock.mono(),
      defer: (ms, run) => clock.after(ms, run),
    });
    return world;
  };
  return {
    driver: (host) =>
      DRIVERS[host.driver]({
        host: host.name,
        socket: host.socket,
        accel: host.accel,
        network: host.network,
        disks: host.disks,
        screen: host.screen,
        stateDir: join(stateDir, 'hosts', host.name),
        stateRoot: stateDir,
        now: () => clock.wall(),
        ironic: () => {
          const opened = ironicOf(host, clock);
          closers.push(opened.close);
          return opened.options;
        },
        world: openWorld,
      }),
    close: () => {
      world?.close();
      for (const close of closers) close();
    },
  };
}
