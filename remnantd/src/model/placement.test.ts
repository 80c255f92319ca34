// Placement, by its promises: never where there is no room, the same answer to the same question, the roomiest first.

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asId } from './ids.ts';
import type { Place } from './placement.ts';
import { CPU_RATIO, place } from './placement.ts';

const host: fc.Arbitrary<Omit<Place, 'host' | 'node'>> = fc.record({
  ready: fc.boolean(),
  vcpus: fc.nat(4),
  memoryMb: fc.nat(8),
  usedVcpus: fc.nat(70),
  usedMemoryMb: fc.nat(8),
});
const places: fc.Arbitrary<Place[]> = fc
  .array(host, { maxLength: 6 })
  .map((hosts) => hosts.map((one, n) => ({ ...one, host: asId(`h${n}`), node: `h${n}` })));
const size = fc.record({ vcpus: fc.integer({ min: 1, max: 4 }), ram: fc.integer({ min: 1, max: 4 }) });

const fits = (one: Place, { vcpus, ram }: { vcpus: number; ram: number }) =>
  one.ready && one.usedVcpus + vcpus <= one.vcpus * CPU_RATIO && one.usedMemoryMb + ram <= one.memoryMb;
const free = (one: Place) => one.memoryMb - one.usedMemoryMb;

describe('a place', () => {
  it('is one with room that is ready, and there is one whenever any host is so', () => {
    fc.assert(
      fc.property(places, size, (all, wanted) => {
        const found = place(all, wanted);
        expect(found === null ? null : fits(found, wanted)).toBe(all.some((one) => fits(one, wanted)) ? true : null);
      }),
    );
  });

  it('is the one with the most memory left, the first name among equals', () => {
    fc.assert(
      fc.property(places, size, (all, wanted) => {
        const [best] = all
          .filter((one) => fits(one, wanted))
          .toSorted((a, b) => free(b) - free(a) || (a.host < b.host ? -1 : 1));
        expect(place(all, wanted)).toEqual(best ?? null);
      }),
    );
  });

  it('does not depend on the order hosts are named in', () => {
    fc.assert(
      fc.property(places, size, (all, wanted) => {
        expect(place(all.toReversed(), wanted)).toEqual(place(all, wanted));
      }),
    );
  });

  it('is filled to the brim and no further', () => {
    fc.assert(
      fc.property(places, size, (all, wanted) => {
        let now = all;
        for (let placed = place(now, wanted); placed !== null; placed = place(now, wanted)) {
          const { host: name } = placed;
          now = now.map((one) =>
            one.host === name
              ? { ...one, usedVcpus: one.usedVcpus + wanted.vcpus, usedMemoryMb: one.usedMemoryMb + wanted.ram }
              : one,
          );
        }
        for (const [n, one] of now.entries()) {
          if (one.usedMemoryMb === all[n]?.usedMemoryMb) continue;
          expect(one.usedMemoryMb).toBeLessThanOrEqual(one.memoryMb);
          expect(one.usedVcpus).toBeLessThanOrEqual(one.vcpus * CPU_RATIO);
        }
      }),
    );
  });
});
