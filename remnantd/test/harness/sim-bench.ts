// A simulated host for tests of what uses a driver: its world, and a driver that is connected to it.

import { onTestFinished } from 'vitest';
import type { GuestMaker } from '../../src/drivers/driver.ts';
import { simDriver } from '../../src/drivers/sim/sim-driver.ts';
import type { PlantedGuest, SimWorld } from '../../src/drivers/sim/sim-world.ts';
import { openSimWorld } from '../../src/drivers/sim/sim-world.ts';
import type { Clock } from '../../src/ports/clock.ts';

/** The host `h` with these guests, on `clock`; gone when the test is over. */
export async function simBench(
  clock: Clock,
  guests: readonly PlantedGuest[],
): Promise<{ world: SimWorld; driver: GuestMaker }> {
  const world = openSimWorld({
    dir: null,
    now: () => clock.wall(),
    mono: () => clock.mono(),
    defer: (ms, run) => clock.after(ms, run),
  });
  for (const guest of guests) world.plantGuest('h', guest);
  const driver = simDriver({ world, host: 'h' });
  await driver.start({ guestEvent: () => {}, connection: () => {} });
  onTestFinished(async () => {
    await driver.stop();
    world.close();
  });
  return { world, driver };
}
