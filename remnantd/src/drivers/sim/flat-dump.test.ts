// Proves that a simulated dump is valid to the byte, by the walk that real ones are held to.

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { walkFlat } from '../conformance/flat-walk.contract.ts';
import { flatCut, flatLength, flatPart } from './flat-dump.ts';

describe('a dump that no kernel wrote', () => {
  it('is whole to the byte, in whatever parts it is taken', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 70_000 }),
        fc.infiniteStream(fc.integer({ min: 1, max: 40_000 })),
        (bytes, steps) => {
          const dump = { bytes, mark: 'of a guest' };
          const parts: Buffer[] = [];
          let at = 0;
          for (const step of steps) {
            const part = flatPart(dump, at, at + step);
            if (part.length === 0) break;
            parts.push(part);
            at += part.length;
          }
          const stream = Buffer.concat(parts);
          expect(stream.length).toBe(flatLength(dump));
          expect(walkFlat(stream)).toEqual({ whole: true, records: Math.ceil(bytes / 16_384), behind: 0 });
          expect(() => walkFlat(stream.subarray(0, flatCut(dump)))).not.toThrow();
          expect(walkFlat(stream.subarray(0, flatCut(dump))).whole).toBe(false);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('begins as makedumpfile begins, and holds a kdump file', () => {
    const head = flatPart({ bytes: 100, mark: 'm' }, 0, 4_096);
    expect(head.subarray(0, 32).toString('latin1')).toBe(
      `makedumpfile\0\0\0\0${'\0'.repeat(7)}\u0001${'\0'.repeat(7)}\u0001`,
    );
    expect(flatPart({ bytes: 100, mark: 'm' }, 4_096 + 16, 4_096 + 24).toString()).toBe('KDUMP   ');
  });
});
