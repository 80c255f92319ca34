// The suite every driver passes, the simulated one included: what `driver.ts` promises, seen from outside. It follows
// one guest through two boots, in order, because a real guest takes seconds to boot; it waits for states, never for time.
// Nothing here may be true of one driver only: what is optional is asked of the driver's own abilities.

import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { asId, type ServerId } from '../model/ids.ts';
import { POWER_STATE, type PowerState } from '../model/power-state.ts';
import { addressesConformance } from './conformance/addresses.contract.ts';
import { dumpMemoryConformance } from './conformance/dump-memory.contract.ts';
import { followCrashConformance } from './conformance/follow-crash.contract.ts';
import { guestAgentConformance } from './conformance/guest-agent.contract.ts';
import { outsideConformance } from './conformance/outside.contract.ts';
import { rebootConformance } from './conformance/reboot.contract.ts';
import { rescueConformance } from './conformance/rescue.contract.ts';
import { resizeConformance } from './conformance/resize.contract.ts';
import { sharedDisksConformance } from './conformance/shared-disks.contract.ts';
import {
  type ConformanceHarness,
  eventually,
  fault,
  given,
  order,
  TEST_WITHIN_MS,
  useDriver,
} from './conformance/suite-tools.contract.ts';
import { suspendConformance } from './conformance/suspend.contract.ts';
import { type Ability, ability, DriverFault, type GuestEventKind, type GuestSpec } from './driver.ts';

const PANIC_TEXT = 'Kernel panic - not syncing: NMI: Not continuing';

type Part = (name: string, open: () => Promise<ConformanceHarness>) => void;

/** The parts of the suite for abilities that need guests of their own. */
const PARTS: Partial<Record<Ability, Part>> = {
  make: sharedDisksConformance,
  followCrash: followCrashConformance,
  guestAgent: guestAgentConformance,
  dumpMemory: dumpMemoryConformance,
  suspend: suspendConformance,
  reboot: rebootConformance,
  rescue: rescueConformance,
  resize: resizeConformance,
  readAddresses: addressesConformance,
};

/**
 * Declares the suite for the driver called `name`, which is expected to have these abilities, no more and no fewer; `open` sets up
 * surroundings, once for each part of it. `ports`: false for a driver whose guests have none, and are followed from outside.
 */
export function driverConformance(
  name: string,
  abilities: readonly Ability[],
  open: () => Promise<ConformanceHarness>,
  { ports = true } = {},
): void {
  for (const each of abilities) {
    if (each === 'followCrash' && !ports) outsideConformance(name, open);
    else PARTS[each]?.(name, open);
  }
  describe(`the ${name} driver keeps the contract`, { timeout: TEST_WITHIN_MS }, () => {
    const suite = useDriver(open);
    const [makes, pauses] = [abilities.includes('make'), abilities.includes('pause')];
    let spec: GuestSpec;

    beforeAll(() => {
      spec = suite.harness.spec();
    });

    const powerState = async (wanted: PowerState) => {
      await suite.becomes(spec.id, wanted);
      expect((await suite.driver.injectNmi?.powerState?.(spec.id)) ?? wanted).toBe(wanted);
    };
    const event = (kind: GuestEventKind, after?: number) => suite.event(spec.id, kind, after);
    const nmi = (guest: ServerId) => ability(suite.driver, 'injectNmi').send(guest, order());

    it('tells once that it is connected', () => {
      expect(suite.seen.connections).toEqual([{ up: true, since: expect.any(Number) }]);
    });

    it('says what the host has', async () => {
      const inventory = await suite.driver.inventory();
      expect(inventory.hypervisorType).not.toBe('');
      expect(inventory.hypervisorHostname).not.toBe('');
      expect(inventory.arch).not.toBe('');
      for (const amount of [inventory.vcpus, inventory.memoryMb, inventory.diskGb, inventory.hypervisorVersion]) {
        expect(Number.isInteger(amount) && amount > 0, `${amount} is a positive integer`).toBe(true);
      }
      expect(inventory.disks !== undefined, 'who makes guests tells where their disks go').toBe(makes);
      if (inventory.disks === undefined) return;
      const { problem, freeGb } = inventory.disks;
      expect([problem, freeGb >= 0 && freeGb <= inventory.diskGb]).toEqual([null, true]);
    });

    it('says how long the host is up, as uptime(1) does', async () => {
      if (!suite.driver.hostUptime) return;
      expect(await suite.driver.hostUptime()).toMatch(/ up .*load average: /);
    });

    it('has the abilities it should have, and one fault for the others', () => {
      const all: readonly Ability[] = [
        'make',
        'pause',
        'injectNmi',
        'readConsole',
        'followCrash',
        'guestAgent',
        'dumpMemory',
        'reset',
        'suspend',
        'reboot',
        'rescue',
        'resize',
        'readAddresses',
        'vitals',
        'hostUptime',
      ];
      expect(all.filter((each) => suite.driver[each] !== undefined)).toEqual(
        all.filter((each) => abilities.includes(each)),
      );
      for (const missing of all.filter((each) => suite.driver[each] === undefined)) {
        expect(() => ability(suite.driver, missing)).toThrow(expect.objectContaining({ code: 'not-implemented' }));
      }
      expect(suite.driver.injectNmi?.boundMs ?? 1).toBeGreaterThan(0);
    });

    const shown = () => ({
      id: spec.id,
      name: spec.name,
      vcpus: spec.vcpus,
      memoryMb: spec.memoryMb,
      ours: makes,
      powerState: POWER_STATE.running,
    });

    if (!makes) {
      it('finds a guest that was there before, which is not ours', async () => {
        expect(await suite.driver.guest(spec.id)).toMatchObject(shown());
        expect(await suite.driver.guests()).toContainEqual(expect.objectContaining(shown()));
        await suite.harness.ready(spec.id);
      });
    }

    if (makes) {
      it('makes a guest, which runs and is ours', async () => {
        await ability(suite.driver, 'make').create(spec, order());
        expect(await suite.driver.guest(spec.id)).toEqual(shown());
        expect(await suite.driver.guests()).toContainEqual(shown());
        const started = suite.seen.events[await event('started')];
        expect(started?.detail).not.toBe('');
        expect(started?.at).toBeGreaterThan(0);
      });

      it('will not make the same guest twice, and leaves the first unharmed', async () => {
        const before = await suite.driver.guests();
        await fault(ability(suite.driver, 'make').create(spec, order()), 'failed');
        expect(await suite.driver.guests()).toEqual(before);
      });

      it('leaves nothing of a guest that could not be made', async () => {
        const broken = given(suite.harness.brokenSpec?.(), 'guest that cannot be made');
        const before = await suite.driver.guests();
        await fault(ability(suite.driver, 'make').create(broken, order()));
        expect(await suite.driver.guests()).toEqual(before);
        await fault(suite.driver.guest(broken.id), 'not-found');
      });
    }

    if (pauses) {
      it('pauses and unpauses', async () => {
        await suite.harness.ready(spec.id);
        await ability(suite.driver, 'pause').pause(spec.id, order());
        await powerState(POWER_STATE.paused);
        const paused = await event('paused');
        await ability(suite.driver, 'pause').unpause(spec.id, order());
        await powerState(POWER_STATE.running);
        await event('resumed', paused);
      });
    }

    it('finds no guest that is not there, and counts destroying it as done', async () => {
      const nobody = asId<ServerId>(randomUUID());
      await fault(suite.driver.guest(nobody), 'not-found');
      await fault(suite.driver.powerOn(nobody, order()), 'not-found');
      await fault(suite.driver.powerOff(nobody, order()), 'not-found');
      if (suite.driver.pause) await fault(suite.driver.pause.pause(nobody, order()), 'not-found');
      if (suite.driver.pause) await fault(suite.driver.pause.unpause(nobody, order()), 'not-found');
      if (suite.driver.readConsole) await fault(suite.driver.readConsole.read(nobody, null), 'not-found');
      if (suite.driver.injectNmi) {
        const { message, asked } = await fault(nmi(nobody), 'not-found');
        expect(message).toBe(`Instance ${nobody} could not be found.`);
        expect(asked).toBe('no');
        if (suite.driver.injectNmi.powerState) await fault(suite.driver.injectNmi.powerState(nobody), 'not-found');
      }
      await suite.driver.destroy(nobody, order());
    });

    it('reads the last lines of a console', async () => {
      if (!suite.driver.readConsole) return;
      expect(await suite.driver.readConsole.read(spec.id, null)).not.toBe('');
      const two = await suite.driver.readConsole.read(spec.id, 2);
      expect(two.replace(/\n$/, '').split('\n').length).toBeLessThanOrEqual(2);
      expect(await suite.driver.readConsole.read(spec.id, null)).toContain(two.split('\n')[0]);
    });

    it('sends no NMI that is not wanted any more when all is ready for it', async () => {
      if (!suite.driver.injectNmi) return;
      const tooLate = new DriverFault('failed', 'too late');
      const send = suite.driver.injectNmi.send(spec.id, order(), () => {
        throw tooLate;
      });
      expect(await fault(send)).toBe(tooLate);
      expect((await suite.driver.guest(spec.id)).powerState).toBe(POWER_STATE.running);
      expect(suite.seen.kinds(spec.id)).not.toContain('panicked');
    });

    it('sends an NMI to a running guest, which panics on event and console, or where else that can be seen', async () => {
      if (!suite.driver.injectNmi) return;
      await nmi(spec.id);
      if (suite.harness.panicked !== undefined) return suite.harness.panicked(spec.id);
      await event('panicked');
      await powerState(POWER_STATE.crashed);
      if (!suite.driver.readConsole) return;
      const { readConsole } = suite.driver;
      // Its panic device stopped it before its text was out.
      await ability(suite.driver, 'pause').unpause(spec.id, order());
      await eventually(async () => expect(await readConsole.read(spec.id, null)).toContain(PANIC_TEXT));
    });

    it('resets a guest, which boots anew, whatever it was doing', async () => {
      if (!suite.driver.reset) return;
      const { reset } = suite.driver;
      let before = -1;
      let boots = 1;
      for (const paused of [false, true]) {
        if (paused) {
          await ability(suite.driver, 'pause').pause(spec.id, order());
          await powerState(POWER_STATE.paused);
        }
        await reset.reset(spec.id, order());
        before = await event('rebooted', before);
        await powerState(POWER_STATE.running);
        boots += 1;
        await suite.harness.ready(spec.id, boots);
      }
    });

    it('counts what a guest does, and takes a picture or says why not', async () => {
      if (!suite.driver.vitals) return;
      const { vitals } = suite.driver;
      const first = await vitals.sample(spec.id);
      expect(first.cpuMs).toHaveLength(spec.vcpus);
      await eventually(async () => {
        const { cpuMs } = await vitals.sample(spec.id);
        expect(cpuMs?.[0]).toBeGreaterThanOrEqual(first.cpuMs?.[0] ?? 0);
      });
      await fault(vitals.sample(asId<ServerId>(randomUUID())), 'not-found');
      if (vitals.picture === undefined) return;
      // One that nobody waits for any more is in nobody's way.
      const control = new AbortController();
      const up = vitals.picture(spec.id, control.signal).catch((error: unknown) => error);
      control.abort();
      await up;
      const { format, bytes } = await vitals.picture(spec.id);
      expect(bytes.toString('latin1', 0, format === 'ppm' ? 2 : 4)).toBe(format === 'ppm' ? 'P6' : '\x89PNG');
      await fault(vitals.picture(asId<ServerId>(randomUUID())), 'not-found');
    });

    it('powers off, and again', async () => {
      await suite.driver.powerOff(spec.id, order());
      await powerState(POWER_STATE.shutdown);
      await event('stopped');
      await suite.driver.powerOff(spec.id, order());
      expect((await suite.driver.guests()).map((guest) => guest.id)).toContain(spec.id);
    });

    it('sends no NMI to a guest that is off', async () => {
      if (!suite.driver.injectNmi) return;
      const { message, asked } = await fault(nmi(spec.id), 'not-running');
      expect(message).toBe(`Instance ${spec.id} is not running.`);
      expect(asked).toBe('no');
    });

    it('counts nothing of a guest that is off, and takes no picture of it', async () => {
      if (!suite.driver.vitals) return;
      const { vitals } = suite.driver;
      await fault(vitals.sample(spec.id), 'not-running');
      if (vitals.picture !== undefined) await fault(vitals.picture(spec.id), 'not-running');
    });

    it('powers on, and again', async () => {
      const stopped = suite.seen.indexOf(spec.id, 'stopped');
      await suite.driver.powerOn(spec.id, order());
      await powerState(POWER_STATE.running);
      await event('started', stopped);
      await suite.driver.powerOn(spec.id, order());
      await powerState(POWER_STATE.running);
      await suite.harness.ready(spec.id);
    });

    it('lets guests run on when it stops, and another finds them', async () => {
      const stopped = suite.driver;
      await suite.anew();
      await fault(stopped.guest(spec.id), 'connection-lost');
      if (stopped.injectNmi?.powerState) await fault(stopped.injectNmi.powerState(spec.id), 'connection-lost');
      expect(await suite.driver.guest(spec.id)).toMatchObject({ ours: makes, powerState: POWER_STATE.running });
    });

    it('keeps an NMI for a paused guest until it resumes', async () => {
      if (!suite.driver.injectNmi?.latchedWhilePaused) return;
      await ability(suite.driver, 'pause').pause(spec.id, order());
      await powerState(POWER_STATE.paused);
      await nmi(spec.id);
      expect((await suite.driver.guest(spec.id)).powerState).toBe(POWER_STATE.paused);
      expect(suite.seen.kinds(spec.id)).not.toContain('panicked');
      await ability(suite.driver, 'pause').unpause(spec.id, order());
      await event('panicked', await event('resumed'));
    });

    it('destroys, and again', async () => {
      await suite.driver.destroy(spec.id, order());
      await fault(suite.driver.guest(spec.id), 'not-found');
      expect((await suite.driver.guests()).map((guest) => guest.id)).not.toContain(spec.id);
      await suite.driver.destroy(spec.id, order());
    });

    it('was connected all the time', () => {
      expect(suite.seen.connections).toHaveLength(1);
    });
  });
}
