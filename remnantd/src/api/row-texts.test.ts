// Kept texts: found for exactly what they were made of, and never more of them than there is room for.

import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { RowTexts } from './row-texts.ts';

const text = (words: string) => ({ before: words, after: '}' });

it('gives a text for its variant, its row and its version alone', () => {
  const texts = new RowTexts();
  const mine = texts.of(['fields', { project: 'a' }]);
  mine.put({ seq: 1, version: 3 }, text('mine'));
  expect(mine.get({ seq: 1, version: 3 })).toMatchObject(text('mine'));
  expect(texts.of(['fields', { project: 'a' }]).get({ seq: 1, version: 3 }), 'the same variant').not.toBeNull();
  expect(texts.of(['fields', { project: 'b' }]).get({ seq: 1, version: 3 })).toBeNull();
  expect(mine.get({ seq: 1, version: 4 }), 'the row was changed').toBeNull();
  expect(mine.get({ seq: 1, version: 2 }), 'an older look at it').toBeNull();
  expect(mine.get({ seq: 2, version: 3 })).toBeNull();
});

it('is a memory that forgets, never one that errs, and stays within its bytes', () => {
  const step = fc.record({
    variant: fc.constantFrom('a', 'b', 'c'),
    seq: fc.integer({ min: 1, max: 30 }),
    version: fc.integer({ min: 0, max: 3 }),
    put: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const texts = new RowTexts(4_000);
      for (const { variant, seq, version, put } of steps) {
        const row = { seq, version };
        const only = `${variant} ${seq} ${version}`;
        if (put) texts.of(variant).put(row, text(only));
        const found = texts.of(variant).get(row);
        if (found !== null) expect(found.before).toBe(only);
      }
      let kept = 0;
      for (const variant of ['a', 'b', 'c']) {
        for (let seq = 1; seq <= 30; seq += 1) {
          for (let version = 0; version <= 3; version += 1) {
            if (texts.of(variant).get({ seq, version }) !== null) kept += 1;
          }
        }
      }
      // A text is about 160 bytes with what it takes beside its characters.
      expect(kept).toBeLessThanOrEqual(4_000 / 150);
    }),
  );
});

it('keeps what is asked for while other things come and go', () => {
  const texts = new RowTexts(10_000);
  const used = { seq: 1, version: 0 };
  texts.of('v').put(used, text('used'));
  for (let seq = 2; seq < 1_000; seq += 1) {
    texts.of('v').put({ seq, version: 0 }, text('other'));
    expect(texts.of('v').get(used)).not.toBeNull();
  }
  const kept = Array.from({ length: 1_000 }, (_, seq) => texts.of('v').get({ seq, version: 0 })).filter(Boolean);
  // Each takes at least 150 bytes.
  expect(kept.length).toBeLessThanOrEqual(10_000 / 150);
});
