// A Remnant that stands still, for tests that count what a request costs: nothing but the request asks the database anything.

import type { TestRemnant } from './open-remnant.ts';
import { waitFor } from './wait-for.ts';

/** So often in a row, 2 ms apart, the count must be the same: longer than an answer of anybody takes on its way. */
const TIMES = 60;

/** Stops its clock, and waits until what was under way is over. */
export async function standStill({ clock, store }: Pick<TestRemnant, 'clock' | 'store'>): Promise<void> {
  clock.freeze();
  let [last, same] = [store.queries(), 0];
  await waitFor('the database to be left alone', () => {
    const now = store.queries();
    same = now === last ? same + 1 : 0;
    last = now;
    return same >= TIMES;
  });
}
