// A driver of the Ironic for tests, and what it tells, on a clock that runs faster than any other: what takes Ironic seconds takes
// moments here, and waits for the network are as long as ever.

import { onTestFinished } from 'vitest';
import type { Driver, DriverConnection, GuestEvent } from '../../src/drivers/driver.ts';
import { DriverFault } from '../../src/drivers/driver.ts';
import { type IronicOptions, ironicDriver } from '../../src/drivers/ironic/driver.ts';
import { noAuth } from '../../src/drivers/ironic/ironic-auth.ts';
import { FakeIronic } from './fake-ironic.ts';
import { waitFor } from './wait-for.ts';

/** So many times as fast. */
const SPEED = 20;
/** Of a network that is slow because the machine is: 30 s, ms of the fast clock. */
const PATIENCE_MS = 30_000 * SPEED;

/** How to reach one at `url`, on the fast clock. */
export function fastIronic(url: string): IronicOptions {
  return {
    host: 'iron',
    url,
    auth: noAuth(),
    ca: null,
    conductorGroup: null,
    adopt: [],
    pollMs: 1_000,
    timeoutMs: PATIENCE_MS,
    nmiMs: PATIENCE_MS,
    after: (ms, run) => {
      const timer = setTimeout(run, ms / SPEED);
      return () => clearTimeout(timer);
    },
    mono: () => performance.now() * SPEED,
    now: () => Date.now(),
  };
}

/** The driver under test, and what is around it. */
export interface IronicBench {
  readonly ironic: FakeIronic;
  readonly driver: Driver;
  readonly events: readonly GuestEvent[];
  readonly connections: readonly DriverConnection[];
  /** How often it was told that something else is there. */
  readonly changes: () => number;
  /** What was told, as `kind detail`. */
  readonly told: () => string[];
}

/** Opens one, not connected yet; gone when the test is over. */
export async function ironicBench(more: Partial<IronicOptions> = {}, ironic?: FakeIronic): Promise<IronicBench> {
  const fake = ironic ?? (await FakeIronic.start());
  const driver = ironicDriver({ ...fastIronic(fake.url), ...more });
  const events: GuestEvent[] = [];
  const connections: DriverConnection[] = [];
  let changes = 0;
  onTestFinished(async () => {
    await driver.stop();
    await fake.close();
  });
  await driver.start({
    guestEvent: (event) => void events.push(event),
    connection: (connection) => void connections.push(connection),
    changed: () => {
      changes += 1;
    },
  });
  const told = () => events.map(({ kind, detail }) => `${kind} ${detail}`);
  return { ironic: fake, driver, events, connections, changes: () => changes, told };
}

/** The same, connected. */
export async function connectedIronic(
  prepare: (ironic: FakeIronic) => void,
  more: Partial<IronicOptions> = {},
): Promise<IronicBench> {
  const ironic = await FakeIronic.start();
  prepare(ironic);
  const bench = await ironicBench(more, ironic);
  await waitFor('Ironic to be connected', () => bench.connections.at(-1)?.up === true);
  return bench;
}

/** The fault that `attempt` ends in. */
export async function faultOf(attempt: Promise<unknown>): Promise<DriverFault> {
  const thrown: unknown = await attempt.then(
    () => null,
    (error: unknown) => error,
  );
  if (!(thrown instanceof DriverFault)) throw new Error(`no fault: ${String(thrown)}`);
  return thrown;
}
