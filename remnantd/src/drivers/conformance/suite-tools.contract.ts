// What the suites of the contract share: what they need of a driver's surroundings, and ways to watch and wait.

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, vi } from 'vitest';
import { asId, type CommandId, type ServerId } from '../../model/ids.ts';
import type { PowerState } from '../../model/power-state.ts';
import {
  type Driver,
  type DriverConnection,
  DriverFault,
  type DriverFaultCode,
  type DriverListener,
  type GuestEvent,
  type GuestEventKind,
  type GuestSize,
  type GuestSpec,
  type Order,
  type RescueBoot,
} from '../driver.ts';

/** What the suite needs of a driver's surroundings. */
export interface ConformanceHarness {
  /** A driver of the one host under test, not started; asked for twice, as when an agent restarts. */
  driver(): Driver;
  /**
   * A guest without a network, with an id of its own that panics on an NMI, and says so if it can. Where the driver makes no guests, one
   * that is there and runs.
   */
  spec(overrides?: Partial<GuestSpec>): GuestSpec;
  /** A guest whose crash kernel hands a dump of more than 4 MiB to the dump port. Asked for with `followCrash` alone. */
  crashSpec?(): GuestSpec;
  /** A guest that panics on an NMI and has an agent. Asked for with `guestAgent` alone. */
  agentSpec?(): GuestSpec;
  /** A guest whose making fails, as late in it as can be arranged. Asked for with `make` alone. */
  brokenSpec?(): GuestSpec;
  /** A guest that panics on an NMI, and goes down when it is asked to. Asked for with `reboot` alone. */
  softly?(): GuestSpec;
  /** Whether the driver can ask a guest to go down and leave it off (`down` of `reboot`): whether its guests have anything to lose. */
  readonly asksDown: boolean;
  /** True where `stopped` has the same words for a guest that went down by itself and for one whose power was cut. */
  readonly stopsAlike?: true;
  /** A guest with a disk of its own, where the driver has disks. Asked for with `make`, `rescue` and `resize` alone; `spec` without. */
  diskSpec?(): GuestSpec;
  /** What guests are rescued with, and what a console then says. Asked for with `rescue` alone. */
  rescueSource?(): { readonly from: RescueBoot; readonly says: string };
  /** A guest, and something it cannot be rescued with. Asked for with `rescue` alone. */
  brokenRescue?(): { readonly spec: GuestSpec; readonly from: RescueBoot };
  /** A guest, and a size it cannot have. Asked for with `resize` alone. */
  brokenResize?(): { readonly spec: GuestSpec; readonly size: GuestSize };
  /** A guest on a network, where it gets an IPv4 address. Asked for with `readAddresses` alone. */
  networkSpec?(): GuestSpec;
  /** Two hosts that have their disks in one place. Asked for with `make` alone. */
  twoHosts?(): Promise<TwoHosts>;
  /** What the host still keeps for a guest, as words for people: files, definitions. Absent where nothing outlives a guest. */
  leftOf?(guest: ServerId): Promise<readonly string[]>;
  /** Resolves when the guest has booted so far that an NMI makes it panic, for the `boots`th time since its power came on. */
  ready(guest: ServerId, boots?: number): Promise<void>;
  /** Resolves when the guest is seen to have panicked, by other means than the driver, which has none. Absent where it has. */
  panicked?(guest: ServerId): Promise<void>;
  /** Removes whatever is left. */
  close(): Promise<void>;
}

/** Two hosts with one folder of disks. */
export interface TwoHosts {
  /** Their drivers, not started. */
  readonly one: Driver;
  readonly other: Driver;
  /** What both still keep for a guest, as `leftOf` of the harness. */
  leftOf?(guest: ServerId): Promise<readonly string[]>;
  close(): Promise<void>;
}

// Real guests boot and panic in seconds under emulation, and the machine may be busy.
const STATE_WITHIN_MS = 60_000;
/** How long one test may take. */
export const TEST_WITHIN_MS = 180_000;

/** A listener that keeps all it is told. */
export interface Recorder extends DriverListener {
  readonly events: readonly GuestEvent[];
  readonly connections: readonly DriverConnection[];
  /** The kinds of what `guest` did, in order. */
  kinds(guest: ServerId): GuestEventKind[];
  /** Where the first event of `kind` stands, behind `after`; fails if there is none. */
  indexOf(guest: ServerId, kind: GuestEventKind, after?: number): number;
}

/** A new recorder. */
export function recorder(): Recorder {
  const events: GuestEvent[] = [];
  const connections: DriverConnection[] = [];
  const kinds = (guest: ServerId) => events.filter((each) => each.guest === guest).map((each) => each.kind);
  return {
    events,
    connections,
    kinds,
    indexOf(guest, kind, after = -1) {
      const found = events.findIndex((each, index) => index > after && each.guest === guest && each.kind === kind);
      expect(found, `an event ${kind} behind #${after} of: ${kinds(guest).join(' ')}`).not.toBe(-1);
      return found;
    },
    guestEvent: (event) => void events.push(event),
    connection: (connection) => void connections.push(connection),
  };
}

/** A driver of the harness, connected, and what it tells. */
export async function connected(harness: ConformanceHarness): Promise<{ driver: Driver; seen: Recorder }> {
  const driver = harness.driver();
  const seen = recorder();
  await driver.start(seen);
  await eventually(() => expect(seen.connections).toMatchObject([{ up: true }]));
  return { driver, seen };
}

/** A driver that a part of the suite works with, and what it tells. */
export interface DriverSuite {
  readonly harness: ConformanceHarness;
  readonly driver: Driver;
  readonly seen: Recorder;
  /** Stops the driver and goes on with another, as when an agent restarts. */
  anew(): Promise<void>;
  /** Waits until `guest` is in the power state. */
  becomes(guest: ServerId, wanted: PowerState): Promise<void>;
  /** Waits for an event of `guest`, behind `after`, and gives where it stands. */
  event(guest: ServerId, kind: GuestEventKind, after?: number): Promise<number>;
  /** Where the next event will stand, less one: to be given as `after`. */
  now(): number;
  /** Destroys `guest`, and fails if anything of it is left. */
  destroyed(guest: ServerId): Promise<void>;
}

/** Opens what the tests of the surrounding `describe` work with, and closes it behind them. */
export function useDriver(open: () => Promise<ConformanceHarness>): DriverSuite {
  let harness: ConformanceHarness;
  let driver: Driver;
  let seen: Recorder;
  const connect = async () => {
    ({ driver, seen } = await connected(harness));
  };
  beforeAll(async () => {
    harness = await open();
    await connect();
  }, TEST_WITHIN_MS);
  afterAll(async () => {
    await driver.stop();
    await harness.close();
  }, TEST_WITHIN_MS);
  return {
    get harness() {
      return harness;
    },
    get driver() {
      return driver;
    },
    get seen() {
      return seen;
    },
    async anew() {
      await driver.stop();
      await connect();
    },
    becomes: (guest, wanted) => eventually(async () => expect((await driver.guest(guest)).powerState).toBe(wanted)),
    event: (guest, kind, after) => eventually(() => seen.indexOf(guest, kind, after)),
    now: () => seen.events.length - 1,
    async destroyed(guest) {
      await driver.destroy(guest, order());
      await fault(driver.guest(guest), 'not-found');
      expect((await driver.guests()).map(({ id }) => id)).not.toContain(guest);
      expect((await harness.leftOf?.(guest)) ?? []).toEqual([]);
    },
  };
}

/** What a harness has for an ability; fails where it has none. */
export function given<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`the harness has no ${what}`);
  return value;
}

/** An order of its own. */
export function order(): Order {
  return { command: asId<CommandId>(randomUUID()) };
}

/** The fault that `attempt` ends in; fails if it does not, or with another code. */
export async function fault(attempt: Promise<unknown>, code?: DriverFaultCode): Promise<DriverFault> {
  const thrown: unknown = await attempt.then(
    () => null,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(DriverFault);
  if (!(thrown instanceof DriverFault)) throw new Error('not a DriverFault');
  expect(thrown.message).not.toBe('');
  if (code !== undefined) expect(thrown.code).toBe(code);
  return thrown;
}

/** Waits until `state` no longer throws, and gives what it returns. */
export function eventually<T>(state: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(state, { timeout: STATE_WITHIN_MS, interval: 20 });
}
