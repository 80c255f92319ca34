// A cloud in this process for a test: several API processes on one database, one bus and one world of simulated hosts, each
// with a clock of its own. A process can be killed, stalled or cut from the bus, and so can an agent. On SQLite, which has
// one writer, they share the open database; on PostgreSQL each opens its own, as on NATS each has its own connection.

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { imageFolder } from '../../src/adapters/image-folder.ts';
import { memoryLane } from '../../src/adapters/memory-lane.ts';
import type { NewServer } from '../../src/db/servers.ts';
import type { Store } from '../../src/db/store.ts';
import { openStore } from '../../src/db/store.ts';
import type { Driver } from '../../src/drivers/driver.ts';
import type { SimWorld } from '../../src/drivers/sim/sim-world.ts';
import type { Server } from '../../src/model/server.ts';
import type { Bus } from '../../src/ports/bus.ts';
import type { TestAgent } from './cloud-agent.ts';
import { testAgent } from './cloud-agent.ts';
import type { CloudParts, ProcessOptions, TestApi } from './cloud-api.ts';
import { startApi } from './cloud-api.ts';
import { IMAGE } from './open-remnant.ts';
import { errorTeller, makeDiskImage, makeImage, plantServer, serverNow, testConfig, testWorld } from './sim-parts.ts';
import { busOfCloud } from './test-bus.ts';
import type { TestClock } from './test-clock.ts';
import { testClock } from './test-clock.ts';
import { testDatabase } from './test-database.ts';
import { waitFor } from './wait-for.ts';

/** How a cloud is wanted. */
export interface CloudOptions {
  /** Its API processes: so many, or each as it is wanted. Two by default, each on a machine of its own. */
  readonly apis?: number | readonly ProcessOptions[];
  /** Names of simulated hosts; `host-1` and `host-2` by default. */
  readonly hosts?: readonly string[];
  /** Ids of images that are there beside `IMAGE`. */
  readonly images?: readonly string[];
  /** A folder of images in the place of one with those. */
  readonly imageFolder?: string;
  /** Ids of images that are a disk alone. */
  readonly diskImages?: readonly string[];
  /** The folder of disks of hosts that have not their own. */
  readonly disks?: Readonly<Record<string, string>>;
  /** Keys of the configuration that differ from the defaults, for all processes and agents. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Changes the driver of a host. */
  readonly driver?: (driver: Driver, host: string) => Driver;
}

/** A cloud under test. */
export interface TestCloud {
  /** Every API process that was ever started, the dead ones too. */
  readonly apis: readonly TestApi[];
  /** The `n`th of them, from 0. */
  api(n: number): TestApi;
  /** Starts one more. */
  addApi(options?: ProcessOptions): Promise<TestApi>;
  /** The agent of a host. */
  agent(host: string): TestAgent;
  /** The database, through a handle that outlives every process. */
  readonly store: Store;
  /** The bus, through an end that is never cut. */
  readonly bus: Bus;
  readonly world: SimWorld;
  /** The clock of the hosts' machines. */
  readonly clock: TestClock;
  /** What went wrong without anybody being told over HTTP, each with the name of its process. */
  readonly errors: string[];
  /** Moves every clock on by `ms`, and runs what falls due; a stalled process notices when it goes on. */
  advance(ms: number): void;
  addServer(row?: Partial<NewServer>, behaviour?: string): Promise<Server>;
  row(id: string): Promise<Server>;
  /** Waits until every living process has every running host UP. */
  untilMet(): Promise<void>;
  close(): Promise<void>;
}

/** Composes and starts one, and waits until every process has heard every host. Close it. */
export async function openCloud(options: CloudOptions = {}): Promise<TestCloud> {
  const dir = mkdtempSync(join(tmpdir(), 'remnant-cloud-'));
  makeImage(join(dir, 'images', 'tiny'), IMAGE);
  for (const id of options.images ?? []) makeImage(join(dir, 'images', id), id);
  for (const id of options.diskImages ?? []) makeDiskImage(join(dir, 'images', id), id);
  const hosts = options.hosts ?? ['host-1', 'host-2'];
  const folder = options.imageFolder ?? join(dir, 'images');
  const settings = {
    identity: { accounts: [] },
    images: { folder },
    ...options.config,
  };
  const clock = testClock();
  const errors: string[] = [];
  const database = await testDatabase(dir);
  const store = await openStore(database.url);
  const shared = database.url.startsWith('sqlite:');
  const { bus, join: joinBus } = await busOfCloud(clock, () => {});
  const lane = memoryLane(clock);
  const world = testWorld(clock);
  const parts: CloudParts = {
    // One that died in the middle of a question must not keep it from who asks again: another has to get it.
    joinBus,
    lane,
    truth: clock,
    errors,
    machines: new Map(),
    openStore: async () =>
      shared ? { ...store, read: store.read, close: () => Promise.resolve() } : openStore(database.url),
    config: (name) => {
      mkdirSync(join(dir, name), { recursive: true });
      return testConfig(join(dir, name), [], settings);
    },
  };
  const apis: TestApi[] = [];
  const addApi = async (one: ProcessOptions = {}) => {
    const api = await startApi(parts, `api-${apis.length + 1}`, one);
    apis.push(api);
    return api;
  };
  const wanted = options.apis ?? 2;
  const first: readonly ProcessOptions[] =
    typeof wanted === 'number' ? Array.from({ length: wanted }, () => ({})) : wanted;
  // All at once, as on a new cloud.
  apis.push(...(await Promise.all(first.map((one, n) => startApi(parts, `api-${n + 1}`, one)))));

  const images = imageFolder(folder, errorTeller(errors, 'images: '));
  const agents = new Map(
    hosts.map((host) => {
      const config = testConfig(join(dir, 'agents'), [host], settings);
      const disks = options.disks?.[host] ?? null;
      const deps = { host, disks, config, world, bus, lane, clock, images, errors };
      return [host, testAgent({ ...deps, driver: (driver) => options.driver?.(driver, host) ?? driver })] as const;
    }),
  );
  for (const agent of agents.values()) await agent.start();
  const living = () => apis.filter((api) => api.alive());
  const running = () => [...agents].filter(([, agent]) => agent.running());
  const untilMet = async () => {
    await waitFor('every process to have every host', () =>
      living().every((api) => running().every(([host]) => api.hosts.status(host as never) === 'UP')),
    );
  };
  await untilMet();

  return {
    apis,
    api: (n) => {
      const api = apis[n];
      if (api === undefined) throw new Error(`there is no API process ${n}`);
      return api;
    },
    addApi,
    agent: (host) => {
      const agent = agents.get(host);
      if (agent === undefined) throw new Error(`there is no host ${host}`);
      return agent;
    },
    store,
    bus,
    world,
    clock,
    errors,
    advance: (ms) => {
      clock.advance(ms);
      for (const agent of agents.values()) agent.clock.advance(ms);
      for (const api of living()) if (!api.stalled()) api.clock.advance(ms);
    },
    addServer: (row = {}, behaviour) => plantServer(store, world, row, behaviour),
    row: (id) => serverNow(store, id),
    untilMet,
    close: async () => {
      // While there is somebody to hear the agents' last words.
      for (const agent of agents.values()) await agent.stop();
      for (const api of apis) await api.close();
      clock.stop();
      await bus.close();
      world.close();
      await store.close();
      await database.drop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
