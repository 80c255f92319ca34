// Watching closely, on a clock in the test's hands: what silence means, and what it does not.

import { afterEach, expect, it } from 'vitest';
import { testClock } from '../../../test/harness/test-clock.ts';
import { waitFor } from '../../../test/harness/wait-for.ts';
import { asId, type ServerId } from '../../model/ids.ts';
import type { GuestEvent } from '../driver.ts';
import { CloseWatch } from './close-watch.ts';
import type { Pinged } from './ping.ts';

const GUEST = asId<ServerId>('g');
const open: CloseWatch[] = [];
afterEach(() => {
  for (const watch of open.splice(0)) watch.stop();
});

function setUp(refresh: () => Promise<unknown> = async () => {}) {
  const clock = testClock();
  clock.freeze();
  const told: GuestEvent[] = [];
  const seen = { looks: 0, pings: 0, now: 'answers' as Pinged };
  const watch = new CloseWatch({
    refresh: async () => {
      seen.looks += 1;
      await refresh();
    },
    ping: async () => {
      seen.pings += 1;
      return seen.now;
    },
    tell: (event) => void told.push(event),
    after: (ms, run) => clock.after(ms, run),
    mono: () => clock.mono(),
    now: () => clock.wall(),
  });
  open.push(watch);
  /** Moves on until one more ping was answered. */
  const pinged = async (now: Pinged) => {
    seen.now = now;
    const before = seen.pings;
    await waitFor('a ping', () => {
      if (seen.pings === before) clock.advance(1_000);
      return seen.pings > before;
    });
  };
  return { clock, watch, told, seen, pinged };
}

it('tells once that answers end, after two that did not come, and once that they are back', async () => {
  const { watch, told, pinged } = setUp();
  watch.begin(GUEST, { uuid: 'u', ping: '192.0.2.7' });
  for (const now of ['answers', 'silent', 'answers', 'silent'] as const) await pinged(now);
  expect(told).toEqual([]);
  for (const now of ['silent', 'silent', 'answers', 'answers'] as const) await pinged(now);
  await waitFor('both', () => told.length === 2);
  expect(told.map(({ guest, kind }) => [guest, kind])).toEqual([
    [GUEST, 'silent'],
    [GUEST, 'answers'],
  ]);
  expect(told[0]?.detail).toMatch(/^it answers no more, \d+ s after the NMI$/);
});

it('tells of a machine that answered only as the NMI was asked for', async () => {
  const { watch, told, pinged } = setUp();
  watch.begin(GUEST, { uuid: 'u', ping: '192.0.2.7' });
  for (const now of ['answers', 'silent', 'silent'] as const) await pinged(now);
  await waitFor('it to be told', () => told.length === 1);
  expect(told[0]?.kind).toBe('silent');
});

it('pings before anything can have come of the NMI', async () => {
  const { clock, watch, seen } = setUp();
  watch.begin(GUEST, { uuid: 'u', ping: '192.0.2.7' });
  clock.advance(0);
  expect(seen.pings).toBe(1);
});

it('makes nothing of a machine that never answered, nor of a host that cannot ping', async () => {
  const { watch, told, pinged } = setUp();
  watch.begin(GUEST, { uuid: 'u', ping: '192.0.2.7' });
  for (const now of ['silent', 'silent', 'silent', 'no-ping', 'no-ping'] as const) await pinged(now);
  await pinged('answers');
  expect(told).toEqual([]);
});

it('looks on though a look fails, for five minutes, and pings nobody without an address', async () => {
  const { clock, watch, seen } = setUp(async () => {
    throw new Error('Ironic is away');
  });
  watch.begin(GUEST, { uuid: 'u', ping: null });
  for (let looks = 1; looks <= 150; looks += 1) {
    clock.advance(2_000);
    await waitFor('a look', () => seen.looks === looks);
    // It has failed, and the next one is waited for.
    await new Promise((resolve) => setImmediate(resolve));
  }
  clock.advance(600_000);
  expect([seen.looks, seen.pings]).toEqual([150, 0]);
});

it('is ended by the end of the guest, and begins anew for a second NMI', async () => {
  const { clock, watch, seen } = setUp();
  watch.begin(GUEST, { uuid: 'u', ping: null });
  watch.begin(GUEST, { uuid: 'u', ping: null });
  clock.advance(2_000);
  expect(seen.looks).toBe(1);
  watch.end(GUEST);
  clock.advance(600_000);
  expect(seen.looks).toBe(1);
});
