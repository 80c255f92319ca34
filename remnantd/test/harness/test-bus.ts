// The bus of tests: the one of an all-in-one daemon, or, where REMNANT_TEST_NATS has the URL of a nats-server, one on that, with
// subjects of its own. The same tests run on both.

import { randomUUID } from 'node:crypto';
import { onTestFinished } from 'vitest';
import { memoryBus } from '../../src/adapters/memory-bus.ts';
import { inboxOf } from '../../src/adapters/nats-bus/bus-users.ts';
import { natsBus } from '../../src/adapters/nats-bus/nats-bus.ts';
import { systemClock } from '../../src/adapters/system-clock.ts';
import type { Bus } from '../../src/ports/bus.ts';
import type { Clock } from '../../src/ports/clock.ts';
import { waitFor } from './wait-for.ts';

/** Makes one, closed when the test is over; a server that refuses is no error of the test's. */
export function testBus(clock: Clock): Bus {
  const bus = memoryBus(clock, () => {});
  onTestFinished(() => bus.close());
  return bus;
}

/** Makes the bus of a whole Remnant, which is reached when this resolves. Close it. */
export async function busOfRemnant(clock: Clock, onError: (what: string, error: unknown) => void): Promise<Bus> {
  return (await busOfCloud(clock, onError)).bus;
}

/** The bus of a cloud of several processes. */
export interface CloudBus {
  readonly bus: Bus;
  /** What one more process has of it, a connection of its own where it is NATS. Close it. */
  readonly join: () => Promise<Bus>;
}

/** Makes it, as `busOfRemnant` does. */
export async function busOfCloud(clock: Clock, onError: (what: string, error: unknown) => void): Promise<CloudBus> {
  const server = process.env['REMNANT_TEST_NATS'];
  if (server !== undefined) {
    const word = `t${randomUUID().replaceAll('-', '')}`;
    const join = () => natsOfTest(server, word, clock, onError);
    return { bus: await join(), join };
  }
  const bus = memoryBus(clock, onError);
  return { bus, join: () => Promise.resolve({ ...bus, close: () => Promise.resolve() }) };
}

async function natsOfTest(
  server: string,
  word: string,
  clock: Clock,
  onError: (what: string, error: unknown) => void,
): Promise<Bus> {
  const access = () => ({ seed: null, tls: null });
  // NATS knows nothing of the test's time: who moves that on has not made it late.
  const own = systemClock();
  const bus = natsBus({
    servers: [server],
    prefix: word,
    inbox: inboxOf({ kind: 'api' }),
    name: word,
    access,
    clock: { ...own, mono: () => clock.mono(), after: (ms, run) => own.after(ms, run) },
    onError,
  });
  await waitFor('NATS', () => bus.connection().up);
  return bus;
}
