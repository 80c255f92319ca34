// The part of the suite for guests whose disks lie where two hosts have them: one host takes a guest over on the disk that the other
// made, no two run it at once, and neither removes what is the other's.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CommandId, ServerId } from '../../model/ids.ts';
import { asId } from '../../model/ids.ts';
import { POWER_STATE } from '../../model/power-state.ts';
import { ability, type Driver, type GuestSpec } from '../driver.ts';
import {
  type ConformanceHarness,
  eventually,
  fault,
  given,
  order,
  recorder,
  TEST_WITHIN_MS,
  type TwoHosts,
} from './suite-tools.contract.ts';

const [FIRST, SECOND, THIRD] = ['first', 'second', 'third'].map((name) => asId<CommandId>(name)) as [
  CommandId,
  CommandId,
  CommandId,
];

/** Declares the part for the driver called `name`; `open` sets its surroundings up, once. */
export function sharedDisksConformance(name: string, open: () => Promise<ConformanceHarness>): void {
  describe(`the ${name} driver shares disks with another host`, { timeout: TEST_WITHIN_MS }, () => {
    let harness: ConformanceHarness;
    let hosts: TwoHosts;
    let spec: GuestSpec;
    const found = (driver: Driver, id: ServerId) => ability(driver, 'make').findDisk(id);
    const runs = async (driver: Driver) => expect((await driver.guest(spec.id)).powerState).toBe(POWER_STATE.running);

    beforeAll(async () => {
      harness = await open();
      hosts = given(await harness.twoHosts?.(), 'second host');
      spec = given(harness.diskSpec?.(), 'guest with a disk');
      for (const driver of [hosts.one, hosts.other]) {
        const seen = recorder();
        await driver.start(seen);
        await eventually(() => expect(seen.connections).toMatchObject([{ up: true }]));
      }
    }, TEST_WITHIN_MS);
    afterAll(async () => {
      for (const driver of [hosts.one, hosts.other]) await driver.stop();
      await hosts.close();
      await harness.close();
    }, TEST_WITHIN_MS);

    it('finds none where none was made', async () => {
      expect(await found(hosts.one, spec.id)).toBeNull();
      await ability(hosts.one, 'make').requireFreeDisk(spec.id);
    });

    it('finds the disk that one of them made, on both', async () => {
      await ability(hosts.one, 'make').create({ ...spec, making: FIRST }, order());
      for (const driver of [hosts.one, hosts.other]) expect(await found(driver, spec.id)).toEqual({ making: FIRST });
    });

    it('runs no guest on a disk that another host still writes to, and harms nothing', async () => {
      await fault(ability(hosts.other, 'make').requireFreeDisk(spec.id), 'failed');
      await fault(ability(hosts.other, 'make').createOnDisk({ ...spec, making: SECOND }, order()), 'failed');
      await fault(hosts.other.guest(spec.id), 'not-found');
      await runs(hosts.one);
      expect(await found(hosts.other, spec.id)).toEqual({ making: FIRST });
    });

    it('takes it over once that one is off, with the disk as it is', async () => {
      await hosts.one.powerOff(spec.id, order());
      await ability(hosts.other, 'make').requireFreeDisk(spec.id);
      // It needs no image for that.
      const { disk: _, ...without } = spec;
      await ability(hosts.other, 'make').createOnDisk({ ...without, making: SECOND }, order());
      await runs(hosts.other);
      expect(await found(hosts.other, spec.id)).toEqual({ making: FIRST });
    });

    it('removes a guest that was taken over, and not its disk, which runs on', async () => {
      await hosts.one.destroy(spec.id, order(), [SECOND]);
      await fault(hosts.one.guest(spec.id), 'not-found');
      await runs(hosts.other);
      await hosts.other.powerOff(spec.id, order());
      await hosts.other.powerOn(spec.id, order());
      await runs(hosts.other);
      expect(await found(hosts.one, spec.id)).toEqual({ making: FIRST });
    });

    it('replaces nothing that was made or taken over since that was asked for', async () => {
      const late = { ...spec, making: THIRD };
      for (const replaces of [[], [FIRST], [SECOND]]) {
        await fault(ability(hosts.one, 'make').create({ ...late, replaces }, order()), 'failed');
        await hosts.one.destroy(spec.id, order(), replaces);
        await fault(hosts.one.guest(spec.id), 'not-found');
        expect(await found(hosts.other, spec.id)).toEqual({ making: FIRST });
      }
      await hosts.other.powerOff(spec.id, order());
      await hosts.other.powerOn(spec.id, order());
      await runs(hosts.other);
    });

    it('makes it anew over the old one, which is then what it removes, and the new one is not', async () => {
      await hosts.other.powerOff(spec.id, order());
      await ability(hosts.one, 'make').create({ ...spec, making: THIRD, replaces: [FIRST, SECOND] }, order());
      expect(await found(hosts.other, spec.id)).toEqual({ making: THIRD });
      await hosts.other.destroy(spec.id, order(), [FIRST, SECOND]);
      await fault(hosts.other.guest(spec.id), 'not-found');
      expect(await found(hosts.one, spec.id)).toEqual({ making: THIRD });
      await runs(hosts.one);
    });

    it("removes all of a guest that is nobody's any more", async () => {
      await hosts.one.powerOff(spec.id, order());
      await hosts.other.destroy(spec.id, order(), [FIRST, THIRD]);
      expect(await found(hosts.one, spec.id)).toBeNull();
      await hosts.one.destroy(spec.id, order());
      expect((await hosts.leftOf?.(spec.id)) ?? []).toEqual([]);
    });
  });
}
