// The part of the suite for `rescue`: one guest runs what it is rescued with until it is unrescued, whatever is done to its power
// and whichever driver looks; its console shows what runs.

import { beforeAll, describe, expect, it } from 'vitest';
import type { ServerId } from '../../model/ids.ts';
import { POWER_STATE } from '../../model/power-state.ts';
import { ability, type GuestSpec, type RescueBoot } from '../driver.ts';
import {
  type ConformanceHarness,
  eventually,
  fault,
  given,
  order,
  TEST_WITHIN_MS,
  useDriver,
} from './suite-tools.contract.ts';

/** Declares the part for the driver called `name`; `open` sets its surroundings up, once. */
export function rescueConformance(name: string, open: () => Promise<ConformanceHarness>): void {
  describe(`the ${name} driver rescues a guest`, { timeout: TEST_WITHIN_MS }, () => {
    const suite = useDriver(open);
    let spec: GuestSpec;
    let source: { readonly from: RescueBoot; readonly says: string };
    const verbs = () => ability(suite.driver, 'rescue');
    const rescue = (id = spec.id) => verbs().rescue(id, source.from, order());
    const unrescue = (id = spec.id) => verbs().unrescue(id, order());
    const text = (id: ServerId) => ability(suite.driver, 'readConsole').read(id, null);
    const runsRescue = async () => {
      await suite.becomes(spec.id, POWER_STATE.running);
      await eventually(async () => expect(await text(spec.id)).toContain(source.says));
    };
    const runsOwn = async (id = spec.id) => {
      await suite.becomes(id, POWER_STATE.running);
      await suite.harness.ready(id);
    };

    beforeAll(async () => {
      const { harness } = suite;
      source = given(harness.rescueSource?.(), 'rescue');
      spec = harness.diskSpec?.() ?? harness.spec();
      await ability(suite.driver, 'make').create(spec, order());
      await harness.ready(spec.id);
      expect(await text(spec.id)).not.toContain(source.says);
    }, TEST_WITHIN_MS);

    it('which runs something else then, as the guest it was', async () => {
      const before = suite.now();
      await rescue();
      await suite.event(spec.id, 'started', await suite.event(spec.id, 'stopped', before));
      await runsRescue();
      const { id, name: called, vcpus, memoryMb } = spec;
      const wanted = { id, name: called, vcpus, memoryMb, ours: true, powerState: POWER_STATE.running };
      expect(await suite.driver.guest(id)).toEqual(wanted);
      expect((await suite.driver.guests()).filter((each) => each.id === id)).toEqual([wanted]);
    });

    it('which gets no other size meanwhile', async () => {
      if (!suite.driver.resize) return;
      const size = { vcpus: spec.vcpus + 1, memoryMb: spec.memoryMb + 64, diskGb: 0 };
      await fault(suite.driver.resize.resize(spec.id, size, order()), 'failed');
      const { vcpus, memoryMb } = spec;
      expect(await suite.driver.guest(spec.id)).toMatchObject({ vcpus, memoryMb, powerState: POWER_STATE.running });
    });

    it('which stays rescued when its power is cut and comes back', async () => {
      await suite.driver.powerOff(spec.id, order());
      await suite.becomes(spec.id, POWER_STATE.shutdown);
      await suite.driver.powerOn(spec.id, order());
      await runsRescue();
    });

    it('which is rescued already', async () => {
      const before = suite.now();
      await rescue();
      await suite.event(spec.id, 'started', await suite.event(spec.id, 'stopped', before));
      await runsRescue();
    });

    it('and gives it back its own, by another driver', async () => {
      await suite.anew();
      const before = suite.now();
      await unrescue();
      await suite.event(spec.id, 'started', await suite.event(spec.id, 'stopped', before));
      await runsOwn();
    });

    it('which has its own already', async () => {
      const before = suite.now();
      await unrescue();
      await suite.becomes(spec.id, POWER_STATE.running);
      expect(suite.seen.events.slice(before + 1).map(({ kind }) => kind)).not.toContain('stopped');
    });

    it('which is off', async () => {
      await suite.driver.powerOff(spec.id, order());
      await suite.becomes(spec.id, POWER_STATE.shutdown);
      await rescue();
      await runsRescue();
    });

    it('and leaves nothing when it is destroyed while it is rescued', async () => {
      const before = suite.now();
      await suite.destroyed(spec.id);
      await suite.event(spec.id, 'undefined', await suite.event(spec.id, 'stopped', before));
    });

    it('or leaves it off, as it was defined, when that fails', async () => {
      const broken = given(suite.harness.brokenRescue?.(), 'rescue that fails');
      const { id } = broken.spec;
      await ability(suite.driver, 'make').create(broken.spec, order());
      await suite.harness.ready(id);
      await fault(verbs().rescue(id, broken.from, order()), 'failed');
      await suite.becomes(id, POWER_STATE.shutdown);
      await suite.driver.powerOn(id, order());
      await runsOwn(id);
      await suite.destroyed(id);
    });

    it('and knows none that is not there', async () => {
      await fault(rescue(), 'not-found');
      await fault(unrescue(), 'not-found');
    });
  });
}
