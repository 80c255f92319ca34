// Outcomes: a command ends once, whatever comes late or twice, and what nobody answers ends by itself.

import { describe, expect, it } from 'vitest';
import { commandBench, HOST, lost } from '../../test/harness/command-bench.ts';
import { waitFor } from '../../test/harness/wait-for.ts';
import type { Outcome } from '../model/command.ts';
import type { CommandId, HostName } from '../model/ids.ts';
import { asId } from '../model/ids.ts';
import { SUBJECT } from '../model/wire.ts';
import type { OutcomeSink } from './sinks.ts';

const done: Outcome = { result: 'success', meaning: 'exactly-asked' };
const refused: Outcome = { result: 'error', reason: 'in our words', details: 'libvirtError', faultCode: 500 };
type Bench = Awaited<ReturnType<typeof commandBench>>;

/** A command that was granted. */
async function granted(bench: Bench, name = 'a'): Promise<CommandId> {
  const id = await bench.queue(name);
  await bench.claim();
  return id;
}

describe('a report', () => {
  it('gives the command its outcome and ends the event', async () => {
    const bench = await commandBench();
    const id = await granted(bench);
    await bench.report(id, done);
    expect(await bench.row(id)).toMatchObject({ state: 'done', outcome: done, doneAt: bench.clock.wall() });
    const action = await bench.action('a');
    expect(action.message).toBeNull();
    expect(action.events).toMatchObject([{ result: 'Success', details: null, finishTime: bench.clock.wall() }]);
  });

  it.each([
    [refused, 'libvirtError'],
    [lost, 'unknown: lost'],
  ])('of %j shows as Error with details %j', async (outcome, details) => {
    const bench = await commandBench();
    await bench.report(await granted(bench), outcome);
    const action = await bench.action('a');
    expect([action.message, action.events[0]?.result, action.events[0]?.details]).toEqual(['Error', 'Error', details]);
  });

  it('that comes again changes nothing and is no late one', async () => {
    const bench = await commandBench();
    const id = await granted(bench);
    for (const outcome of [done, done]) await bench.report(id, outcome);
    expect([(await bench.row(id)).outcome, await bench.lateReport(id)]).toEqual([done, null]);
  });

  it('that comes after the outcome is kept as evidence, the first of them, and changes nothing', async () => {
    const told: Outcome[] = [];
    const sink: OutcomeSink = async (_tx, _command, outcome) => void told.push(outcome);
    const late: Outcome[] = [];
    const lateSink: OutcomeSink = async (_tx, _command, outcome) => void late.push(outcome);
    const bench = await commandBench({ outcome: [sink], late: [lateSink] });
    const id = await granted(bench);
    bench.clock.advance(60_000);
    await bench.dispatcher.sweep();
    const before = { row: await bench.row(id), action: await bench.action('a') };
    for (const outcome of [done, refused]) await bench.report(id, outcome);
    expect({ row: await bench.row(id), action: await bench.action('a') }).toEqual(before);
    expect(JSON.parse((await bench.lateReport(id)) ?? '')).toEqual(done);
    expect(told).toEqual([before.row.outcome]);
    expect(late).toEqual([done, refused]);
  });

  it('of another host, or of no command there is, is answered and changes nothing', async () => {
    const bench = await commandBench();
    const id = await granted(bench);
    await bench.report(id, done, asId('another'));
    await bench.report(asId('nothing'), done);
    expect(await bench.row(id)).toMatchObject({ state: 'granted', outcome: null });
  });

  it('whose sink fails records nothing, and is refused so that it is repeated', async () => {
    let broken = true;
    const sink: OutcomeSink = async () => {
      if (broken) throw new Error('sink');
    };
    const bench = await commandBench({ outcome: [sink] });
    const id = await granted(bench);
    await expect(bench.report(id, done)).rejects.toMatchObject({ code: 'refused' });
    expect(await bench.row(id)).toMatchObject({ state: 'granted', outcome: null });
    broken = false;
    await bench.report(id, done);
    expect((await bench.row(id)).outcome).toEqual(done);
  });
});

describe('the sweep', () => {
  const sweepAfter = async (bench: Bench, ms: number) => {
    const [mono, wall] = [bench.clock.mono(), bench.clock.wall()];
    bench.clock.mono = () => mono + ms;
    bench.clock.wall = () => wall + ms;
    await bench.dispatcher.sweep();
  };

  it('ends what nobody took by its deadline, and says after how long', async () => {
    const bench = await commandBench();
    const id = await bench.queue('a', { deadlineMs: 12_000 });
    await sweepAfter(bench, 11_998);
    expect((await bench.row(id)).state).toBe('queued');
    await sweepAfter(bench, 2);
    const reason = 'the host did not answer in 12 s';
    expect((await bench.row(id)).outcome).toEqual({ result: 'error', reason, details: reason, faultCode: 500 });
    expect(await bench.claim()).toBeNull();
  });

  it('says so when the agent of the host reaches nothing itself', async () => {
    const bench = await commandBench();
    const id = await bench.queue('a', { deadlineMs: 12_000 });
    bench.hosts.beat({ host: asId('h'), life: 'l', connection: { up: false, reason: 'no route', unknown: true } });
    await sweepAfter(bench, 12_000);
    expect((await bench.row(id)).outcome).toMatchObject({
      result: 'error',
      reason: 'the host did not answer in 12 s: its agent cannot reach what it drives',
    });
  });

  it('ends what was taken and not answered as unknown, only when the answer is due', async () => {
    const bench = await commandBench();
    const id = await granted(bench);
    await sweepAfter(bench, 59_998);
    expect((await bench.row(id)).state).toBe('granted');
    await sweepAfter(bench, 2);
    expect((await bench.row(id)).outcome).toEqual({
      result: 'unknown',
      reason: 'the host took the command and did not say how it ended',
    });
  });

  it('gives what another machine queued, or this one before it was started anew, its whole time from when it saw it', async () => {
    const bench = await commandBench();
    const taken = await granted(bench);
    const queued = await bench.queue('b', { deadlineMs: 12_000 });
    await bench.fromAnotherEpoch();
    await sweepAfter(bench, 100_000);
    await sweepAfter(bench, 11_999);
    expect((await bench.row(queued)).state).toBe('queued');
    await sweepAfter(bench, 1);
    expect((await bench.row(queued)).outcome).toMatchObject({
      result: 'error',
      reason: 'the host did not answer in 12 s',
    });
    await sweepAfter(bench, 47_999);
    expect((await bench.row(taken)).state).toBe('granted');
    await sweepAfter(bench, 1);
    expect((await bench.row(taken)).outcome?.result).toBe('unknown');
  });

  it.each([
    [0, 12_000, 'the host did not answer in 12 s: the bus could not be reached'],
    [8_500, 12_000, 'the host did not answer in 12 s: the bus could not be reached for 4 s of them'],
    [500, 3_000, 'the host did not answer in 12 s: the bus could not be reached for 3 s of them'],
    [500, 12_001, 'the host did not answer in 12 s: the bus could not be reached for 12 s of them'],
  ])('says so when this process was without a bus from %i to %i ms', async (from, to, reason) => {
    const bench = await commandBench();
    const id = await bench.queue('a', { deadlineMs: 12_000 });
    const at = Math.floor(bench.clock.mono());
    const connection = (up: boolean, since: number) => bench.connection({ up, since: at + since, reason: 'gone' });
    connection(false, from);
    if (to < 12_000) connection(true, to);
    await sweepAfter(bench, 12_000);
    expect((await bench.row(id)).outcome).toMatchObject({ result: 'error', reason });
  });

  it('tells every process of what it ended', async () => {
    const bench = await commandBench();
    const id = await bench.queue('a');
    const told: unknown[] = [];
    bench.bus.subscribe(SUBJECT.settled, (message) => told.push(message));
    await sweepAfter(bench, 30_000);
    await waitFor('the word', () => told.length > 0);
    expect(told).toEqual([{ command: id }]);
  });

  it('runs by itself', async () => {
    const bench = await commandBench();
    const id = await bench.queue('a');
    bench.clock.advance(30_000);
    await waitFor('the outcome', async () => (await bench.row(id)).state === 'done');
  });
});

describe('a host that is marked down', () => {
  it('has its queued commands ended when it is rung, and what it took left alone', async () => {
    const bench = await commandBench();
    const taken = await granted(bench);
    const queued = await bench.queue('b');
    const elsewhere = await bench.queue('c', { host: asId('another') });
    (await bench.service(true)).know();
    await bench.dispatcher.ring({ id: queued, host: HOST });
    expect((await bench.row(queued)).outcome).toMatchObject({
      result: 'error',
      reason: expect.stringContaining('down'),
    });
    expect((await bench.row(taken)).state).toBe('granted');
    expect((await bench.row(elsewhere)).state).toBe('queued');
  });

  it('keeps them where the rows say that it is up again, whatever this process has heard', async () => {
    const bench = await commandBench();
    const [first, queued] = [await bench.queue('a'), await bench.queue('b')];
    const { now } = await bench.service(false);
    bench.hosts.service({ ...now, forcedDown: true });
    await bench.dispatcher.ring({ id: queued, host: HOST });
    expect([(await bench.row(first)).state, (await bench.row(queued)).state]).toEqual(['queued', 'queued']);
    expect(bench.errors).toEqual([]);
  });

  it('is not rung; any other is', async () => {
    const bench = await commandBench();
    let rung = 0;
    bench.bus.subscribe(SUBJECT.ring(HOST), () => {
      rung += 1;
    });
    await bench.dispatcher.ring({ id: await bench.queue('a'), host: HOST });
    await waitFor('the bell', () => rung === 1);
  });

  it('hears whose NMI it is rung for, and nothing of any other order', async () => {
    const bench = await commandBench();
    const rings: unknown[] = [];
    bench.bus.subscribe(SUBJECT.ring(HOST), (ring) => rings.push(ring));
    const nmi = await bench.queued('a', {});
    await bench.dispatcher.ring(nmi);
    await bench.dispatcher.ring(await bench.queued('b', { kind: 'pause' }));
    await waitFor('the bells', () => rings.length === 2);
    expect(rings).toEqual([{ nmi: nmi.nmi }, {}]);
    expect((await bench.row(nmi.id)).serverId).toBe(nmi.nmi);
  });
});

describe('a host that asks only because it is time to', () => {
  it('is told from memory that there is nothing, as long as the last look is fresh', async () => {
    const bench = await commandBench();
    await bench.dispatcher.sweep();
    const before = bench.store.queries();
    expect(await bench.claim({ poll: true })).toBeNull();
    expect(bench.store.queries()).toBe(before);
    await bench.queue('a');
    expect(await bench.claim({ poll: true })).toBeNull();
    await bench.dispatcher.sweep();
    expect((await bench.claim({ poll: true }))?.server).toBe('a');
  });

  it('costs no query, as often as it asks, while others have work', async () => {
    const bench = await commandBench();
    await bench.queue('a');
    await bench.dispatcher.sweep();
    const idle = Array.from({ length: 1_000 }, (_, n) => asId<HostName>(`idle-${n}`));
    const before = bench.store.queries();
    for (const host of idle) expect(await bench.claim({ host, poll: true })).toBeNull();
    expect(bench.store.queries() - before).toBe(0);
    expect((await bench.claim({ poll: true }))?.server).toBe('a');
    expect(bench.store.queries() - before).toBeGreaterThan(0);
  });

  it('has no answer from a look that is old', async () => {
    const bench = await commandBench();
    await bench.dispatcher.sweep();
    await bench.queue('a');
    const later = bench.clock.mono() + 1_000;
    bench.clock.mono = () => later - 1;
    expect(await bench.claim({ poll: true })).toBeNull();
    bench.clock.mono = () => later;
    expect((await bench.claim({ poll: true }))?.server).toBe('a');
  });

  it('is answered from the rows when there was no look, and when it was rung', async () => {
    const bench = await commandBench();
    await bench.queue('a');
    expect((await bench.claim({ poll: true }))?.server).toBe('a');
    const rung = await commandBench();
    await rung.dispatcher.sweep();
    await rung.queue('a');
    expect((await rung.claim())?.server).toBe('a');
  });
});

describe('ringing again', () => {
  it('is done twice a second for what nobody took, and never for what somebody did', async () => {
    const bench = await commandBench();
    let rings = 0;
    bench.bus.subscribe(SUBJECT.ring(HOST), () => {
      rings += 1;
    });
    await bench.queue('a');
    const ringsOf = async (...afterMs: number[]) => {
      const before = rings;
      for (const ms of afterMs) {
        bench.clock.advance(ms);
        await bench.dispatcher.sweep();
      }
      await bench.bus.settle(1_000);
      return rings - before;
    };
    expect(await ringsOf(0)).toBe(0);
    expect(await ringsOf(500, 0, 499)).toBe(1);
    expect(await ringsOf(1)).toBe(1);
    await bench.claim();
    expect(await ringsOf(500, 500)).toBe(0);
  });
});

describe('waiting for an outcome', () => {
  it('hears one that was there before', async () => {
    const bench = await commandBench();
    const id = await granted(bench);
    await bench.report(id, done);
    expect(await bench.dispatcher.outcomeOf(id, 1_000)).toEqual(done);
  });

  it('hears one that comes, as often as it is waited for', async () => {
    const bench = await commandBench();
    const id = await granted(bench);
    const waits = [bench.dispatcher.outcomeOf(id, 1_000), bench.dispatcher.outcomeOf(id, 1_000)];
    await bench.report(id, refused);
    expect(await Promise.all(waits)).toEqual([refused, refused]);
  });

  it('hears one that another process records, by its word', async () => {
    const bench = await commandBench();
    const id = await granted(bench);
    const wait = bench.dispatcher.outcomeOf(id, 1_000);
    await bench.elsewhere(id, done);
    bench.bus.publish(SUBJECT.settled, { command: id });
    expect(await wait).toEqual(done);
  });

  it('finds one whose word was lost', async () => {
    const bench = await commandBench();
    const id = await granted(bench);
    const wait = bench.dispatcher.outcomeOf(id, 1_000);
    await bench.elsewhere(id, done);
    bench.clock.advance(250);
    expect(await wait).toEqual(done);
  });

  it('gives up at its time, and not before', async () => {
    const bench = await commandBench();
    const id = await granted(bench);
    let heard: Outcome | null | 'nothing' = 'nothing';
    const wait = bench.dispatcher.outcomeOf(id, 1_000).then((outcome) => {
      heard = outcome;
    });
    bench.clock.advance(999);
    await bench.row(id);
    expect(heard).toBe('nothing');
    bench.clock.advance(1);
    await wait;
    expect(heard).toBeNull();
    expect((await bench.row(id)).state).toBe('granted');
  });
});

describe('expire', () => {
  it('ends a command that is over its bounds, leaves any other, and gives what there is', async () => {
    const bench = await commandBench();
    const id = await bench.queue('a');
    expect(await bench.dispatcher.expire(id)).toBeNull();
    bench.clock.mono = () => 10_000_000;
    const outcome = await bench.dispatcher.expire(id);
    expect(outcome).toMatchObject({ result: 'error' });
    expect(await bench.dispatcher.expire(id)).toEqual(outcome);
    expect(await bench.dispatcher.expire(asId('nothing'))).toBeNull();
  });
});
