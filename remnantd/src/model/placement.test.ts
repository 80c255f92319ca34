// Placement, by its promises: never where there is no room or where it was not wished, the same answer to the same question,
// the roomiest first.

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HostName } from './ids.ts';
import { asId } from './ids.ts';
import type { GroupWish, Place, Size, Wishes } from './placement.ts';
import { CPU_RATIO, place, whyNoPlace, withMember, withTaken } from './placement.ts';
import type { GroupPolicy } from './server-group.ts';

const GROUP_POLICIES: readonly GroupPolicy[] = ['affinity', 'anti-affinity', 'soft-affinity', 'soft-anti-affinity'];
const NAMES = ['h0', 'h1', 'h2', 'h3', 'h4', 'h5'].map((name) => asId<HostName>(name));
const perhaps = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(one, { nil: null });
const host: fc.Arbitrary<Omit<Place, 'host' | 'node'>> = fc.record({
  zone: fc.constantFrom('nova', 'west'),
  away: perhaps(fc.constant('status DOWN')),
  vcpus: fc.nat(4),
  memoryMb: fc.nat(8),
  usedVcpus: fc.nat(70),
  usedMemoryMb: fc.nat(8),
  disks: perhaps(
    fc.record({
      problem: perhaps(fc.constant('its folder is away')),
      totalGb: fc.nat(8),
      usedGb: fc.nat(8),
      shared: fc.boolean(),
    }),
  ),
});
const places: fc.Arbitrary<Place[]> = fc
  .array(host, { maxLength: NAMES.length })
  .map((hosts) => hosts.map((one, n) => ({ ...one, host: asId(`h${n}`), node: `h${n}` })));
const size = fc.record({
  vcpus: fc.integer({ min: 1, max: 4 }),
  ram: fc.integer({ min: 1, max: 4 }),
  disk: fc.nat(3),
  ephemeral: fc.nat(1),
  hasFiles: fc.boolean(),
});
const someHosts = fc.subarray(NAMES).map((names) => new Set(names));
const group: fc.Arbitrary<GroupWish> = fc.record({
  policy: fc.constantFrom(...GROUP_POLICIES),
  mostPerHost: fc.integer({ min: 1, max: 3 }),
  members: fc.array(fc.tuple(fc.constantFrom(...NAMES), fc.integer({ min: 1, max: 3 }))).map((pairs) => new Map(pairs)),
});
const wishes: fc.Arbitrary<Wishes> = fc.record({
  zone: perhaps(fc.constantFrom('nova', 'west', 'nowhere')),
  host: perhaps(fc.constantFrom(...NAMES)),
  node: perhaps(fc.constantFrom(...NAMES)),
  group: perhaps(group),
  only: perhaps(someHosts),
  never: someHosts,
});

const fits = (one: Place, { vcpus, ram, disk, ephemeral, hasFiles }: Size) =>
  [
    one.away === null,
    one.usedVcpus + vcpus <= one.vcpus * CPU_RATIO,
    one.usedMemoryMb + ram <= one.memoryMb,
    one.disks === null || disk + ephemeral === 0 || one.disks.usedGb + disk + ephemeral <= one.disks.totalGb,
    one.disks === null || one.disks.problem === null || (disk + ephemeral === 0 && hasFiles !== true),
  ].every(Boolean);
const free = (one: Place) => one.memoryMb - one.usedMemoryMb;

/** What a hard wish is, said once more and in another way. */
function granted(one: Place, { zone, host: named, node, group: wish, only, never }: Wishes): boolean {
  const on = wish?.members.get(one.host) ?? 0;
  return [
    zone == null || one.zone === zone,
    named == null || one.host === named,
    node == null || one.node === node,
    only == null || only.has(one.host),
    never === undefined || !never.has(one.host),
    wish?.policy !== 'affinity' || on > 0 || [...wish.members.keys()].length === 0,
    wish?.policy !== 'anti-affinity' || on < wish.mostPerHost,
  ].every(Boolean);
}

/** A host that is up and has nothing on it. */
const empty = (name: string, more: Partial<Place> = {}): Place => ({
  host: asId(name),
  node: name,
  zone: 'nova',
  away: null,
  vcpus: 4,
  memoryMb: 8,
  usedVcpus: 0,
  usedMemoryMb: 0,
  disks: null,
  ...more,
});

describe('a place', () => {
  it('is one with room that is ready, and there is one whenever any host is so', () => {
    fc.assert(
      fc.property(places, size, (all, wanted) => {
        const found = place(all, wanted);
        expect(found === null ? null : fits(found, wanted)).toBe(all.some((one) => fits(one, wanted)) ? true : null);
      }),
    );
  });

  it('is where it is wished, and there is one whenever any host with room is so', () => {
    fc.assert(
      fc.property(places, size, wishes, (all, wanted, wish) => {
        const found = place(all, wanted, wish);
        const good = all.filter((one) => fits(one, wanted) && granted(one, wish));
        if (found === null) expect(good).toEqual([]);
        else expect(good).toContain(found);
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

  it('is with as many of its group as can be, or as few, where the group only would like that', () => {
    fc.assert(
      fc.property(places, size, group, (all, wanted, wish) => {
        fc.pre(wish.policy.startsWith('soft'));
        const found = place(all, wanted, { group: wish });
        if (found === null) return;
        const on = (one: Place) => wish.members.get(one.host) ?? 0;
        const counts = all.filter((one) => fits(one, wanted)).map(on);
        expect(on(found)).toBe(wish.policy === 'soft-affinity' ? Math.max(...counts) : Math.min(...counts));
      }),
    );
  });

  it('does not depend on the order hosts are named in', () => {
    fc.assert(
      fc.property(places, size, wishes, (all, wanted, wish) => {
        expect(place(all.toReversed(), wanted, wish)).toEqual(place(all, wanted, wish));
      }),
    );
  });
});

describe('one place after the other', () => {
  it('hosts are filled to the brim and no further', () => {
    fc.assert(
      fc.property(places, size, (all, wanted) => {
        let now: readonly Place[] = all;
        for (let found = place(now, wanted); found !== null; found = place(now, wanted)) {
          now = withTaken(now, found, wanted);
        }
        for (const [n, one] of now.entries()) {
          if (one.usedMemoryMb === all[n]?.usedMemoryMb) continue;
          if (wanted.disk + wanted.ephemeral > 0 && one.disks !== null) {
            expect(one.disks.usedGb).toBeLessThanOrEqual(one.disks.totalGb);
          }
          expect(one.usedMemoryMb).toBeLessThanOrEqual(one.memoryMb);
          expect(one.usedVcpus).toBeLessThanOrEqual(one.vcpus * CPU_RATIO);
        }
      }),
    );
  });

  it('no host gets more members of a group than it may have, and a group that keeps together is on one host', () => {
    const hosts = NAMES.map((name) => empty(name, { disks: { problem: null, totalGb: 8, usedGb: 0, shared: false } }));
    fc.assert(
      fc.property(
        fc.constantFrom<GroupPolicy>('affinity', 'anti-affinity'),
        fc.integer({ min: 1, max: 3 }),
        (policy, mostPerHost) => {
          let wish: GroupWish = { policy, mostPerHost, members: new Map() };
          let now: readonly Place[] = hosts;
          const wanted = { vcpus: 1, ram: 1, disk: 1, ephemeral: 0 };
          for (
            let found = place(now, wanted, { group: wish });
            found !== null;
            found = place(now, wanted, { group: wish })
          ) {
            now = withTaken(now, found, wanted);
            wish = withMember(wish, found.host);
          }
          const counts = [...wish.members.values()];
          expect(counts).toEqual(policy === 'affinity' ? [8] : NAMES.map(() => mostPerHost));
        },
      ),
    );
  });
});

describe('why there is no place', () => {
  const small = { vcpus: 1, ram: 1, disk: 0, ephemeral: 0 };
  const disks = { problem: null, totalGb: 8, usedGb: 7, shared: false };

  it('is told of each host, those with the same reason together, by name', () => {
    const all = [
      empty('h9', { away: 'status DOWN' }),
      empty('h8', { memoryMb: 0 }),
      empty('h7', { disks }),
      empty('h6', { disks: { ...disks, problem: 'the folder of disks /d is not there' } }),
      empty('h5', { zone: 'west' }),
      empty('h4', { memoryMb: 0 }),
      empty('h3', { usedVcpus: 64 }),
    ];
    const two = { ...small, disk: 1, ephemeral: 1 };
    expect(place(all, two, { zone: 'nova' })).toBeNull();
    expect(
      whyNoPlace(
        all.filter(({ host: name }) => name > 'h3'),
        two,
        { zone: 'nova' },
      ),
    ).toBe(
      'h4, h8: less than 1 MiB of memory left; h5: not wanted there, by zone, name, group or hint; ' +
        'h6: the folder of disks /d is not there; h7: less than 2 GiB of disk left; h9: status DOWN',
    );
    expect(whyNoPlace(all, two, { zone: 'nova' })).toMatch(/^h3: fewer than 1 VCPUs left; .*; and 1 more$/);
  });

  it('names five hosts of one reason, and counts the others', () => {
    const all = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => empty(name, { away: 'status UNKNOWN' }));
    expect(whyNoPlace(all, small)).toBe('a, b, c, d, e, and 2 more: status UNKNOWN');
    expect(whyNoPlace([], small)).toBe('No host has told what it has.');
  });

  it('is told for every host that is none, whatever is asked', () => {
    fc.assert(
      fc.property(places, size, wishes, (all, wanted, wish) => {
        fc.pre(all.length > 0 && all.length <= 5 && place(all, wanted, wish) === null);
        for (const { host: name } of all) expect(whyNoPlace(all, wanted, wish)).toContain(name);
      }),
    );
  });
});
