// The bounded cache against a plain model of it: never more than its size, nothing after its time, the longest unused goes first.

import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { BoundedCache } from './bounded-cache.ts';

const KEYS = ['a', 'b', 'c', 'd', 'e'];
const step = fc.oneof(
  fc.record({
    kind: fc.constant('put' as const),
    key: fc.constantFrom(...KEYS),
    forMs: fc.integer({ min: 0, max: 30 }),
  }),
  fc.record({ kind: fc.constant('get' as const), key: fc.constantFrom(...KEYS) }),
  fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 20 }) }),
);

it('does what its model does', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 }), fc.array(step, { maxLength: 60 }), (size, steps) => {
      let now = 0;
      let count = 0;
      const cache = new BoundedCache<number>(size, () => now);
      /** Longest unused first. */
      let model: { key: string; value: number; until: number }[] = [];
      for (const one of steps) {
        if (one.kind === 'pass') {
          now += one.ms;
        } else if (one.kind === 'put') {
          count += 1;
          cache.put(one.key, count, one.forMs);
          model = model.filter(({ key }) => key !== one.key);
          if (one.forMs > 0) model.push({ key: one.key, value: count, until: now + one.forMs });
          model = model.slice(-size);
        } else {
          const found = model.find(({ key }) => key === one.key);
          model = model.filter((entry) => entry !== found);
          const good = found !== undefined && found.until > now;
          if (good) model.push(found);
          expect(cache.get(one.key)).toBe(good ? found.value : undefined);
        }
        expect(cache.size).toBeLessThanOrEqual(size);
      }
    }),
  );
});
