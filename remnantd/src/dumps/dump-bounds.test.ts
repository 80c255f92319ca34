// The bounds of dumps where processes of two machines follow them, each with a clock of its own: ended, and not too early.

import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, it, onTestFinished } from 'vitest';
import { BOUNDS } from '../../test/harness/dump-bounds.ts';
import { tempDir } from '../../test/harness/temp-dir.ts';
import { testClock } from '../../test/harness/test-clock.ts';
import type { CommandRow } from '../db/commands.ts';
import { dumpOfCommand, insertDump } from '../db/dumps.ts';
import type { Store } from '../db/store.ts';
import { openStore } from '../db/store.ts';
import { RowDates } from '../dispatch/row-dates.ts';
import { standingWishes } from '../model/dump-wishes.ts';
import type { CommandId, HostName } from '../model/ids.ts';
import { asId } from '../model/ids.ts';
import type { Evidence } from '../model/wire.ts';
import { endOverdueDumps, takeUpDumps } from './dump-bounds.ts';
import { dumpEvidenceSink, dumpOutcomeSink } from './dump-sinks.ts';
import { UnheardDumps } from './unheard-dumps.ts';

const HOST = asId<HostName>('h');

/** A process that follows dumps, on a machine of its own. */
function machine(store: Store, epoch: string, monoAheadMs: number) {
  const clock = testClock({ epoch, monoAheadMs });
  clock.freeze();
  const errors: string[] = [];
  const onError = (what: string, error: unknown) => void errors.push(`${what}: ${String(error)}`);
  let heard = true;
  const unheard = new UnheardDumps(clock, () => heard);
  const deps = { store, clock, bounds: BOUNDS, dates: new RowDates(clock), unheard, onError };
  const [outcomes, evidence] = [dumpOutcomeSink(deps), dumpEvidenceSink(deps)];
  return {
    clock,
    errors,
    sent: (id: CommandId) =>
      store.transaction((tx) =>
        outcomes(tx, { id, order: { kind: 'inject-nmi' } } as CommandRow, {
          result: 'success',
          meaning: 'exactly-asked',
        }),
      ),
    see: (entry: Evidence) => store.transaction((tx) => evidence(tx, { host: HOST, journal: 'j' }, entry)),
    hear: (now: boolean) => (heard = now),
    look: () => endOverdueDumps(deps),
    takeUp: () => takeUpDumps(deps),
  };
}

/** Two of them, `b` on a clock that is `ahead`, and a dump of a server of its own whose NMI went out, heard by `a`. */
async function setUp(store: Store, ahead: number) {
  const [a, b] = [machine(store, 'a', 0), machine(store, 'b', ahead)];
  const command = asId<CommandId>(randomUUID());
  const server = asId<never>(randomUUID());
  const dump = {
    id: asId<never>(randomUUID()),
    serverId: server,
    projectId: asId<never>('p'),
    requestId: asId<never>('r'),
    commandId: command,
    host: HOST,
    requestedAt: 1,
    ...standingWishes({}, { memory: 'never', afterPanic: 'keep' }),
  };
  await store.transaction((tx) => insertDump(tx, dump));
  let seq = 0;
  const entry = (kind: Evidence['kind'], detail = ''): Evidence => {
    seq += 1;
    return { seq, server, kind, detail, at: 1, ...(kind === 'nmi-asked' ? { command } : {}) };
  };
  await a.see(entry('nmi-asked'));
  await a.sent(command);
  const pass = (ms: number) => {
    for (const { clock } of [a, b]) clock.leap(ms);
  };
  const row = async () => {
    const found = await dumpOfCommand(store.read, command);
    if (found === null) throw new Error('there is no dump');
    return found;
  };
  return { a, b, entry, pass, row };
}

async function openTest(): Promise<Store> {
  const store = await openStore(`sqlite:${join(tempDir(), 'remnant.db')}`);
  onTestFinished(() => store.close());
  return store;
}

it('another machine ends it when the whole wait has passed since it saw it', async () => {
  const { b, pass, row } = await setUp(await openTest(), 1e9);
  pass(2 * BOUNDS.reaction);
  await b.look();
  pass(BOUNDS.reaction - 1);
  await b.look();
  expect((await row()).phase).toBe('sent');
  pass(1);
  await b.look();
  expect(await row()).toMatchObject({
    phase: 'ended',
    verdict: 'unknown',
    reason: expect.stringContaining('within 60 s'),
  });
});

it('a bound that is over while the host is not heard waits for what it has to tell', async () => {
  const { a, entry, pass, row } = await setUp(await openTest(), 0);
  a.hear(false);
  pass(BOUNDS.reaction);
  await a.look();
  expect(await row()).toMatchObject({ phase: 'sent', verdict: null });
  a.hear(true);
  await a.look();
  // What it kept for the time when it would be heard.
  await a.see(entry('dazed', 'Dazed and confused'));
  expect(await row()).toMatchObject({ phase: 'ended', verdict: 'ignored' });
});

it('a host that stays away is not waited for longer, and the verdict says that nobody watched', async () => {
  const { a, pass, row } = await setUp(await openTest(), 0);
  a.hear(false);
  pass(BOUNDS.reaction);
  await a.look();
  pass(120_000);
  await a.look();
  expect(await row()).toMatchObject({
    phase: 'ended',
    verdict: 'unknown',
    reason: expect.stringContaining('the host could not be watched all the time'),
  });
});

it('a bound that was set anew is waited past as long as the first', async () => {
  const { a, entry, pass, row } = await setUp(await openTest(), 0);
  a.hear(false);
  pass(BOUNDS.reaction);
  await a.look();
  pass(119_000);
  a.hear(true);
  await a.look();
  await a.see(entry('bytes', '1'));
  await a.look();
  a.hear(false);
  pass(BOUNDS.bytes);
  await a.look();
  pass(119_000);
  await a.look();
  expect(await row()).toMatchObject({ verdict: null });
  pass(1_000);
  await a.look();
  expect(await row()).toMatchObject({ phase: 'ended', verdict: 'unknown' });
});

it('the first process after all were away begins the wait anew, on its own clock; the bound of all of it is dated', async () => {
  const { b, pass, row } = await setUp(await openTest(), -1e9);
  pass(BOUNDS.whole);
  await b.takeUp();
  await b.look();
  expect(await row()).toMatchObject({ phase: 'sent', epoch: 'b', wholeEpoch: 'a' });
  pass(BOUNDS.reaction);
  await b.look();
  expect((await row()).phase).toBe('ended');
});

/** A store whose first transaction fails. */
function stumbling(store: Store): Store {
  let isFirst = true;
  return {
    ...store,
    transaction: (work) => {
      const fails = isFirst;
      isFirst = false;
      return fails ? Promise.reject(new Error('stumbled')) : store.transaction(work);
    },
  };
}

it('one that cannot be moved on keeps no other from it', async () => {
  const store = await openTest();
  const [one, other] = [await setUp(store, 0), await setUp(store, 0)];
  const dumps = async () => [await one.row(), await other.row()];
  const next = machine(stumbling(store), 'c', 0);
  await next.takeUp();
  expect((await dumps()).map(({ epoch }) => epoch)).toEqual(['a', 'c']);
  const last = machine(stumbling(store), 'd', 0);
  await last.look();
  last.clock.leap(BOUNDS.reaction);
  await last.look();
  expect((await dumps()).map(({ phase }) => phase)).toEqual(['sent', 'ended']);
  const told = [`dump ${(await one.row()).id}: Error: stumbled`];
  expect([next.errors, last.errors]).toEqual([told, told]);
  await last.look();
  expect((await one.row()).phase).toBe('ended');
});

it('of two that follow it none ends it early, and one ends it, whoever hears what', async () => {
  const store = await openTest();
  const LOOK = 250;
  const hears = fc.record({
    first: fc.boolean(),
    ms: fc.integer({ min: 0, max: BOUNDS.bytes - LOOK - 1 }),
    looks: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: -1e9, max: 1e9 }), fc.array(hears, { maxLength: 12 }), async (ahead, steps) => {
      const { a, b, entry, pass, row } = await setUp(store, ahead);
      await b.look();
      let [passed, since] = [0, 0];
      const go = async (ms: number, who: readonly (typeof a)[]) => {
        pass(ms);
        [passed, since] = [passed + ms, since + ms];
        for (const one of who) await one.look();
      };
      for (const [n, { first, ms, looks }] of steps.entries()) {
        await (first ? a : b).see(entry('bytes', String(n + 1)));
        since = 0;
        await go(LOOK, looks ? [a, b] : [b]);
        await go(ms, looks ? [b, a] : []);
        expect((await row()).phase).not.toBe('ended');
      }
      // Nothing more comes, and the one who may have set the bound is gone.
      const waitMs = steps.length === 0 ? BOUNDS.reaction : BOUNDS.bytes;
      while ((await row()).phase !== 'ended') {
        await go(LOOK, [b]);
        expect(passed).toBeLessThan(BOUNDS.whole);
        expect(since).toBeLessThanOrEqual(2 * waitMs + LOOK);
      }
      expect(since).toBeGreaterThanOrEqual(waitMs - 1);
    }),
    { numRuns: 15 },
  );
});

it('the bound of all of it holds, however often the dump moves on between the two', async () => {
  const { a, b, entry, pass, row } = await setUp(await openTest(), 5e8);
  await b.look();
  let [passed, bytes] = [0, 0];
  while ((await row()).phase !== 'ended') {
    bytes += 1;
    await (bytes % 2 === 0 ? a : b).see(entry('bytes', String(bytes)));
    pass(BOUNDS.bytes - 1);
    passed += BOUNDS.bytes - 1;
    await b.look();
    expect(passed).toBeLessThan(BOUNDS.whole + BOUNDS.bytes);
  }
  expect(passed).toBeGreaterThanOrEqual(BOUNDS.whole);
  expect((await row()).reason).toMatch(/still writing its dump after 1800 s/);
});
