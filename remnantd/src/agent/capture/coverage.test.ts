import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { Coverage } from './coverage.ts';

it('has no gap exactly when every byte was written', () => {
  const piece = fc.tuple(fc.nat(60), fc.nat(12));
  fc.assert(
    fc.property(fc.array(piece, { minLength: 1, maxLength: 40 }), (pieces) => {
      const coverage = new Coverage();
      const written = new Set<number>();
      for (const [offset, size] of pieces) {
        coverage.add(offset, size);
        for (let i = 0; i < size; i += 1) written.add(offset + i);
      }
      const end = Math.max(0, ...[...written].map((at) => at + 1));
      expect(coverage.isGapless()).toBe(written.size === end);
    }),
  );
});

it.each([
  [
    'the rest of a block',
    [
      [0, 464],
      [4_096, 10],
    ],
    true,
  ],
  [
    'the rest of a block and one more',
    [
      [0, 464],
      [8_192, 10],
    ],
    false,
  ],
  [
    'a gap that ends within a block',
    [
      [0, 464],
      [500, 10],
    ],
    false,
  ],
  ['the first block', [[4_096, 10]], false],
] as const)('%s may be missing, or not', (_, pieces, gapless) => {
  const coverage = new Coverage();
  for (const [offset, size] of pieces) coverage.add(offset, size);
  expect(coverage.isGapless()).toBe(gapless);
});
