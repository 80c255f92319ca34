// A whole Remnant in this process for a test: the real front, database, dispatch and agents; only the hosts are simulated,
// and the clock can be moved on. Everything it made is gone when it is closed.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryLane } from '../../src/adapters/memory-lane.ts';
import { openDurableLog } from '../../src/agent/durable-log.ts';
import type { NewAccount } from '../../src/app/identity/first-cloud.ts';
import type { NewServer } from '../../src/db/servers.ts';
import type { Store } from '../../src/db/store.ts';
import { openStore } from '../../src/db/store.ts';
import type { Driver } from '../../src/drivers/driver.ts';
import { simDriver } from '../../src/drivers/sim/sim-driver.ts';
import type { SimWorld } from '../../src/drivers/sim/sim-world.ts';
import type { RequestLine } from '../../src/http/request-line.ts';
import type { Parts, Remnant } from '../../src/main/compose.ts';
import { compose } from '../../src/main/compose.ts';
import type { Server } from '../../src/model/server.ts';
import type { RuleText } from '../../src/policy/parse-rule.ts';
import type { ArtefactLane } from '../../src/ports/artefact-lane.ts';
import type { Bus } from '../../src/ports/bus.ts';
import type { Identity } from '../../src/ports/identity.ts';
import type { Answer, Ask } from './http-client.ts';
import { asker } from './http-client.ts';
import { errorTeller, makeImage, plantServer, serverNow, testConfig, testWorld } from './sim-parts.ts';
import { busOfRemnant } from './test-bus.ts';
import type { TestClock } from './test-clock.ts';
import { testClock } from './test-clock.ts';
import type { TestDatabase } from './test-database.ts';
import { testDatabase } from './test-database.ts';
import { testIdentity } from './test-identity.ts';
import { waitFor } from './wait-for.ts';

/** How a Remnant is wanted. */
export interface OpenOptions {
  /** Names of simulated hosts; `host-1` alone by default. */
  readonly hosts?: readonly string[];
  /** Keys of the configuration that differ from the defaults. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly policy?: Readonly<Record<string, RuleText>>;
  /** True for the built-in identity in the place of the tests' own. */
  readonly builtinIdentity?: boolean;
  /** Another one in the place of the tests' own, on the Remnant's clock. */
  readonly identity?: (clock: TestClock) => Promise<Identity>;
  /** A certificate to listen with, where a test listens. */
  readonly tls?: NonNullable<Parts['tls']>;
  /** Changes the driver of a host, e.g. takes an ability away. */
  readonly driver?: (driver: Driver, host: string) => Driver;
  /** What takes dmesg out of dumps; simulated ones hold none. */
  readonly openDmesg?: NonNullable<Parts['openDmesg']>;
  /** Puts another bus in front of the real one, e.g. one on which a host is away. */
  readonly bus?: (bus: Bus) => Bus;
  /** The same for the lane of artefacts. */
  readonly lane?: (lane: ArtefactLane) => ArtefactLane;
  /** Another database in the place of one of its own; dropped with it. */
  readonly database?: TestDatabase;
  /** Runs before the daemon starts: for rows and guests that must be there at its first look. */
  readonly before?: (store: Store, world: SimWorld, stateDir: string) => Promise<void>;
}

/** A Remnant under test. */
export interface TestRemnant
  extends Pick<Remnant, 'http' | 'hosts' | 'dispatcher' | 'setTls' | 'stopping' | 'policyProblem' | 'reloadPolicy'> {
  /** What would be in the log of every answered request. */
  readonly lines: readonly RequestLine[];
  /** Why connections were ended before they made a request. */
  readonly refusals: readonly string[];
  /** Accounts made at the start, with their passwords. */
  readonly newAccounts: readonly NewAccount[];
  readonly store: Store;
  readonly databaseUrl: string;
  /** Where it keeps everything. */
  readonly stateDir: string;
  readonly bus: Bus;
  readonly world: SimWorld;
  readonly clock: TestClock;
  /** What went wrong without anybody being told over HTTP; a test that closes with some of it fails. */
  readonly errors: string[];
  /** Sends a request through the front. */
  ask(ask: Ask): Promise<Answer>;
  /** Adds a server's row, with a running guest of `behaviour` when one is named. */
  addServer(row?: Partial<NewServer>, behaviour?: string): Promise<Server>;
  /** The row of a server now. */
  row(id: string): Promise<Server>;
  close(): Promise<void>;
}

/** How long closing waits for what still runs, ms: a guest that hangs would have it wait for good. */
const CLOSE_MS = 300;
/** The image of `openRemnant`'s image folder. */
export const IMAGE = '70a599e0-31e7-49b7-b260-868f441e862b';

/** Composes and starts one. Close it. */
export async function openRemnant(options: OpenOptions = {}): Promise<TestRemnant> {
  const dir = mkdtempSync(join(tmpdir(), 'remnant-test-'));
  makeImage(join(dir, 'images', 'tiny'), IMAGE);
  const hostNames = options.hosts ?? ['host-1'];
  const config = testConfig(dir, hostNames, {
    ...(options.builtinIdentity === true ? {} : { identity: { accounts: [] } }),
    ...options.config,
  });
  const clock = testClock();
  const errors: string[] = [];
  const onError = errorTeller(errors);
  const database = options.database ?? (await testDatabase(dir));
  const store = await openStore(database.url);
  const ownBus = await busOfRemnant(clock, onError);
  const bus = options.bus?.(ownBus) ?? ownBus;
  const ownLane = memoryLane(clock);
  const lane = options.lane?.(ownLane) ?? ownLane;
  const world = testWorld(clock);
  await options.before?.(store, world, dir);
  const newAccounts: NewAccount[] = [];
  const lines: RequestLine[] = [];
  const refusals: string[] = [];
  const remnant = await compose(config, {
    store,
    bus,
    lane,
    clock,
    openLog: openDurableLog,
    driver: ({ name }) => {
      const driver = simDriver({ world, host: name });
      return options.driver?.(driver, name) ?? driver;
    },
    ...(options.builtinIdentity === true ? {} : { identity: (await options.identity?.(clock)) ?? testIdentity }),
    ...(options.policy === undefined ? {} : { policyOverrides: options.policy }),
    keepPasswords: (accounts) => newAccounts.push(...accounts),
    ...(options.tls === undefined ? {} : { tls: options.tls }),
    ...(options.openDmesg === undefined ? {} : { openDmesg: options.openDmesg }),
    onRequest: (line) => lines.push(line),
    onRefusal: (why) => refusals.push(why),
    onHost: () => {},
    onError,
  });
  await remnant.startAgents();
  const met = () => remnant.hosts.all().filter(([, entry]) => entry.offered !== null).length === hostNames.length;
  await waitFor('all hosts to present themselves', met);

  return {
    http: remnant.http,
    setTls: remnant.setTls,
    stopping: remnant.stopping,
    lines,
    refusals,
    hosts: remnant.hosts,
    dispatcher: remnant.dispatcher,
    policyProblem: remnant.policyProblem,
    reloadPolicy: remnant.reloadPolicy,
    newAccounts,
    store,
    databaseUrl: database.url,
    stateDir: dir,
    bus,
    world,
    clock,
    errors,
    ask: asker(remnant.http),
    row: (id) => serverNow(store, id),
    addServer: (more = {}, behaviour) => plantServer(store, world, more, behaviour),
    close: async () => {
      clock.thaw();
      // What an agent is just about to write down is written down.
      await remnant.stop(CLOSE_MS);
      clock.stop();
      await bus.close();
      world.close();
      await store.close();
      await database.drop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
