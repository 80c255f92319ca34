// The agent of one simulated host of a test's cloud, on an end of the bus that is its own. It can be stopped properly,
// killed without a goodbye, cut from the bus, and started again on the files it left.

import { openDurableLog } from '../../src/agent/durable-log.ts';
import type { Config } from '../../src/config/sections.ts';
import type { Driver } from '../../src/drivers/driver.ts';
import { simDriver } from '../../src/drivers/sim/sim-driver.ts';
import type { SimWorld } from '../../src/drivers/sim/sim-world.ts';
import { makeAgents, startAgents } from '../../src/main/compose-agents.ts';
import type { ArtefactLane } from '../../src/ports/artefact-lane.ts';
import type { Bus } from '../../src/ports/bus.ts';
import type { Images } from '../../src/ports/images.ts';
import type { CutBus } from './cut-bus.ts';
import { cutBus } from './cut-bus.ts';
import { errorTeller } from './sim-parts.ts';
import type { TestClock } from './test-clock.ts';
import { testClock } from './test-clock.ts';

/** What an agent of a cloud is made of. */
export interface TestAgentDeps {
  readonly host: string;
  /** Its folder of disks; null: one of its own. */
  readonly disks: string | null;
  /** With that host alone. */
  readonly config: Config;
  readonly world: SimWorld;
  readonly bus: Bus;
  readonly lane: ArtefactLane;
  readonly clock: TestClock;
  readonly images: Images;
  readonly errors: string[];
  readonly driver: (driver: Driver) => Driver;
}

/** An agent under test. */
export interface TestAgent {
  /** Its end of the bus; a new one at each start. */
  bus(): CutBus;
  readonly clock: { advance(ms: number): void };
  running(): boolean;
  start(): Promise<void>;
  /** Stops it properly. */
  stop(): Promise<void>;
  /** Ends it without a goodbye: nothing more is said or heard by it. */
  kill(): Promise<void>;
}

/** Makes one that does not run yet. */
export function testAgent(deps: TestAgentDeps): TestAgent {
  type Life = { readonly bus: CutBus; readonly clock: TestClock; readonly stop: () => Promise<void> };
  let life: Life | null = null;
  const end = async (first: (life: Life) => void) => {
    const ending = life;
    life = null;
    if (ending === null) return;
    first(ending);
    await ending.stop();
    ending.clock.stop();
    await ending.bus.close();
  };
  return {
    bus: () => {
      if (life === null) throw new Error(`the agent of ${deps.host} does not run`);
      return life.bus;
    },
    clock: { advance: (ms) => life?.clock.advance(ms) },
    running: () => life !== null,
    start: async () => {
      const { host, disks, world, lane, images, config, errors } = deps;
      const clock = testClock({
        monoAheadMs: deps.clock.mono() - 1_000_000,
        wallAheadMs: deps.clock.wall() - Date.now(),
        epoch: 'hosts',
      });
      const bus = cutBus(deps.bus, clock);
      const made = makeAgents(config, {
        bus,
        lane,
        clock,
        images,
        openLog: openDurableLog,
        driver: () => deps.driver(simDriver({ world, host, disks })),
        onError: errorTeller(errors, `${host}: `),
      });
      const agents = await startAgents(made);
      const stop = async () => {
        await Promise.all(agents.map((agent) => agent.stop(0)));
      };
      life = { bus, clock, stop };
    },
    stop: () => end(() => {}),
    kill: () => end(({ bus }) => bus.cut('the agent is dead')),
  };
}
