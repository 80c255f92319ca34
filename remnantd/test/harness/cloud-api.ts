// One API process of a test's cloud: composed as the daemon is, without hosts, with a clock, a database and an end of the
// bus that are its own, so that it can be killed, stalled and cut off.

import { openDurableLog } from '../../src/agent/durable-log.ts';
import type { NewAccount } from '../../src/app/identity/first-cloud.ts';
import type { Config } from '../../src/config/sections.ts';
import type { Store } from '../../src/db/store.ts';
import type { RequestLine } from '../../src/http/request-line.ts';
import type { Remnant } from '../../src/main/compose.ts';
import { compose } from '../../src/main/compose.ts';
import type { ArtefactLane } from '../../src/ports/artefact-lane.ts';
import type { Bus } from '../../src/ports/bus.ts';
import type { CutBus } from './cut-bus.ts';
import { cutBus } from './cut-bus.ts';
import type { Answer, Ask } from './http-client.ts';
import { asker } from './http-client.ts';
import type { CommitStep } from './mortal-store.ts';
import { mortalStore } from './mortal-store.ts';
import { errorTeller } from './sim-parts.ts';
import type { TestClock } from './test-clock.ts';
import { testClock } from './test-clock.ts';
import { testIdentity } from './test-identity.ts';

/** How a process is wanted. */
export interface ProcessOptions {
  /** Its machine, whose monotonic clock and its epoch it shares with others there; one of its own by default. */
  readonly machine?: string;
  /** How far that machine's monotonic clock is ahead of the hosts', ms; drawn by the machine's place by default. */
  readonly monoAheadMs?: number;
  readonly wallAheadMs?: number;
}

/** What the processes of a cloud share. */
export interface CloudParts {
  /** Makes a process's connection to the bus. */
  readonly joinBus: () => Promise<Bus>;
  readonly lane: ArtefactLane;
  /** What all clocks agree with but for what they are ahead. */
  readonly truth: TestClock;
  readonly errors: string[];
  /** How far the clock of each machine is ahead, ms. */
  readonly machines: Map<string, number>;
  readonly openStore: () => Promise<Store>;
  readonly config: (name: string) => Config;
}

/** An API process under test. */
export interface TestApi extends Pick<Remnant, 'http' | 'hosts' | 'dispatcher' | 'readiness' | 'stopping'> {
  readonly name: string;
  readonly clock: TestClock;
  readonly bus: CutBus;
  readonly lines: readonly RequestLine[];
  /** Accounts this process made at its start. */
  readonly newAccounts: readonly NewAccount[];
  /** Sends a request through its front; throws when the process dies meanwhile. */
  ask(ask: Ask): Promise<Answer>;
  alive(): boolean;
  stalled(): boolean;
  /** Ends it at once and without a goodbye: nothing more is committed, sent or answered. */
  kill(): void;
  /** Kills it at the `count`th time it comes to `step`, counted from now. */
  killAt(step: CommitStep, count?: number): void;
  /** Stops it properly. */
  stop(): Promise<void>;
  /** It runs nothing by itself while time goes on for the others. */
  stall(): void;
  /** It goes on, and notices the time. */
  resume(): void;
  /** Lets go of what is left of it, dead or alive. */
  close(): Promise<void>;
}

const FIRST = 1_000_000;
/** So far apart, ms, that no bound of one machine is one of another. */
const APART = 777_000_000;

/** Composes and starts one. */
export async function startApi(parts: CloudParts, name: string, wanted: ProcessOptions): Promise<TestApi> {
  const { truth } = parts;
  const machine = wanted.machine ?? name;
  const ahead = parts.machines.get(machine) ?? wanted.monoAheadMs ?? (parts.machines.size - 1) * APART;
  parts.machines.set(machine, ahead);
  const monoAheadMs = truth.mono() - FIRST + ahead;
  const wallAheadMs = truth.wall() - Date.now() + (wanted.wallAheadMs ?? 0);
  const clock = testClock({ monoAheadMs, wallAheadMs, epoch: machine });
  const wire = await parts.joinBus();
  const bus = cutBus(wire, clock);
  const store = mortalStore(await parts.openStore());
  const lines: RequestLine[] = [];
  const newAccounts: NewAccount[] = [];
  const death = Promise.withResolvers<never>();
  const died = death.promise.catch(() => {});
  const remnant = await compose(parts.config(name), {
    store,
    bus,
    lane: parts.lane,
    clock,
    openLog: openDurableLog,
    driver: () => {
      throw new Error('an API process has no hosts');
    },
    identity: testIdentity,
    keepPasswords: (accounts) => newAccounts.push(...accounts),
    onRequest: (line) => lines.push(line),
    onHost: () => {},
    onError: errorTeller(parts.errors, `${name}: `),
  });
  const ask = asker(remnant.http);
  let state: 'alive' | 'dead' | 'stopped' = 'alive';
  let stalled = false;
  let ended: Promise<unknown> | null = null;
  const kill = () => {
    if (state !== 'alive') return;
    state = 'dead';
    store.die();
    bus.cut('the process is dead');
    clock.stop();
    death.reject(new Error(`${name} was killed`));
  };
  const stop = async () => {
    if (state === 'alive') clock.thaw();
    ended ??= remnant.stop(0);
    ended.catch(() => {});
    // A dead one may wait for what never comes, be it that it dies at the last thing it writes.
    await Promise.race([ended, died]);
    if (state === 'alive') state = 'stopped';
    clock.stop();
    await bus.close();
    await wire.close();
  };
  return {
    name,
    http: remnant.http,
    hosts: remnant.hosts,
    dispatcher: remnant.dispatcher,
    readiness: remnant.readiness,
    stopping: remnant.stopping,
    clock,
    bus,
    lines,
    newAccounts,
    ask: (what) => Promise.race([ask(what), death.promise]),
    alive: () => state === 'alive',
    stalled: () => stalled,
    kill,
    killAt: (step, count = 1) => store.dieAt(step, count, kill),
    stop,
    stall: () => {
      stalled = true;
      clock.freeze();
    },
    resume: () => {
      stalled = false;
      clock.leap(truth.mono() + ahead - clock.mono());
      clock.thaw();
    },
    close: async () => {
      await stop();
      const closed = store.close();
      // A dead one may hold a transaction that never ends; it goes with the database.
      if (state === 'dead') closed.catch(() => {});
      else await closed;
    },
  };
}
