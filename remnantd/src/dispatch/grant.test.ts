// Grants: a host is told to act once per command, one command a server at a time, and never when its time is over.

import { randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commandBench, HOST, lost, server } from '../../test/harness/command-bench.ts';
import { LONGEST_TRANSACTION_MS } from '../db/store.ts';
import type { Service } from '../model/service.ts';
import type { Claim, Grant } from '../model/wire.ts';

/** The row of the host's service. */
const service = (more: Partial<Service>) =>
  ({ host: HOST, binary: 'nova-compute', forcedDown: false, disabled: false, ...more }) as Service;

describe('a host that asks', () => {
  it('gets the oldest command, with the event begun', async () => {
    const bench = await commandBench();
    const first = await bench.queue('a');
    await bench.queue('b');
    expect(await bench.claim()).toEqual({
      command: first,
      seq: 1,
      server: 'a',
      order: { kind: 'inject-nmi' },
      first: true,
      validMs: 5_000,
      leftMs: 30_000,
    });
    expect(await bench.row(first)).toMatchObject({ state: 'granted', grantedAt: bench.clock.wall(), outcome: null });
    expect((await bench.action('a')).events).toMatchObject([{ event: 'compute_event', host: 'h', finishTime: null }]);
  });

  it('gets the commands of one server in order and one at a time, those of others beside them', async () => {
    const bench = await commandBench();
    const [a1, a2, b1] = [await bench.queue('a'), await bench.queue('a'), await bench.queue('b')];
    expect((await bench.claim())?.command).toBe(a1);
    const holding = [a1];
    expect((await bench.claim({ holding, busy: [server('a')] }))?.command).toBe(b1);
    expect(await bench.claim({ holding: [a1, b1], busy: [server('a'), server('b')] })).toBeNull();
    await bench.report(a1, { result: 'success' });
    expect((await bench.claim({ holding: [b1], busy: [server('b')] }))?.command).toBe(a2);
  });

  it('gets nothing for a server whose report is still to be acknowledged', async () => {
    const bench = await commandBench();
    const a1 = await bench.queue('a');
    await bench.queue('a');
    await bench.claim();
    expect(await bench.claim({ holding: [a1] })).toBeNull();
  });

  it("gets, while a guest's memory is written, what ends that guest, ahead of all else for it", async () => {
    const bench = await commandBench();
    const memory = await bench.queue('a', { kind: 'dump-memory' });
    await bench.queue('a');
    const off = await bench.queue('a', { kind: 'power-off' });
    await bench.queue('a', { kind: 'destroy' });
    expect((await bench.claim())?.command).toBe(memory);
    expect((await bench.claim({ holding: [memory] }))?.command).toBe(off);
    // One at a time, all the same.
    expect(await bench.claim({ holding: [memory, off], busy: [server('a')] })).toBeNull();
  });

  it('gets no NMI for a guest whose memory is written', async () => {
    const bench = await commandBench();
    const memory = await bench.queue('a', { kind: 'dump-memory' });
    const nmi = await bench.queue('a');
    await bench.claim();
    expect(await bench.claim({ holding: [memory] })).toBeNull();
    await bench.report(memory, { result: 'success' });
    expect((await bench.claim())?.command).toBe(nmi);
  });

  it('gets a grant whose answer was lost again, and hears that it is not the first', async () => {
    const bench = await commandBench();
    await bench.queue('a');
    expect(await bench.claim()).toMatchObject({ seq: 1, first: true, validMs: 5_000 });
    bench.clock.advance(27_000);
    const again = await bench.claim();
    expect(again).toMatchObject({ seq: 1, first: false });
    expect(Math.ceil(again?.validMs ?? 0)).toBe(3_000);
  });

  it('with another ledger gets no grant again: it cannot know what was run, and its later work waits', async () => {
    const bench = await commandBench();
    await bench.queue('a');
    await bench.queue('a');
    await bench.queue('b');
    await bench.claim();
    expect(await bench.claim({ ledger: 'made anew' })).toMatchObject({ seq: 3, first: true });
    expect(await bench.claim({ ledger: 'made anew', busy: [server('b')] })).toBeNull();
  });

  it('gets what is for it alone', async () => {
    const bench = await commandBench();
    await bench.queue('a', { host: 'another' as never });
    expect(await bench.claim()).toBeNull();
    expect((await bench.claim({ host: 'another' as never }))?.server).toBe('a');
  });

  it('gets nothing while it is marked down, and its work when it is back', async () => {
    const bench = await commandBench();
    await bench.queue('a');
    bench.hosts.service(service({ forcedDown: true }));
    expect(await bench.claim()).toBeNull();
    expect(await bench.claim()).toBeNull();
    bench.hosts.service(service({ disabled: true }));
    expect(await bench.claim()).not.toBeNull();
  });
});

describe('the deadline', () => {
  it.each([
    [29_999, 1],
    [25_000, 5_000],
    [24_000, 5_000],
  ])('after %i ms a grant is good for %i ms', async (passed, validMs) => {
    const bench = await commandBench();
    await bench.queue('a');
    // Not by `advance`, which would let the sweep run.
    const queuedAt = Math.floor(bench.clock.mono());
    bench.clock.mono = () => queuedAt + passed;
    expect((await bench.claim())?.validMs).toBe(validMs);
  });

  it.each([30_000, 30_001, 300_000])('%i ms later nothing is granted, first or again', async (passed) => {
    const bench = await commandBench();
    const [granted, queued] = [await bench.queue('a'), await bench.queue('b')];
    await bench.claim();
    const at = bench.clock.mono();
    bench.clock.mono = () => at + passed;
    expect(await bench.claim()).toBeNull();
    expect((await bench.row(granted)).state).toBe('granted');
    expect((await bench.row(queued)).state).toBe('queued');
  });

  it('of another clock, found at the start, is not known: nothing is granted', async () => {
    const bench = await commandBench();
    await bench.queue('a');
    await bench.fromAnotherEpoch();
    expect(await bench.claim()).toBeNull();
    await bench.dispatcher.sweep();
    expect(await bench.claim()).toBeNull();
  });

  it('of another clock is kept by who looked before it was set, less the longest transaction', async () => {
    const bench = await commandBench();
    await bench.dispatcher.sweep();
    await bench.queue('a', { deadlineMs: 9_000 });
    await bench.fromAnotherEpoch();
    bench.clock.leap(1_000);
    expect((await bench.claim())?.validMs).toBe(9_000 - 1_000 - LONGEST_TRANSACTION_MS - 1);
    bench.clock.leap(9_000 - 1_000 - LONGEST_TRANSACTION_MS);
    expect(await bench.claim()).toBeNull();
  });
});

describe('many at once', () => {
  it('never have the same first grant', async () => {
    const bench = await commandBench();
    for (let n = 0; n < 12; n += 1) await bench.queue(`s${n}`);
    const grants = (await Promise.all(Array.from({ length: 40 }, () => bench.claim()))).filter((one) => one !== null);
    const firsts = grants.filter((grant) => grant.first).map((grant) => grant.command);
    expect(firsts).toHaveLength(new Set(firsts).size);
    expect(grants.every((grant) => grant.seq <= 12)).toBe(true);
  });

  type Step = { readonly do: 'queue'; readonly name: string } | { readonly do: 'claim' | 'forget' | 'report' };
  const step: fc.Arbitrary<Step> = fc.oneof(
    fc.record({ do: fc.constant('queue' as const), name: fc.constantFrom('a', 'b', 'c') }),
    fc.record({ do: fc.constantFrom('claim' as const, 'forget' as const, 'report' as const) }),
  );

  it('in any order: one first grant a command, in order for each server, none beside another', async () => {
    const bench = await commandBench();
    let round = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        // Servers of their own each round, on the one database.
        round += 1;
        const host = `h${round}` as typeof HOST;
        const held = new Map<string, Grant>();
        const firsts: Grant[] = [];
        for (const one of steps) {
          if (one.do === 'queue') await bench.queue(`${one.name}${round}`, { host });
          const [oldest] = held.values();
          if (one.do === 'report' && oldest !== undefined) {
            await bench.report(oldest.command, lost, host);
            held.delete(oldest.command);
          }
          // An answer that is lost on its way: the agent knows nothing of the grant.
          if (one.do === 'claim' || one.do === 'forget') {
            const all = [...held.values()];
            const grant = await bench.claim({
              host,
              holding: all.map((other) => other.command),
              busy: all.map((other) => other.server),
            });
            if (grant === null) continue;
            expect(all.some((other) => other.server === grant.server)).toBe(false);
            if (grant.first) firsts.push(grant);
            if (one.do === 'claim') held.set(grant.command, grant);
          }
        }
        expect(new Set(firsts.map((grant) => grant.command)).size).toBe(firsts.length);
        for (const name of ['a', 'b', 'c']) {
          const seqs = firsts.filter((grant) => grant.server === `${name}${round}`).map((grant) => grant.seq);
          expect(seqs).toEqual(seqs.toSorted((x, y) => x - y));
        }
      }),
      { numRuns: 25 },
    );
  });
});

describe('what a host that asks is told beside it', () => {
  it('is that it was granted all there is', async () => {
    const bench = await commandBench();
    const [first, second] = [await bench.queue('a'), await bench.queue('b')];
    expect(await bench.ask({})).toEqual({ grant: expect.objectContaining({ command: first }) });
    const holding = [first];
    expect(await bench.ask({ holding })).toEqual({ grant: expect.objectContaining({ command: second }), last: true });
  });

  it('is not that while something of it waits for another to end', async () => {
    const bench = await commandBench();
    await bench.queue('a');
    await bench.queue('a');
    expect((await bench.ask({})).last).toBeUndefined();
  });

  it('costs a query less where it was rung', async () => {
    const bench = await commandBench();
    const costOf = async (rung: Partial<Claim>) => {
      await bench.queue('a');
      const before = bench.store.queries();
      expect((await bench.ask({ ledger: randomUUID(), ...rung })).grant).not.toBeNull();
      const cost = bench.store.queries() - before;
      await bench.store.transaction((tx) => tx.deleteFrom('commands').execute());
      return cost;
    };
    expect(await costOf({ rung: true })).toBe((await costOf({})) - 1);
    expect(await bench.ask({ rung: true })).toEqual({ grant: null });
  });
});
