// The suite every driver passes, the simulated one included: what `driver.ts` promises, seen from outside. It follows
// one guest through two boots, in order, because a real guest takes seconds to boot; it waits for states, never for time.
// Nothing here may be true of one driver only: what is optional is asked of the driver's own abilities.

import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { asId, type CommandId, type ServerId } from '../model/ids.ts';
import { POWER_STATE, type PowerState } from '../model/power-state.ts';
import {
  type Ability,
  ability,
  type Driver,
  type DriverConnection,
  DriverFault,
  type DriverFaultCode,
  type DriverListener,
  type GuestEvent,
  type GuestEventKind,
  type GuestSpec,
  type Order,
} from './driver.ts';

/** What the suite needs of a driver's surroundings. */
export interface ConformanceHarness {
  /** A driver of the one host under test, not started; asked for twice, as when an agent restarts. */
  driver(): Driver;
  /** The abilities the driver is expected to have, no more and no fewer. */
  readonly abilities: readonly Ability[];
  /** A guest with an id of its own that panics on an NMI, and says so if it can. */
  spec(overrides?: Partial<GuestSpec>): GuestSpec;
  /** A guest whose making fails, as late in it as can be arranged. */
  brokenSpec(): GuestSpec;
  /** Resolves when the guest has booted so far that an NMI makes it panic. */
  ready(guest: ServerId): Promise<void>;
  /** Removes whatever is left. */
  close(): Promise<void>;
}

// Real guests boot and panic in seconds under emulation, and the machine may be busy.
const STATE_WITHIN_MS = 60_000;
const TEST_WITHIN_MS = 180_000;

const PANIC_TEXT = 'Kernel panic - not syncing: NMI: Not continuing';

/** Declares the suite for the driver called `name`; `open` sets its surroundings up, once. */
export function driverConformance(name: string, open: () => Promise<ConformanceHarness>): void {
  describe(`the ${name} driver keeps the contract`, { timeout: TEST_WITHIN_MS }, () => {
    let harness: ConformanceHarness;
    let driver: Driver;
    let spec: GuestSpec;
    let seen: Recorder;

    beforeAll(async () => {
      harness = await open();
      driver = harness.driver();
      spec = harness.spec();
      seen = recorder();
      await driver.start(seen);
    }, TEST_WITHIN_MS);

    afterAll(async () => {
      await driver.stop();
      await harness.close();
    }, TEST_WITHIN_MS);

    const powerState = (wanted: PowerState) =>
      eventually(async () => expect((await driver.guest(spec.id)).powerState).toBe(wanted));
    const event = (kind: GuestEventKind, after?: number) => eventually(() => seen.indexOf(spec.id, kind, after));
    const nmi = (guest: ServerId) => ability(driver, 'injectNmi').send(guest, order());

    it('tells once that it is connected', async () => {
      await eventually(() => expect(seen.connections).toHaveLength(1));
      expect(seen.connections[0]).toMatchObject({ up: true, since: expect.any(Number) });
    });

    it('says what the host has', async () => {
      const inventory = await driver.inventory();
      expect(inventory.hypervisorType).not.toBe('');
      expect(inventory.hypervisorHostname).not.toBe('');
      expect(inventory.arch).not.toBe('');
      for (const amount of [inventory.vcpus, inventory.memoryMb, inventory.diskGb, inventory.hypervisorVersion]) {
        expect(Number.isInteger(amount) && amount > 0, `${amount} is a positive integer`).toBe(true);
      }
    });

    it('has the abilities it should have, and one fault for the others', () => {
      const all: readonly Ability[] = ['injectNmi', 'readConsole'];
      expect(all.filter((each) => driver[each] !== undefined)).toEqual(
        all.filter((each) => harness.abilities.includes(each)),
      );
      for (const missing of all.filter((each) => driver[each] === undefined)) {
        expect(() => ability(driver, missing)).toThrow(expect.objectContaining({ code: 'not-implemented' }));
      }
      expect(driver.injectNmi?.boundMs ?? 1).toBeGreaterThan(0);
    });

    it('makes a guest, which runs and is ours', async () => {
      await driver.create(spec, order());
      const wanted = {
        id: spec.id,
        name: spec.name,
        vcpus: spec.vcpus,
        memoryMb: spec.memoryMb,
        ours: true,
        powerState: POWER_STATE.running,
      };
      expect(await driver.guest(spec.id)).toEqual(wanted);
      expect(await driver.guests()).toContainEqual(wanted);
      const started = seen.events[await event('started')];
      expect(started?.detail).not.toBe('');
      expect(started?.at).toBeGreaterThan(0);
    });

    it('will not make the same guest twice, and leaves the first unharmed', async () => {
      const before = await driver.guests();
      await fault(driver.create(spec, order()), 'failed');
      expect(await driver.guests()).toEqual(before);
    });

    it('leaves nothing of a guest that could not be made', async () => {
      const broken = harness.brokenSpec();
      const before = await driver.guests();
      await fault(driver.create(broken, order()));
      expect(await driver.guests()).toEqual(before);
      await fault(driver.guest(broken.id), 'not-found');
    });

    it('pauses and unpauses', async () => {
      await harness.ready(spec.id);
      await driver.pause(spec.id, order());
      await powerState(POWER_STATE.paused);
      const paused = await event('paused');
      await driver.unpause(spec.id, order());
      await powerState(POWER_STATE.running);
      await event('resumed', paused);
    });

    it('finds no guest that is not there, and counts destroying it as done', async () => {
      const nobody = harness.spec().id;
      await fault(driver.guest(nobody), 'not-found');
      await fault(driver.powerOn(nobody, order()), 'not-found');
      await fault(driver.powerOff(nobody, order()), 'not-found');
      await fault(driver.pause(nobody, order()), 'not-found');
      await fault(driver.unpause(nobody, order()), 'not-found');
      if (driver.readConsole) await fault(driver.readConsole.read(nobody, null), 'not-found');
      if (driver.injectNmi) {
        const { message, asked } = await fault(nmi(nobody), 'not-found');
        expect(message).toBe(`Instance ${nobody} could not be found.`);
        expect(asked).toBe('no');
      }
      await driver.destroy(nobody, order());
    });

    it('reads the last lines of a console', async () => {
      if (!driver.readConsole) return;
      expect(await driver.readConsole.read(spec.id, null)).not.toBe('');
      const two = await driver.readConsole.read(spec.id, 2);
      expect(two.replace(/\n$/, '').split('\n').length).toBeLessThanOrEqual(2);
      expect(await driver.readConsole.read(spec.id, null)).toContain(two.split('\n')[0]);
    });

    it('sends an NMI to a running guest, which panics on event and console', async () => {
      if (!driver.injectNmi) return;
      await nmi(spec.id);
      await event('panicked');
      if (!driver.readConsole) return;
      const { readConsole } = driver;
      await eventually(async () => expect(await readConsole.read(spec.id, null)).toContain(PANIC_TEXT));
    });

    it('powers off, and again', async () => {
      await driver.powerOff(spec.id, order());
      await powerState(POWER_STATE.shutdown);
      await event('stopped');
      await driver.powerOff(spec.id, order());
      expect((await driver.guests()).map((guest) => guest.id)).toContain(spec.id);
    });

    it('sends no NMI to a guest that is off', async () => {
      if (!driver.injectNmi) return;
      const { message, asked } = await fault(nmi(spec.id), 'not-running');
      expect(message).toBe(`Instance ${spec.id} is not running.`);
      expect(asked).toBe('no');
    });

    it('powers on, and again', async () => {
      const stopped = seen.indexOf(spec.id, 'stopped');
      await driver.powerOn(spec.id, order());
      await powerState(POWER_STATE.running);
      await event('started', stopped);
      await driver.powerOn(spec.id, order());
      await powerState(POWER_STATE.running);
      await harness.ready(spec.id);
    });

    it('lets guests run on when it stops, and another finds them', async () => {
      await driver.stop();
      await fault(driver.guest(spec.id), 'connection-lost');
      driver = harness.driver();
      seen = recorder();
      await driver.start(seen);
      await eventually(() => expect(seen.connections).toMatchObject([{ up: true }]));
      expect(await driver.guest(spec.id)).toMatchObject({ ours: true, powerState: POWER_STATE.running });
    });

    it('keeps an NMI for a paused guest until it resumes', async () => {
      if (!driver.injectNmi?.latchedWhilePaused) return;
      await driver.pause(spec.id, order());
      await powerState(POWER_STATE.paused);
      await nmi(spec.id);
      expect((await driver.guest(spec.id)).powerState).toBe(POWER_STATE.paused);
      expect(seen.kinds(spec.id)).not.toContain('panicked');
      await driver.unpause(spec.id, order());
      await event('panicked', await event('resumed'));
    });

    it('destroys, and again', async () => {
      await driver.destroy(spec.id, order());
      await fault(driver.guest(spec.id), 'not-found');
      expect((await driver.guests()).map((guest) => guest.id)).not.toContain(spec.id);
      await driver.destroy(spec.id, order());
    });

    it('was connected all the time', () => {
      expect(seen.connections).toHaveLength(1);
    });
  });
}

interface Recorder extends DriverListener {
  readonly events: readonly GuestEvent[];
  readonly connections: readonly DriverConnection[];
  /** The kinds of what `guest` did, in order. */
  kinds(guest: ServerId): GuestEventKind[];
  /** Where the first event of `kind` stands, behind `after`; fails if there is none. */
  indexOf(guest: ServerId, kind: GuestEventKind, after?: number): number;
}

function recorder(): Recorder {
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

function order(): Order {
  return { command: asId<CommandId>(randomUUID()) };
}

async function fault(attempt: Promise<unknown>, code?: DriverFaultCode): Promise<DriverFault> {
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

function eventually<T>(state: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(state, { timeout: STATE_WITHIN_MS, interval: 20 });
}
