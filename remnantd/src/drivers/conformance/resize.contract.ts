// The part of the suite for `resize`: one guest gets another size while it runs, and its old one back while it is off.

import { beforeAll, describe, expect, it } from 'vitest';
import type { ServerId } from '../../model/ids.ts';
import { POWER_STATE } from '../../model/power-state.ts';
import { ability, type GuestSize, type GuestSpec } from '../driver.ts';
import { type ConformanceHarness, fault, given, order, TEST_WITHIN_MS, useDriver } from './suite-tools.contract.ts';

/** Declares the part for the driver called `name`; `open` sets its surroundings up, once. */
export function resizeConformance(name: string, open: () => Promise<ConformanceHarness>): void {
  describe(`the ${name} driver resizes a guest`, { timeout: TEST_WITHIN_MS }, () => {
    const suite = useDriver(open);
    let spec: GuestSpec;
    let small: GuestSize;
    let large: GuestSize;
    const resize = (id: ServerId, size: GuestSize) => ability(suite.driver, 'resize').resize(id, size, order());
    const hasSize = async (id: ServerId, { vcpus, memoryMb }: Omit<GuestSize, 'diskGb'>) => {
      expect(await suite.driver.guest(id)).toMatchObject({ vcpus, memoryMb, ours: true });
      expect((await suite.driver.guests()).find((each) => each.id === id)).toMatchObject({ vcpus, memoryMb });
    };

    beforeAll(async () => {
      spec = suite.harness.diskSpec?.() ?? suite.harness.spec();
      small = { vcpus: spec.vcpus, memoryMb: spec.memoryMb, diskGb: spec.disk?.sizeGb ?? 0 };
      large = {
        vcpus: small.vcpus + 1,
        memoryMb: small.memoryMb + 64,
        diskGb: spec.disk === undefined ? 0 : small.diskGb + 1,
      };
      await ability(suite.driver, 'make').create(spec, order());
      await suite.harness.ready(spec.id);
    }, TEST_WITHIN_MS);

    it('that runs: it is off meanwhile, and boots', async () => {
      const before = suite.now();
      await resize(spec.id, large);
      await suite.event(spec.id, 'started', await suite.event(spec.id, 'stopped', before));
      await suite.becomes(spec.id, POWER_STATE.running);
      await hasSize(spec.id, large);
      await suite.harness.ready(spec.id);
    });

    it('for good: another driver finds it so, and its power changes nothing', async () => {
      await suite.anew();
      await hasSize(spec.id, large);
      await suite.driver.powerOff(spec.id, order());
      await suite.becomes(spec.id, POWER_STATE.shutdown);
      await hasSize(spec.id, large);
    });

    it('that is off, and stays so; its disk never gets smaller', async () => {
      const before = suite.now();
      await resize(spec.id, small);
      await suite.becomes(spec.id, POWER_STATE.shutdown);
      await hasSize(spec.id, small);
      expect(suite.seen.events.slice(before + 1).map(({ kind }) => kind)).not.toContain('started');
      await suite.driver.powerOn(spec.id, order());
      await suite.becomes(spec.id, POWER_STATE.running);
      await hasSize(spec.id, small);
      await suite.harness.ready(spec.id);
    });

    it('but none whose memory was put away, which stays as it is', async () => {
      if (!suite.driver.suspend) return;
      await suite.driver.suspend.suspend(spec.id, order());
      await suite.becomes(spec.id, POWER_STATE.shutdown);
      await fault(resize(spec.id, large), 'failed');
      await hasSize(spec.id, small);
      await suite.driver.suspend.resume(spec.id, order());
      await suite.becomes(spec.id, POWER_STATE.running);
      await suite.destroyed(spec.id);
    });

    it('or leaves it as it was, when that fails', async () => {
      const broken = given(suite.harness.brokenResize?.(), 'size that a guest cannot have');
      const { id } = broken.spec;
      await ability(suite.driver, 'make').create(broken.spec, order());
      await suite.harness.ready(id);
      await fault(resize(id, broken.size), 'failed');
      await suite.becomes(id, POWER_STATE.running);
      await hasSize(id, broken.spec);
      await suite.driver.powerOff(id, order());
      await fault(resize(id, broken.size));
      await suite.becomes(id, POWER_STATE.shutdown);
      await hasSize(id, broken.spec);
      await suite.destroyed(id);
    });

    it('and knows none that is not there', async () => {
      await fault(resize(suite.harness.spec().id, large), 'not-found');
    });
  });
}
