// The verdict table on real guests, end to end: the daemon, a libvirtd whose QEMU is another user, a crash dump asked for
// with Nova's trigger_crash_dump, and read at /remnant/v1 until it is over. Guests run three at a time.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { type GuestBehaviour, VERDICT_ROWS } from '../harness/verdict-table.ts';
import { VerdictCloud } from './verdict-cloud.ts';
import { startDiskGuest, VERDICT_GUESTS } from './verdict-guests.ts';
import { keepVerdicts, printVerdicts, type VerdictResult } from './verdict-report.ts';

/** Generous where a guest needs it on a busy machine; no more where a row is about the bound itself. */
const BOUNDS = { react: 60, crash_kernel: 60, stall: 30, find: 180 };
const ROW_MS = 900_000;

let cloud: VerdictCloud;
const results = new Map<string, VerdictResult>();
const inLane = lanes(3);

beforeAll(async () => {
  cloud = await VerdictCloud.open(BOUNDS, startDiskGuest);
}, 300_000);
afterAll(async () => {
  await cloud.close();
  const rows = VERDICT_ROWS.flatMap(([behaviour]) => results.get(behaviour) ?? []);
  printVerdicts(rows);
  if (rows.length === VERDICT_ROWS.length) keepVerdicts(rows);
});

test.concurrent.for(VERDICT_ROWS)('%s', { timeout: ROW_MS }, ([behaviour, row]) =>
  inLane(async () => {
    const guest = VERDICT_GUESTS[behaviour];
    const id = await startGuest(behaviour);
    try {
      await guest.before?.(cloud, id);
      const asked = performance.now();
      await cloud.user.act(id, { trigger_crash_dump: null });
      await guest.after?.(cloud, id);
      const dump = await cloud.user.dump(id, ({ phase }) => phase === 'ended');
      const seconds = (performance.now() - asked) / 1000;
      const { verdict, reaction, reason, artefacts } = dump;
      results.set(behaviour, {
        behaviour,
        expected: row.verdict,
        got: verdict ?? 'none',
        seconds: Math.round(seconds * 10) / 10,
        reason,
        artefacts: artefacts.map(({ source, format, bytes }) => ({ source, format, bytes })),
      });
      expect({ verdict, reaction, artefacts: artefacts.length, reason }).toEqual({
        verdict: row.verdict,
        reaction: row.reaction,
        artefacts: row.artefacts,
        reason: expect.stringMatching(row.reason),
      });
      for (const artefact of artefacts) {
        expect(artefact).toMatchObject({ source: 'guest', format: 'flattened', bytes: dump.bytes });
        expect(artefact.sha256).toMatch(/^[0-9a-f]{64}$/);
        expect(artefact.bytes).toBeGreaterThan(10_000_000);
      }
      await guest.proof?.(cloud, id, dump);
    } finally {
      // Its processor is wanted.
      await cloud.user.remove(id);
    }
  }),
);

/** The server of a behaviour, its guest ready for the NMI. */
async function startGuest(behaviour: GuestBehaviour): Promise<string> {
  const guest = VERDICT_GUESTS[behaviour];
  if (guest.server !== undefined) return guest.server(cloud);
  const options = typeof guest.options === 'function' ? guest.options(cloud) : (guest.options ?? '');
  const id = await cloud.makeServer(behaviour, { ...guest, options });
  if (guest.edit !== undefined) await cloud.edit(id, guest.edit);
  await cloud.consoleSays(id, guest.ready ?? 'GUEST-READY');
  return id;
}

/** Lets so many run at a time. */
function lanes(free: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (free === 0) await new Promise<void>((resolve) => waiting.push(resolve));
    else free -= 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}
