// A whole Remnant in this process for a test: the real front, database, dispatch and agents; only the hosts are simulated,
// and the clock can be moved on. Everything it made is gone when it is closed.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryBus } from '../../src/adapters/memory-bus.ts';
import { openDurableLog } from '../../src/agent/durable-log.ts';
import type { NewAccount } from '../../src/app/identity/first-cloud.ts';
import { checkConfig } from '../../src/config/load-config.ts';
import type { NewServer } from '../../src/db/servers.ts';
import { findServer, insertServer } from '../../src/db/servers.ts';
import type { Store } from '../../src/db/store.ts';
import { openStore } from '../../src/db/store.ts';
import type { Driver } from '../../src/drivers/driver.ts';
import { simDriver } from '../../src/drivers/sim/sim-driver.ts';
import type { PlantedGuest, SimWorld } from '../../src/drivers/sim/sim-world.ts';
import { openSimWorld } from '../../src/drivers/sim/sim-world.ts';
import type { RequestLine } from '../../src/http/request-line.ts';
import type { Parts, Remnant } from '../../src/main/compose.ts';
import { compose } from '../../src/main/compose.ts';
import type { Server } from '../../src/model/server.ts';
import type { RuleText } from '../../src/policy/parse-rule.ts';
import type { Bus } from '../../src/ports/bus.ts';
import type { Identity } from '../../src/ports/identity.ts';
import type { Answer, Ask } from './http-client.ts';
import { asker } from './http-client.ts';
import { serverRow } from './server-rows.ts';
import type { TestClock } from './test-clock.ts';
import { testClock } from './test-clock.ts';
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
  /** Runs before the daemon starts: for rows and guests that must be there at its first look. */
  readonly before?: (store: Store, world: SimWorld) => Promise<void>;
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

/** The image of `openRemnant`'s image folder. */
export const IMAGE = '70a599e0-31e7-49b7-b260-868f441e862b';

/** Composes and starts one. Close it. */
export async function openRemnant(options: OpenOptions = {}): Promise<TestRemnant> {
  const dir = mkdtempSync(join(tmpdir(), 'remnant-test-'));
  makeImage(join(dir, 'images', 'tiny'));
  const hostNames = options.hosts ?? ['host-1'];
  const config = checkConfig(
    {
      state_dir: dir,
      hosts: hostNames.map((name) => ({ name, driver: 'sim' })),
      flavors: [{ id: '1', name: 'small', vcpus: 1, ram: 512, disk: 1 }],
      ...(options.builtinIdentity === true ? {} : { identity: { accounts: [] } }),
      ...options.config,
    },
    'test',
  );
  const clock = testClock();
  const errors: string[] = [];
  const onError = (what: string, error: unknown) =>
    errors.push(`${what}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  const store = await openStore(`sqlite:${join(dir, 'remnant.db')}`);
  const bus = memoryBus(clock, onError);
  const world = openSimWorld({
    dir: null,
    now: () => clock.wall(),
    mono: () => clock.mono(),
    defer: (ms, run) => clock.after(ms, run),
  });
  await options.before?.(store, world);
  const newAccounts: NewAccount[] = [];
  const lines: RequestLine[] = [];
  const refusals: string[] = [];
  const remnant = await compose(config, {
    store,
    bus,
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
    onRequest: (line) => lines.push(line),
    onRefusal: (why) => refusals.push(why),
    onHost: () => {},
    onError,
  });
  const met = () => remnant.hosts.all().filter(([, entry]) => entry.offered !== null).length === hostNames.length;
  await waitFor('all hosts to present themselves', met);

  const row = async (id: string) => {
    const found = await findServer(store.read, id);
    if (found === null) throw new Error(`there is no server ${id}`);
    return found;
  };
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
    bus,
    world,
    clock,
    errors,
    ask: asker(remnant.http),
    row,
    addServer: async (more = {}, behaviour) => {
      const server = await store.transaction((tx) => insertServer(tx, serverRow(more)));
      if (behaviour !== undefined && server.host !== null) {
        world.plantGuest(server.host, guestOf(server, behaviour));
        await waitFor('the guest to be seen', async () => (await row(server.id)).powerState === 1);
      }
      return server;
    },
    close: async () => {
      clock.thaw();
      await remnant.stop(0);
      clock.stop();
      await bus.close();
      world.close();
      await store.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** The simulated guest of a server. */
export function guestOf(server: Pick<Server, 'id' | 'instanceName'>, behaviour: string): PlantedGuest {
  return { id: server.id, name: server.instanceName, metadata: { sim_behaviour: behaviour } };
}

function makeImage(folder: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'image.yaml'), `id: ${IMAGE}\nname: tiny\nkernel: vmlinuz\ninitrd: initrd\n`);
  writeFileSync(join(folder, 'vmlinuz'), 'kernel');
  writeFileSync(join(folder, 'initrd'), 'initrd');
}
