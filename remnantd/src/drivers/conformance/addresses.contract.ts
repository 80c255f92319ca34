// The part of the suite for `readAddresses`: two guests on the host's network have an address each, and one without has none.

import { isIP } from 'node:net';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ServerId } from '../../model/ids.ts';
import { POWER_STATE } from '../../model/power-state.ts';
import { ability, type GuestSpec } from '../driver.ts';
import type { GuestAddress } from '../guest-view.ts';
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
export function addressesConformance(name: string, open: () => Promise<ConformanceHarness>): void {
  describe(`the ${name} driver knows where guests are`, { timeout: TEST_WITHIN_MS }, () => {
    const suite = useDriver(open);
    let specs: readonly GuestSpec[];
    let found: readonly GuestAddress[];
    const addresses = async (id: ServerId) => {
      const now = await ability(suite.driver, 'readAddresses').addresses(id);
      if (now === null) throw new Error('a guest on the network is said to be on none');
      return now;
    };
    const v4 = (all: readonly GuestAddress[]) => all.filter(({ version }) => version === 4);
    const hasOne = (id: ServerId) =>
      eventually(async () => {
        const all = await addresses(id);
        expect(v4(all)).toHaveLength(1);
        return all;
      });

    beforeAll(async () => {
      const onNetwork = () => given(suite.harness.networkSpec?.(), 'guest on a network');
      specs = [onNetwork(), onNetwork()];
      for (const spec of specs) await ability(suite.driver, 'make').create(spec, order());
    }, TEST_WITHIN_MS);

    it('on their network, each somewhere else', async () => {
      const each = await Promise.all(specs.map(({ id }) => hasOne(id)));
      const all = each.flat();
      for (const { network, addr, version, mac } of all) {
        expect(network).not.toBe('');
        expect(isIP(addr)).toBe(version);
        expect(mac).toMatch(/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/);
      }
      expect(new Set(v4(all).map(({ addr }) => addr)).size).toBe(specs.length);
      expect(new Set(v4(all).map(({ mac }) => mac)).size).toBe(specs.length);
      found = v4(each[0] ?? []);
    });

    it('nowhere while they are off, and where they were when they are back', async () => {
      const { id } = specs[0]!;
      await suite.driver.powerOff(id, order());
      await suite.becomes(id, POWER_STATE.shutdown);
      expect(await addresses(id)).toEqual([]);
      await suite.driver.powerOn(id, order());
      expect(v4(await hasOne(id))).toEqual(found);
    });

    it('nowhere without a network', async () => {
      const spec = suite.harness.spec();
      await ability(suite.driver, 'make').create(spec, order());
      expect(await ability(suite.driver, 'readAddresses').addresses(spec.id)).toBeNull();
      await suite.destroyed(spec.id);
    });

    it('but for those that are not there', async () => {
      for (const { id } of specs) {
        await suite.destroyed(id);
        await fault(addresses(id), 'not-found');
      }
    });
  });
}
