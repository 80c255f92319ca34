// The part of the suite for `reboot`: one guest boots anew from every state it can be in, asked and unasked.

import { beforeAll, describe, expect, it } from 'vitest';
import type { ServerId } from '../../model/ids.ts';
import { POWER_STATE } from '../../model/power-state.ts';
import { ability, type GuestSpec } from '../driver.ts';
import { type ConformanceHarness, fault, given, order, TEST_WITHIN_MS, useDriver } from './suite-tools.contract.ts';

/** Longer than any guest takes to go down; a guest that is not asked must not be waited for. */
const LONG_MS = 10 * TEST_WITHIN_MS;
const GOES_DOWN_MS = 90_000;

/** Declares the part for the driver called `name`; `open` sets its surroundings up, once. */
export function rebootConformance(name: string, open: () => Promise<ConformanceHarness>): void {
  describe(`the ${name} driver reboots a guest`, { timeout: TEST_WITHIN_MS }, () => {
    const suite = useDriver(open);
    let spec: GuestSpec;
    /** The words of its stop when it went down by itself. */
    let ownWords: string;
    const verbs = () => ability(suite.driver, 'reboot');
    const hard = (id = spec.id) => verbs().hard(id, order());
    const soft = (waitMs: number, id = spec.id) => verbs().soft(id, waitMs, order());
    // It was off, and is on.
    const wentRound = async (before: number) => {
      await suite.event(spec.id, 'started', await suite.event(spec.id, 'stopped', before));
      await suite.becomes(spec.id, POWER_STATE.running);
    };
    // What its first stop behind `before` was told as.
    const words = async (before: number) => {
      const { detail } = given(suite.seen.events[await suite.event(spec.id, 'stopped', before)], 'event');
      return detail;
    };
    const crash = async (id: ServerId) => {
      await suite.harness.ready(id);
      const before = suite.now();
      await ability(suite.driver, 'injectNmi').send(id, order());
      if (suite.harness.panicked !== undefined) return suite.harness.panicked(id);
      await suite.event(id, 'panicked', before);
      await suite.becomes(id, POWER_STATE.crashed);
    };
    // Its panic device may have stopped it.
    const goesOn = async () => {
      if (suite.driver.pause) await suite.driver.pause.unpause(spec.id, order());
      await suite.becomes(spec.id, POWER_STATE.running);
    };

    beforeAll(async () => {
      spec = given(suite.harness.softly?.(), 'guest that goes down when asked to');
      if (suite.driver.make) await suite.driver.make.create(spec, order());
      await suite.harness.ready(spec.id);
    }, TEST_WITHIN_MS);

    it('which goes down when it is asked to', async () => {
      const before = suite.now();
      await soft(GOES_DOWN_MS);
      await wentRound(before);
      ownWords = await words(before);
    });

    it('which is turned off as an agent does: asked first, where it has something to lose', async () => {
      const asked = verbs();
      const { asksDown, stopsAlike } = suite.harness;
      expect(asked.down !== undefined).toBe(asksDown);
      await suite.harness.ready(spec.id);
      const before = suite.now();
      for (const _ of ['while it runs', 'while it is off']) {
        if (asked.down === undefined) await suite.driver.powerOff(spec.id, order());
        else await asked.down(spec.id, GOES_DOWN_MS, order());
      }
      await suite.becomes(spec.id, POWER_STATE.shutdown);
      expect((await words(before)) === ownWords).toBe(asksDown || stopsAlike === true);
      await suite.driver.powerOn(spec.id, order());
      await suite.becomes(spec.id, POWER_STATE.running);
    });

    it('which is in the middle of its boot, its power cut', async () => {
      const before = suite.now();
      await hard();
      await wentRound(before);
      expect((await words(before)) === ownWords).toBe(suite.harness.stopsAlike === true);
    });

    it('which is paused, asked or not', async () => {
      if (!suite.driver.pause) return;
      const { pause } = suite.driver;
      for (const reboot of [hard, () => soft(LONG_MS)]) {
        await pause.pause(spec.id, order());
        await suite.becomes(spec.id, POWER_STATE.paused);
        const before = suite.now();
        await reboot();
        await wentRound(before);
      }
    });

    it('which is off, asked or not', async () => {
      for (const reboot of [hard, () => soft(LONG_MS)]) {
        await suite.driver.powerOff(spec.id, order());
        await suite.becomes(spec.id, POWER_STATE.shutdown);
        const before = suite.now();
        await reboot();
        await suite.event(spec.id, 'started', before);
        await suite.becomes(spec.id, POWER_STATE.running);
      }
    });

    it('which is suspended, from its beginning', async () => {
      if (!suite.driver.suspend) return;
      await suite.harness.ready(spec.id);
      await suite.driver.suspend.suspend(spec.id, order());
      await suite.becomes(spec.id, POWER_STATE.shutdown);
      await hard();
      await suite.becomes(spec.id, POWER_STATE.running);
      await suite.harness.ready(spec.id);
    });

    it('which has crashed', async () => {
      if (!suite.driver.injectNmi) return;
      await crash(spec.id);
      const before = suite.now();
      await hard();
      await wentRound(before);
    });

    it('which runs, and is too dead to go down: its time over, its power is cut', async () => {
      if (!suite.driver.injectNmi) return;
      await crash(spec.id);
      await goesOn();
      const before = suite.now();
      await soft(1_000);
      await wentRound(before);
      await suite.harness.ready(spec.id);
    });

    it('and leaves nothing of it when it is destroyed; one that is not there is not found', async () => {
      await suite.destroyed(spec.id);
      await fault(hard(), 'not-found');
      await fault(soft(1_000), 'not-found');
    });
  });
}
