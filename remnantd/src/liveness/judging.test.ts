// When hosts are judged: never before what was on its way was heard, never without the bus.

import { expect, onTestFinished, test } from 'vitest';
import type { TestClock } from '../../test/harness/test-clock.ts';
import { testClock } from '../../test/harness/test-clock.ts';
import { waitFor } from '../../test/harness/wait-for.ts';
import type { HostName } from '../model/ids.ts';
import { asId } from '../model/ids.ts';
import type { Service } from '../model/service.ts';
import type { Beat } from '../model/wire.ts';
import type { Bus, BusConnection } from '../ports/bus.ts';
import { BusFault } from '../ports/bus.ts';
import { HostTable } from './host-table.ts';
import { judgeHosts } from './judging.ts';

const BOUND = 3_000;
const RETURN = 500;
const H = asId<HostName>('h');
const beat: Beat = { host: H, life: 'l', connection: null };

/** As much of a bus as judging needs: what is on its way, and whether it is reached. */
function inbox(clock: TestClock) {
  const parked: (() => void)[] = [];
  const told = new Set<(now: BusConnection) => void>();
  let connection: BusConnection = { up: true, since: clock.mono(), reason: '' };
  const state = { settles: 0, answers: true };
  const part: Pick<Bus, 'settle' | 'connection' | 'onConnection'> = {
    settle: async () => {
      state.settles += 1;
      if (!state.answers) throw new BusFault('timeout', 'the bus does not answer');
      for (const deliver of parked.splice(0)) deliver();
    },
    connection: () => connection,
    onConnection: (handle) => {
      told.add(handle);
      return () => told.delete(handle);
    },
  };
  const set = (up: boolean) => {
    connection = { up, since: clock.mono(), reason: up ? '' : 'cut' };
    for (const handle of told) handle(connection);
  };
  return { bus: part as Bus, parked, state, set };
}

function setUp() {
  const clock = testClock();
  clock.freeze();
  const hosts = new HostTable(clock, BOUND);
  const { bus, parked, state, set } = inbox(clock);
  const edges: string[] = [];
  hosts.service({ host: H, binary: 'nova-compute', changed: 1, disabled: false, forcedDown: false } as Service);
  hosts.beat(beat);
  hosts.onEdge(({ status, cause }) => edges.push(`${status} ${cause}`));
  const errors: unknown[] = [];
  const stop = judgeHosts({
    clock,
    bus,
    hosts,
    patienceMs: BOUND,
    returnMs: RETURN,
    onError: (_what, error) => errors.push(error),
  });
  onTestFinished(() => {
    stop();
    clock.stop();
    expect(errors).toEqual([]);
  });
  /** Time passes in steps in which a pass is made, `beats` or not. */
  const pass = async (ms: number, beats = false, stepMs = 100) => {
    for (let passed = 0; passed < ms; passed += stepMs) {
      if (beats && passed % 1_000 === 0) hosts.beat(beat);
      clock.advance(stepMs);
      for (let turn = 0; turn < 4; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { clock, hosts, parked, state, set, edges, pass };
}

test('a silent host is found within the bound and a pass; while hosts beat, the bus is asked nothing', async () => {
  const { edges, state, pass } = setUp();
  await pass(30_000, true);
  expect([state.settles, edges]).toEqual([0, []]);
  await pass(BOUND + 200);
  expect(edges).toEqual(['UNKNOWN silent']);
});

test('a silence is seen within a fifth of the 100 ms that processes may differ by', async () => {
  const { edges, pass } = setUp();
  await pass(BOUND, false, 20);
  expect(edges).toEqual([]);
  await pass(40, false, 20);
  expect(edges).toEqual(['UNKNOWN silent']);
});

test('a process that stood still hears what it missed before it judges', async () => {
  const { clock, hosts, parked, edges, pass } = setUp();
  parked.push(() => hosts.beat(beat));
  clock.leap(600_000);
  await pass(200);
  expect([hosts.status(H), edges, parked]).toEqual(['UP', [], []]);
  await pass(BOUND + 200);
  expect(edges).toEqual(['UNKNOWN silent']);
});

test('what happens while it is waited for is not held against anybody', async () => {
  const { clock, hosts, parked, edges, pass } = setUp();
  // It stands still once more, in the middle of hearing what it missed.
  parked.push(() => {
    hosts.beat(beat);
    clock.leap(600_000);
  });
  clock.leap(600_000);
  await pass(100);
  expect(edges).toEqual([]);
});

test('without the bus nobody is silent; back, each host has the time to return and its full time', async () => {
  const { hosts, edges, set, pass } = setUp();
  set(false);
  await pass(60_000);
  expect(edges).toEqual(['UNKNOWN bus-lost']);
  set(true);
  await pass(RETURN + BOUND - 100);
  expect(hosts.find(H)?.cause).toBe('bus-lost');
  hosts.beat(beat);
  expect(edges).toEqual(['UNKNOWN bus-lost', 'UP heard']);
  await pass(BOUND + 200);
  expect(edges.at(-1)).toBe('UNKNOWN silent');
});

test('a bus that is said to be reached and does not answer is lost after the bound, and no host with it', async () => {
  const { hosts, edges, state, pass } = setUp();
  state.answers = false;
  await pass(BOUND + 200);
  expect(edges).toEqual([]);
  await pass(BOUND);
  expect(edges).toEqual(['UNKNOWN bus-lost']);
  state.answers = true;
  await waitFor('the bus to be found again', async () => {
    await pass(100);
    hosts.beat(beat);
    return hosts.status(H) === 'UP';
  });
  expect(edges).toEqual(['UNKNOWN bus-lost', 'UP heard']);
});
