// The bounded map against a plain list of its keys in the order they were used.

import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { LruMap } from './lru-map.ts';

const step = fc.record({ kind: fc.constantFrom('get', 'peek', 'set', 'delete'), key: fc.integer({ min: 0, max: 6 }) });

test('holds the keys used last, and never more than its size', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 }), fc.array(step, { maxLength: 60 }), (most, steps) => {
      const map = new LruMap<number, { value: number }>(most);
      let model: { key: number; value: number }[] = [];
      steps.forEach(({ kind, key }, value) => {
        const known = model.find((one) => one.key === key);
        const others = model.filter((one) => one !== known);
        if (kind === 'get') {
          expect(map.get(key)?.value).toBe(known?.value);
          if (known !== undefined) model = [...others, known];
        } else if (kind === 'peek') {
          expect(map.peek(key)?.value).toBe(known?.value);
        } else if (kind === 'set') {
          map.set(key, { value });
          model = [...others, { key, value }].slice(-most);
        } else {
          map.delete(key);
          model = others;
        }
        expect(map.size).toBe(model.length);
      });
    }),
  );
});
