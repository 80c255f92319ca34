// Transitions in a real database: once each, in one order without gaps, whoever writes; kept while the database is away.

import { describe, expect, it, onTestFinished } from 'vitest';
import { tempDir } from '../../test/harness/temp-dir.ts';
import { testBus } from '../../test/harness/test-bus.ts';
import type { TestClock } from '../../test/harness/test-clock.ts';
import { testClock } from '../../test/harness/test-clock.ts';
import { testDatabase } from '../../test/harness/test-database.ts';
import { waitFor } from '../../test/harness/wait-for.ts';
import { moveHead, readHeads } from '../db/heads.ts';
import { addTransitions, transitionsSince } from '../db/host-transitions.ts';
import { patchService } from '../db/services.ts';
import type { Store } from '../db/store.ts';
import { openStore } from '../db/store.ts';
import type { HostName } from '../model/ids.ts';
import { asId } from '../model/ids.ts';
import type { Beat } from '../model/wire.ts';
import { HostTable } from './host-table.ts';
import { ServiceBook } from './service-book.ts';
import { TransitionLog } from './transition-log.ts';

const BOUND = 3_000;
const names = (count: number) => Array.from({ length: count }, (_, n) => asId<HostName>(`h${n}`));
const beat = (host: HostName): Beat => ({ host, life: 'l', connection: { up: true, reason: '' } });

async function setUp(hosts: readonly HostName[]) {
  const clock = testClock();
  clock.freeze();
  const database = await testDatabase(tempDir());
  const store = await openStore(database.url);
  onTestFinished(async () => {
    clock.stop();
    await store.close();
    await database.drop();
  });
  if (hosts.length > 0) {
    await store.transaction(async (tx) => {
      const changed = await moveHead(tx, 'services');
      const common = { binary: 'nova-compute', zone: 'nova', disabled: 0, forced_down: 0, changed } as const;
      const rows = hosts.map((host) => ({ ...common, id: clock.uuid(), host, created_at: 0, updated_at: 0 }));
      await tx.insertInto('services').values(rows).execute();
    });
  }
  return { clock, store };
}

/** What one API process has: a table and a log of its own. */
async function process(store: Store, clock: TestClock, more: { readonly fails?: () => boolean } = {}) {
  let transactions = 0;
  const errors: string[] = [];
  const own: Store = {
    ...store,
    read: store.read,
    transaction: (work) => {
      if (more.fails?.() === true) return Promise.reject(new Error('the database is away'));
      transactions += 1;
      return store.transaction(work);
    },
  };
  const hosts = new HostTable(clock, BOUND, 60_000);
  const onError = (what: string) => errors.push(what);
  const log = new TransitionLog({ store: own, clock, hosts, onError });
  const onTransitions = (head: number) => log.catchUp(head);
  const book = new ServiceBook({ store, bus: testBus(clock), clock, hosts, onTransitions, onError });
  await book.refresh();
  await log.start();
  onTestFinished(() => log.stop());
  const pass = () => hosts.judge(clock.mono());
  return { hosts, log, book, pass, errors, transactions: () => transactions };
}

const stored = (store: Store) => transitionsSince(store.read, { since: 0, limit: 10_000 });
const words = async (store: Store) =>
  (await stored(store)).map(({ seq, host, n, from, to, cause }) => `${seq} ${host}#${n} ${from}>${to} ${cause}`);

describe('transitions', () => {
  it('are stored with what they stand on, and nothing is at the start', async () => {
    const [h = asId<HostName>('')] = names(1);
    const { clock, store } = await setUp([h]);
    const one = await process(store, clock);
    expect(await words(store)).toEqual([]);
    one.hosts.beat(beat(h));
    await one.log.flush();
    clock.advance(BOUND + 500);
    one.pass();
    await one.log.flush();
    expect(await words(store)).toEqual(['1 h0#1 >UP heard', '2 h0#2 UP>UNKNOWN silent']);
    const [, dead] = await stored(store);
    expect(dead).toMatchObject({ evidence: { heard_ms_ago: BOUND + 500 }, at: clock.wall() });
    const down = await store.transaction((tx) =>
      patchService(tx, one.hosts.find(h)?.service?.id ?? asId('-'), { forcedDown: true }, 7, asId('me')),
    );
    one.book.changed(down);
    await one.log.flush();
    expect((await stored(store)).at(-1)).toMatchObject({
      to: 'DOWN',
      cause: 'forced-down',
      evidence: { forced_by: 'me', forced_at: 7 },
    });
  });

  it.each([0, 1, 2, 3, 4, 5, 6, 7])('that are seen %d turns after others were written do not lie', async (turns) => {
    const [first = asId<HostName>(''), second = asId<HostName>('')] = names(2);
    const { clock, store } = await setUp([first, second]);
    let seen = false;
    const late: Store = {
      ...store,
      read: store.read,
      transaction: async (work) => {
        const result = await store.transaction(work);
        if (seen) return result;
        seen = true;
        let left = turns;
        const next = () => (left-- > 0 ? queueMicrotask(next) : one.hosts.beat(beat(second)));
        queueMicrotask(next);
        return result;
      },
    };
    const one = await process(late, clock);
    one.hosts.beat(beat(first));
    await waitFor('both to be stored', async () => (await stored(store)).length === 2);
    expect(one.log.waiting).toBe(0);
  });

  it('of a thousand hosts that die at once are one transaction', async () => {
    const hosts = names(1_000);
    const { clock, store } = await setUp(hosts);
    const one = await process(store, clock);
    for (const host of hosts) one.hosts.beat(beat(host));
    await one.log.flush();
    const before = one.transactions();
    clock.advance(BOUND + 1);
    one.pass();
    await one.log.flush();
    expect(one.transactions() - before).toBe(1);
    const all = await stored(store);
    expect(all.map(({ seq }) => seq)).toEqual(Array.from({ length: 2_000 }, (_, n) => n + 1));
    expect(new Set(all.slice(1_000).map(({ host, to }) => `${host} ${to}`)).size).toBe(1_000);
    expect((await readHeads(store.read)).host_transitions).toBe(2_000);
  });

  it('that several processes see are stored once, and every process knows them', async () => {
    const hosts = names(20);
    const { clock, store } = await setUp(hosts);
    const all = await Promise.all([process(store, clock), process(store, clock), process(store, clock)]);
    const turn = async (step: (one: (typeof all)[number]) => void) => {
      for (const one of all) step(one);
      await Promise.all(all.map((one) => one.log.flush()));
    };
    await turn((one) => {
      for (const host of hosts) one.hosts.beat(beat(host));
    });
    clock.advance(BOUND + 1);
    await turn((one) => one.pass());
    await turn((one) => one.hosts.beat(beat(hosts[3] ?? asId(''))));
    const rows = await stored(store);
    expect(rows.map(({ seq }) => seq)).toEqual(Array.from({ length: 41 }, (_, n) => n + 1));
    for (const host of hosts) {
      const of = rows.filter((row) => row.host === host);
      expect(of.map(({ n }) => n)).toEqual(of.map((_, n) => n + 1));
      expect(of.map(({ to }) => to)).toEqual(['UP', 'UNKNOWN', 'UP'].slice(0, of.length));
      for (const one of all) await one.book.refresh();
      for (const one of all) expect(one.log.last(host)).toEqual(of.at(-1));
    }
  });

  it('are not repeated by a process that comes late with them', async () => {
    const [h = asId<HostName>('')] = names(1);
    const { clock, store } = await setUp([h]);
    const away = { now: true };
    const quick = await process(store, clock);
    const slow = await process(store, clock, { fails: () => away.now });
    for (const one of [quick, slow]) one.hosts.beat(beat(h));
    await quick.log.flush();
    clock.advance(BOUND + 1);
    for (const one of [quick, slow]) one.pass();
    await quick.log.flush();
    for (const one of [quick, slow]) one.hosts.beat(beat(h));
    await quick.log.flush();
    away.now = false;
    await slow.log.flush();
    expect(await words(store)).toEqual(['1 h0#1 >UP heard', '2 h0#2 UP>UNKNOWN silent', '3 h0#3 UNKNOWN>UP heard']);
  });

  it('wait while the database is away, the latest of each host, and judging does not', async () => {
    const hosts = names(2);
    const [first = asId<HostName>('')] = hosts;
    const { clock, store } = await setUp(hosts);
    const away = { now: true };
    const one = await process(store, clock, { fails: () => away.now });
    for (const host of hosts) one.hosts.beat(beat(host));
    await one.log.flush();
    clock.advance(BOUND + 1);
    one.pass();
    expect(hosts.map((host) => one.hosts.status(host))).toEqual(['UNKNOWN', 'UNKNOWN']);
    one.hosts.beat(beat(first));
    await one.log.flush();
    expect([one.log.waiting, one.errors]).toEqual([2, ['storing transitions of hosts']]);
    away.now = false;
    clock.advance(1_000);
    await waitFor('what waited to be stored', () => one.log.waiting === 0);
    await one.log.flush();
    expect(await words(store), 'in the order in which they were seen').toEqual([
      '1 h1#1 >UNKNOWN silent',
      '2 h0#1 >UP heard',
    ]);
  });

  it('of a host out of reach have that as their cause, and what its agent says of it', async () => {
    const [h = asId<HostName>('')] = names(1);
    const { clock, store } = await setUp([h]);
    const one = await process(store, clock);
    one.hosts.beat(beat(h));
    await one.log.flush();
    one.hosts.beat({ ...beat(h), connection: { up: false, reason: 'Ironic does not answer', unknown: true } });
    await one.log.flush();
    one.hosts.beat(beat(h));
    await one.log.flush();
    expect(await words(store)).toEqual([
      '1 h0#1 >UP heard',
      '2 h0#2 UP>UNKNOWN out-of-reach',
      '3 h0#3 UNKNOWN>UP heard',
    ]);
    const [, lost] = await stored(store);
    expect(lost?.evidence).toMatchObject({ hypervisor: 'Ironic does not answer', heard_ms_ago: 0, lost: false });
  });

  it('of a process that lost the bus, or has just begun, there are none', async () => {
    const [h = asId<HostName>('')] = names(1);
    const { clock, store } = await setUp([h]);
    const one = await process(store, clock);
    one.hosts.beat(beat(h));
    one.hosts.busAway();
    clock.advance(BOUND + 1);
    one.pass();
    one.hosts.busBack(0);
    one.hosts.beat(beat(h));
    await one.log.flush();
    const next = await process(store, clock);
    next.hosts.beat(beat(h));
    await next.log.flush();
    expect(await words(store)).toEqual(['1 h0#1 >UP heard']);
  });

  it('are numbered as the rows are, by a process too that thought itself further', async () => {
    const [h = asId<HostName>('')] = names(1);
    const { clock, store } = await setUp([h]);
    const one = await process(store, clock);
    one.hosts.beat(beat(h));
    await one.log.flush();
    clock.advance(BOUND + 1);
    one.pass();
    await one.log.flush();
    expect(one.log.last(h)?.n).toBe(2);
    // As after a commit that the disk did not keep.
    await store.transaction(async (tx) => {
      await tx.deleteFrom('host_last').execute();
      await tx.deleteFrom('host_transitions').execute();
    });
    clock.advance(60_001);
    one.hosts.beat(beat(h));
    await one.log.flush();
    expect(one.log.last(h)).toMatchObject({ n: 1, to: 'UP' });
  });

  it('tell the next process which hosts come and go', async () => {
    const [h = asId<HostName>('')] = names(1);
    const { clock, store } = await setUp([h]);
    const one = await process(store, clock);
    one.hosts.beat(beat(h));
    clock.advance(BOUND + 1);
    one.pass();
    one.hosts.beat(beat(h));
    await one.log.flush();
    clock.advance(BOUND + 1);
    one.pass();
    await one.log.flush();
    const next = await process(store, clock);
    next.hosts.beat(beat(h));
    expect([next.hosts.status(h), next.hosts.find(h)?.cause]).toEqual(['UNKNOWN', 'flapping']);
    clock.advance(60_001);
    next.hosts.beat(beat(h));
    expect(next.hosts.status(h)).toBe('UP');
  });
});

describe('whether a host comes and goes', () => {
  /** A process whose host was lost and back, and is lost again. */
  const gone = async () => {
    const [h = asId<HostName>('')] = names(1);
    const { clock, store } = await setUp([h]);
    const one = await process(store, clock);
    const silence = async () => {
      clock.advance(BOUND + 1);
      one.pass();
      await one.log.flush();
    };
    const sound = async () => {
      one.hosts.beat(beat(h));
      await one.log.flush();
    };
    await sound();
    await silence();
    await sound();
    return { h, clock, store, one, silence, sound };
  };

  it('is no question of why it was last not UP: one that stopped properly, or was forced down, was not lost', async () => {
    const { h, clock, store, one } = await gone();
    one.hosts.beat({ ...beat(h), leaving: true });
    await one.log.flush();
    const next = await process(store, clock);
    next.hosts.beat({ ...beat(h), life: 'another' });
    expect(next.hosts.status(h)).toBe('UP');
  });

  it("is not judged by another machine's wall clock", async () => {
    const { h, clock, store, silence } = await gone();
    await silence();
    const ahead: TestClock = { ...clock, wall: () => clock.wall() + 3_600_000 };
    const next = await process(store, ahead);
    next.hosts.beat(beat(h));
    expect(next.hosts.find(h)?.cause).toBe('flapping');
  });

  it('is learnt by a process that could not see it', async () => {
    const { h, clock, store, silence } = await gone();
    const blind = await process(store, clock);
    blind.hosts.beat(beat(h));
    blind.hosts.busAway();
    await silence();
    blind.hosts.judge(clock.mono());
    await blind.log.catchUp((await readHeads(store.read)).host_transitions);
    blind.hosts.busBack(0);
    blind.hosts.beat(beat(h));
    expect(blind.hosts.find(h)?.cause).toBe('flapping');
  });
});

describe('the table of them', () => {
  it('is kept short: what is old is forgotten, but for the last of each host', async () => {
    const [h = asId<HostName>(''), other = asId<HostName>('')] = names(2);
    const { clock, store } = await setUp([]);
    const edge = (host: HostName, n: number, at: number) =>
      ({ host, n, to: n % 2 === 0 ? 'UNKNOWN' : 'UP', cause: 'heard', evidence: {}, at }) as const;
    for (const [n, at] of [100, 200, 300].entries()) {
      await store.transaction((tx) => addTransitions(tx, [edge(h, n + 1, clock.wall() + at)]));
    }
    await store.transaction((tx) => addTransitions(tx, [edge(other, 1, clock.wall() - 1)]));
    const one = await process(store, clock);
    clock.advance(1_000);
    await one.log.forget(750);
    expect((await stored(store)).map(({ host, n }) => `${host} ${n}`)).toEqual(['h0 3', 'h1 1']);
    expect(one.log.last(other)?.n).toBe(1);
    await store.transaction((tx) => addTransitions(tx, [edge(h, 4, clock.wall())]));
    expect((await stored(store)).map(({ n }) => n)).toEqual([3, 1, 4]);
  });

  it('takes the next number of a host and no other, and is read from any number on', async () => {
    const [h = asId<HostName>(''), other = asId<HostName>('')] = names(2);
    const { store } = await setUp([]);
    const edge = (host: HostName, n: number) =>
      ({ host, n, to: 'UP', cause: 'heard', evidence: { n }, at: n }) as const;
    const add = (...edges: ReturnType<typeof edge>[]) => store.transaction((tx) => addTransitions(tx, edges));
    await add(edge(h, 1), edge(other, 1));
    expect(await add(edge(h, 1), edge(other, 3))).toHaveLength(2);
    const last = await add(edge(h, 2), edge(other, 1));
    expect(new Map(last.map(({ host, n, seq }) => [host, [n, seq]]))).toEqual(
      new Map([
        [h, [2, 3]],
        [other, [1, 2]],
      ]),
    );
    const page = (since: number, limit: number, host?: string) =>
      transitionsSince(store.read, { since, limit, ...(host === undefined ? {} : { host }) });
    expect((await page(0, 2)).map(({ seq }) => seq)).toEqual([1, 2]);
    expect((await page(2, 9)).map(({ seq, from, evidence }) => [seq, from, evidence])).toEqual([[3, 'UP', { n: 2 }]]);
    expect((await page(0, 9, 'h1')).map(({ seq }) => seq)).toEqual([2]);
    const back = await transitionsSince(store.read, { since: 0, before: 3, limit: 9, newestFirst: true });
    expect(back.map(({ seq }) => seq)).toEqual([2, 1]);
    const newest = await transitionsSince(store.read, { since: 0, limit: 1, host: h, newestFirst: true });
    expect(newest.map(({ seq }) => seq)).toEqual([3]);
  });
});
