// The part of the suite for `suspend`: one guest is put away and goes on where it was, by whichever verb. That it did not boot
// anew shows in an NMI, which no guest that is still booting would panic on.

import { beforeAll, describe, expect, it } from 'vitest';
import { POWER_STATE } from '../../model/power-state.ts';
import { ability, type GuestSpec } from '../driver.ts';
import { type ConformanceHarness, fault, order, TEST_WITHIN_MS, useDriver } from './suite-tools.contract.ts';

/** Declares the part for the driver called `name`; `open` sets its surroundings up, once. */
export function suspendConformance(name: string, open: () => Promise<ConformanceHarness>): void {
  describe(`the ${name} driver suspends a guest`, { timeout: TEST_WITHIN_MS }, () => {
    const suite = useDriver(open);
    let spec: GuestSpec;
    const verbs = () => ability(suite.driver, 'suspend');
    const suspend = () => verbs().suspend(spec.id, order());
    const resume = () => verbs().resume(spec.id, order());

    beforeAll(async () => {
      spec = suite.harness.spec();
      await ability(suite.driver, 'make').create(spec, order());
      await suite.harness.ready(spec.id);
    }, TEST_WITHIN_MS);

    it('which is off then, and as large as it was', async () => {
      const before = suite.now();
      await suspend();
      await suite.becomes(spec.id, POWER_STATE.shutdown);
      await suite.event(spec.id, 'stopped', before);
      const { id, name: called, vcpus, memoryMb } = spec;
      const wanted = { id, name: called, vcpus, memoryMb, ours: true, powerState: POWER_STATE.shutdown };
      expect(await suite.driver.guest(id)).toEqual(wanted);
      expect(await suite.driver.guests()).toContainEqual(wanted);
    });

    it('but none that is off', async () => {
      await fault(suspend(), 'not-running');
      if (suite.driver.injectNmi) await fault(suite.driver.injectNmi.send(spec.id, order()), 'not-running');
    });

    it('which another driver lets go on, and again', async () => {
      await suite.anew();
      expect((await suite.driver.guest(spec.id)).powerState).toBe(POWER_STATE.shutdown);
      const before = suite.now();
      await resume();
      await suite.becomes(spec.id, POWER_STATE.running);
      await suite.event(spec.id, 'started', before);
      await resume();
      await suite.becomes(spec.id, POWER_STATE.running);
    });

    it('that was paused; powering it off loses nothing of it, and powering it on lets it run', async () => {
      await ability(suite.driver, 'pause').pause(spec.id, order());
      await suite.becomes(spec.id, POWER_STATE.paused);
      await suspend();
      await suite.becomes(spec.id, POWER_STATE.shutdown);
      await suite.driver.powerOff(spec.id, order());
      const before = suite.now();
      await suite.driver.powerOn(spec.id, order());
      await suite.becomes(spec.id, POWER_STATE.running);
      await suite.event(spec.id, 'started', before);
    });

    it('which has forgotten nothing', async () => {
      if (!suite.driver.injectNmi) return;
      await suite.driver.injectNmi.send(spec.id, order());
      await suite.event(spec.id, 'panicked');
      await suite.becomes(spec.id, POWER_STATE.crashed);
    });

    it('and starts one that was not put away', async () => {
      await suite.driver.powerOff(spec.id, order());
      await fault(suspend(), 'not-running');
      const before = suite.now();
      await resume();
      await suite.becomes(spec.id, POWER_STATE.running);
      await suite.event(spec.id, 'started', before);
    });

    it('and destroys one that is put away, with what was kept of it', async () => {
      const before = suite.now();
      await suspend();
      await suite.event(spec.id, 'stopped', before);
      await suite.destroyed(spec.id);
      await suite.event(spec.id, 'undefined', before);
    });

    it('and makes the same guest again, from its beginning', async () => {
      await ability(suite.driver, 'make').create(spec, order());
      await suite.harness.ready(spec.id);
      await suite.destroyed(spec.id);
    });

    it('and knows none that is not there', async () => {
      await fault(suspend(), 'not-found');
      await fault(resume(), 'not-found');
    });
  });
}
