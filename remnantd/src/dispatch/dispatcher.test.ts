// Outcomes: a command ends once, whatever comes late or twice, and what nobody answers ends by itself.

import { describe, expect, it } from 'vitest';
import { commandBench, HOST, lost } from '../../test/harness/command-bench.ts';
import { waitFor } from '../../test/harness/wait-for.ts';
import type { Outcome } from '../model/command.ts';
import type { CommandId } from '../model/ids.ts';
import { asId } from '../model/ids.ts';
import type { Service } from '../model/service.ts';
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

  it('ends at once what an earlier life of the machine left open', async () => {
    const bench = await commandBench();
    const taken = await granted(bench);
    const queued = await bench.queue('b');
    await bench.fromAnotherEpoch();
    await bench.dispatcher.sweep();
    expect((await bench.row(taken)).outcome?.result).toBe('unknown');
    expect((await bench.row(queued)).outcome).toMatchObject({
      result: 'error',
      reason: 'the service was restarted with its machine before the host took it',
    });
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
    const row = { host: HOST, binary: 'nova-compute', forcedDown: true, disabled: false };
    bench.hosts.service(row as Service);
    await bench.dispatcher.ring({ id: queued, host: HOST });
    expect((await bench.row(queued)).outcome).toMatchObject({
      result: 'error',
      reason: expect.stringContaining('down'),
    });
    expect((await bench.row(taken)).state).toBe('granted');
    expect((await bench.row(elsewhere)).state).toBe('queued');
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
