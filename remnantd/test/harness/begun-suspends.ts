// Which guests a driver was asked to suspend: from then on its time runs, and a test may move the clock on.

import type { Driver } from '../../src/drivers/driver.ts';
import { waitFor } from './wait-for.ts';

/** Notes it of every driver that passes through `watch`. */
export function begunSuspends() {
  const begun = new Set<string>();
  return {
    /** `driver`, noting it. */
    watch: (driver: Driver): Driver => {
      const verb = driver.suspend;
      if (verb === undefined) return driver;
      return {
        ...driver,
        suspend: {
          ...verb,
          suspend: (guest, order) => {
            begun.add(guest);
            return verb.suspend(guest, order);
          },
        },
      };
    },
    /** Waits until the guest of this server is being suspended. */
    on: (id: string) => waitFor(`${id} to be suspended`, () => begun.has(id)),
  };
}
