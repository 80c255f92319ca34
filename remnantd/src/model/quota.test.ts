// How many servers a quota leaves room for, by its promises; and what is told when they are too few.

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Account, Taken } from './quota.ts';
import { countWithin, exceeded } from './quota.ts';

const limit = fc.oneof(fc.constant(-1), fc.nat(12));
const taken = (number: fc.Arbitrary<number>): fc.Arbitrary<Taken> =>
  fc.record({ instances: number, cores: number, ram: number });
const account: fc.Arbitrary<Account> = fc.record({ limits: taken(limit), used: taken(fc.nat(8)) });
const accounts = fc.array(account, { minLength: 1, maxLength: 2 });
const size = fc.record({ vcpus: fc.nat(3), ram: fc.nat(3) });
const wanted = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.nat(6)).map(([min, more]) => ({ min, max: min + more }));
const of = ({ vcpus, ram }: { vcpus: number; ram: number }, n: number): Taken => ({
  instances: n,
  cores: n * vcpus,
  ram: n * ram,
});

describe('the count that a quota leaves room for', () => {
  it('is the largest up to the wanted one with which nothing is exceeded, or a refusal where that is too few', () => {
    fc.assert(
      fc.property(accounts, size, wanted, (all, one, { min, max }) => {
        const fits = (n: number) => all.every((each) => exceeded(each, of(one, n)) === null);
        const best = Array.from({ length: max + 1 }, (_, n) => max - n).find(fits) ?? 0;
        const found = countWithin(all, one, { min, max });
        if (best >= min) expect(found).toBe(best);
        else expect(found).toMatchObject({ over: expect.any(Array) });
      }),
    );
  });

  it('a refusal names only what is exceeded, with what is used of it and its limit', () => {
    fc.assert(
      fc.property(accounts, size, wanted, (all, one, range) => {
        const found = countWithin(all, one, range);
        if (typeof found === 'number') return;
        expect(found.over.length).toBeGreaterThan(0);
        const told = all.find(({ limits, used }) =>
          found.over.every((what, at) => limits[what] === found.allowed[at] && used[what] === found.used[at]),
        );
        expect(told).toBeDefined();
        for (const what of found.over) expect(told?.limits[what]).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

const ACCOUNT: Account = {
  limits: { instances: 10, cores: 20, ram: -1 },
  used: { instances: 9, cores: 9, ram: 9_000 },
};

it.each([
  [{ min: 1, max: 1 }, 1],
  [{ min: 1, max: 5 }, 1],
  [
    { min: 2, max: 2 },
    { over: ['instances'], requested: ['2'], used: [9], allowed: [10] },
  ],
  [
    { min: 2, max: 5 },
    { over: ['instances'], requested: ['2-5'], used: [9], allowed: [10] },
  ],
  [
    { min: 2, max: 12 },
    { over: ['cores', 'instances'], requested: ['12', '2-12'], used: [9, 9], allowed: [20, 10] },
  ],
])('%j of one CPU', (range, told) => {
  expect(countWithin([ACCOUNT], { vcpus: 1, ram: 512 }, range)).toEqual(told);
});

it('what is wanted of nothing is never exceeded, even where too much is used', () => {
  const full = { limits: { instances: 1, cores: 1, ram: 1 }, used: { instances: 5, cores: 5, ram: 5 } };
  expect(exceeded(full, { instances: 0, cores: 0, ram: 0 })).toBeNull();
  expect(exceeded(full, { instances: 0, cores: 1, ram: 0 })).toEqual({
    over: ['cores'],
    requested: ['1'],
    used: [5],
    allowed: [1],
  });
});
