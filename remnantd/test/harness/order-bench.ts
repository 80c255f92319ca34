// A simulated host with one guest, and orders that are run on it, for tests of what they come to.

import { randomUUID } from 'node:crypto';
import { onTestFinished } from 'vitest';
import type { RunDeps } from '../../src/agent/run-order.ts';
import { runOrder } from '../../src/agent/run-order.ts';
import type { Driver } from '../../src/drivers/driver.ts';
import type { SimWorld } from '../../src/drivers/sim/sim-world.ts';
import type { Order, Outcome } from '../../src/model/command.ts';
import type { CommandId, ImageId, ServerId } from '../../src/model/ids.ts';
import { asId } from '../../src/model/ids.ts';
import type { Images } from '../../src/ports/images.ts';
import { simBench } from './sim-bench.ts';
import type { TestClock } from './test-clock.ts';
import { testClock } from './test-clock.ts';

/** The one image that its host has. */
export const IMAGE = asId<ImageId>(randomUUID());
/** Where its host has that. */
export const images: Images = {
  list: () => Promise.resolve([]),
  find: () => Promise.resolve(null),
  files: (id) => Promise.resolve(id === IMAGE ? { boot: { kernel: '/k', initrd: '/i' }, disk: null } : null),
};

/** A host that runs orders. */
export interface OrderBench {
  readonly clock: TestClock;
  readonly world: SimWorld;
  readonly driver: Driver;
  readonly server: ServerId;
  /** Marks, in order: an NMI was noted, an NMI was sent. */
  readonly marks: string[];
  readonly run: (order: Order, more?: Partial<RunDeps>) => Promise<Outcome>;
}

/** A host with one running guest of `behaviour`, on a clock that stands still. */
export async function orderBench(behaviour = 'panics'): Promise<OrderBench> {
  const clock = testClock();
  clock.freeze();
  const server = asId<ServerId>(randomUUID());
  onTestFinished(() => clock.stop());
  const guest = { id: server, name: 'g', metadata: { sim_behaviour: behaviour } };
  const { world, driver } = await simBench(clock, [guest]);
  const marks: string[] = [];
  const deps: RunDeps = {
    driver,
    images,
    clock,
    inTime: () => true,
    beforeDeadline: () => true,
    begun: Promise.resolve(),
    look: async (id) => (await driver.guest(id)).powerState,
    shown: (_, found) => found,
    noteNmi: async () => {
      marks.push(`noted with ${world.nmis().length} sent`);
    },
    noteTask: () => {},
    noteFound: async (_, found) => {
      marks.push(`found ${found}`);
    },
    noteFault: () => {},
    noteVitals: async () => {
      marks.push(`looked at with ${world.nmis().length} sent`);
    },
    afterPanic: async () => ({ result: 'success' }),
    dumpMemory: async (_, __, stillGood) => {
      stillGood();
      marks.push('memory dumped');
    },
  };
  const run = (order: Order, more: Partial<RunDeps> = {}) =>
    runOrder({ ...deps, ...more }, server, asId<CommandId>('c'), order);
  return { clock, world, driver, server, marks, run };
}
