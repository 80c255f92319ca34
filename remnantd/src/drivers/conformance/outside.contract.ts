// The part of the suite for `followCrash` of a driver whose guests have no ports: what can be seen of them from outside is said,
// and what cannot be is a fault.

import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { asId, type ServerId } from '../../model/ids.ts';
import { ability } from '../driver.ts';
import { type ConformanceHarness, fault, TEST_WITHIN_MS, useDriver } from './suite-tools.contract.ts';

/** Declares the part for the driver called `name`; `open` sets its surroundings up, once. */
export function outsideConformance(name: string, open: () => Promise<ConformanceHarness>): void {
  describe(`the ${name} driver follows a guest from outside`, { timeout: TEST_WITHIN_MS }, () => {
    const suite = useDriver(open);
    const follow = () => ability(suite.driver, 'followCrash');

    it('says what can be seen, and no ports', async () => {
      const { id } = suite.harness.spec();
      const sight = await follow().sight(id);
      expect(sight).toContain('power');
      expect(sight).not.toContain('ports');
      for (const port of ['status', 'dump'] as const) await fault(follow().openPort(id, port), 'failed');
      if (!sight.includes('console'))
        await fault(
          follow().followConsole(id, () => {}),
          'failed',
        );
    });

    it('sees nothing of a guest that is not there', async () => {
      const nobody = asId<ServerId>(randomUUID());
      await fault(follow().sight(nobody), 'not-found');
      await fault(
        follow().followConsole(nobody, () => {}),
        'not-found',
      );
    });
  });
}
