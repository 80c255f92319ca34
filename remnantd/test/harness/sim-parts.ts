// What a Remnant of the tests and a cloud of several are both made of: simulated hosts, an image, a configuration, and
// servers whose guests are planted.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkConfig } from '../../src/config/load-config.ts';
import type { Config } from '../../src/config/sections.ts';
import type { NewServer } from '../../src/db/servers.ts';
import { findServer, insertServer } from '../../src/db/servers.ts';
import type { Store } from '../../src/db/store.ts';
import type { PlantedGuest, SimWorld } from '../../src/drivers/sim/sim-world.ts';
import { openSimWorld } from '../../src/drivers/sim/sim-world.ts';
import type { Server } from '../../src/model/server.ts';
import { BusFault } from '../../src/ports/bus.ts';
import { serverRow } from './server-rows.ts';
import type { TestClock } from './test-clock.ts';
import { waitFor } from './wait-for.ts';

/** Makes the folder of an image that is as small as one can be. */
export function makeImage(folder: string, id: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'image.yaml'), `id: ${id}\nname: tiny\nkernel: vmlinuz\ninitrd: initrd\n`);
  writeFileSync(join(folder, 'vmlinuz'), 'kernel');
  writeFileSync(join(folder, 'initrd'), 'initrd');
}

/** The same, of one that is a disk alone. */
export function makeDiskImage(folder: string, id: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'image.yaml'), `id: ${id}\nname: disk\ndisk: disk.raw\ndisk_format: raw\n`);
  writeFileSync(join(folder, 'disk.raw'), 'disk');
}

/** The configuration of a test: simulated hosts, one small flavor, and `more`. */
export function testConfig(dir: string, hosts: readonly string[], more: Readonly<Record<string, unknown>>): Config {
  return checkConfig(
    {
      state_dir: dir,
      hosts: hosts.map((name) => ({ name, driver: 'sim' })),
      flavors: [{ id: '1', name: 'small', vcpus: 1, ram: 512, disk: 1 }],
      // Tests make servers by the dozen.
      quota: { instances: -1, cores: -1, ram: -1 },
      ...more,
    },
    'test',
  );
}

/** The simulated hosts of a test, on the clock of their machines. */
export function testWorld(clock: TestClock): SimWorld {
  return openSimWorld({
    dir: null,
    now: () => clock.wall(),
    mono: () => clock.mono(),
    defer: (ms, run) => clock.after(ms, run),
  });
}

/** Writes down what went wrong, a line each, with its `where`. */
export function errorTeller(errors: string[], where = ''): (what: string, error: unknown) => void {
  return (what, error) => {
    // A test that moves its clock on makes late whatever is asked at that moment; it is asked again.
    if (error instanceof BusFault && error.code === 'timeout') return;
    errors.push(`${where}${what}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  };
}

/** The row of a server now; it must be there. */
export async function serverNow(store: Store, id: string): Promise<Server> {
  const found = await findServer(store.read, id);
  if (found === null) throw new Error(`there is no server ${id}`);
  return found;
}

/** Adds a server's row, with a running guest of `behaviour` when one is named. */
export async function plantServer(
  store: Store,
  world: SimWorld,
  row: Partial<NewServer>,
  behaviour: string | undefined,
): Promise<Server> {
  const server = await store.transaction((tx) => insertServer(tx, serverRow(row)));
  if (behaviour !== undefined && server.host !== null) {
    world.plantGuest(server.host, guestOf(server, behaviour));
    await waitFor('the guest to be seen', async () => (await serverNow(store, server.id)).powerState === 1);
  }
  return server;
}

/** The simulated guest of a server; the server's metadata may say more of how it behaves. */
export function guestOf(
  { id, instanceName, metadata }: Pick<Server, 'id' | 'instanceName' | 'metadata'>,
  behaviour: string,
): PlantedGuest {
  return { id, name: instanceName, metadata: { ...metadata, sim_behaviour: behaviour } };
}
