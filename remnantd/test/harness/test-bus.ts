// The bus of tests: the one of an all-in-one daemon.

import { onTestFinished } from 'vitest';
import { memoryBus } from '../../src/adapters/memory-bus.ts';
import type { Bus } from '../../src/ports/bus.ts';
import type { Clock } from '../../src/ports/clock.ts';

/** Makes one, closed when the test is over; a server that refuses is no error of the test's. */
export function testBus(clock: Clock): Bus {
  const bus = memoryBus(clock, () => {});
  onTestFinished(() => bus.close());
  return bus;
}
