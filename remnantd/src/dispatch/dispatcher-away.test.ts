// Dispatch in trouble: what was accepted stands while the database or the bus is away, nothing slips past a host that is down, and
// who begins without the bus does not take itself for alone.

import { describe, expect, it } from 'vitest';
import { commandBench, HOST } from '../../test/harness/command-bench.ts';
import { insertEnrollment } from '../db/enrollments.ts';
import { DatabaseAway } from '../model/database-away.ts';
import type { HostName } from '../model/ids.ts';
import { asId } from '../model/ids.ts';
import { BusFault } from '../ports/bus.ts';
import type { OutcomeSink } from './sinks.ts';

describe('the database', () => {
  it('that is away after the commit makes no error of what was accepted: a ring tells of it and is done', async () => {
    const bench = await commandBench();
    const id = await bench.queue('a');
    (await bench.service(true)).know();
    bench.database.away = true;
    await bench.dispatcher.ring({ id, host: HOST });
    await bench.dispatcher.failQueued(HOST, 'the host is down');
    expect(bench.errors).toEqual(
      Array(2).fill(
        'looking for commands to end: the host is down: DatabaseAway: the database cannot be used now: gone',
      ),
    );
  });

  it('that is away while an outcome is waited for is not the outcome', async () => {
    const bench = await commandBench();
    const id = await bench.queue('a');
    bench.database.away = true;
    const wait = bench.dispatcher.outcomeOf(id, 1_000);
    bench.clock.advance(1_000);
    expect(await wait).toBeNull();
    expect(await bench.dispatcher.expire(id)).toBeNull();
    expect(bench.errors.at(-1)).toContain(`command ${id}: `);
  });
});

describe('a command that comes behind the back of who ended the others', () => {
  it('ends at the next sweep, its host being down', async () => {
    const bench = await commandBench();
    const { know } = await bench.service(true);
    const id = await bench.queue('a');
    await bench.dispatcher.sweep();
    expect((await bench.row(id)).state).toBe('queued');
    know();
    await bench.dispatcher.sweep();
    expect((await bench.row(id)).outcome).toMatchObject({ result: 'error', reason: 'the host is down' });
  });

  it('stays when the host is good again by the rows, though this process has not heard of it', async () => {
    const bench = await commandBench();
    const { now } = await bench.service(false);
    bench.hosts.service({ ...now, forcedDown: true });
    const id = await bench.queue('a');
    await bench.dispatcher.sweep();
    expect((await bench.row(id)).state).toBe('queued');
  });

  it('ends at the next sweep, its host being enrolled no more, by the rows too', async () => {
    const bench = await commandBench({ enrolled: { has: (host: HostName) => host !== HOST } });
    const [id, other] = [await bench.queue('a'), await bench.queue('b', { host: asId('other') })];
    await bench.store.transaction((tx) =>
      insertEnrollment(tx, { kind: 'host', name: HOST, publicKey: 'k', enrolledAt: 1 }),
    );
    await bench.dispatcher.sweep();
    expect((await bench.row(id)).state).toBe('queued');
    await bench.store.transaction((tx) => tx.updateTable('enrollments').set({ revoked_at: 2 }).execute());
    await bench.dispatcher.sweep();
    expect((await bench.row(id)).outcome).toMatchObject({ reason: 'the host is not enrolled any more' });
    expect((await bench.row(other)).state).toBe('queued');
  });

  it('one that cannot be ended keeps no other from it', async () => {
    let isFirst = true;
    const sink: OutcomeSink = async () => {
      const fails = isFirst;
      isFirst = false;
      if (fails) throw new DatabaseAway('gone for a moment');
    };
    const bench = await commandBench({ outcome: [sink] });
    const ids = [await bench.queue('a'), await bench.queue('b')];
    await bench.dispatcher.failQueued(HOST, 'the host is down');
    const states = await Promise.all(ids.map(async (id) => (await bench.row(id)).state));
    expect(states).toEqual(['queued', 'done']);
    expect(bench.errors).toEqual([expect.stringContaining(`command ${ids[0]}: `)]);
  });
});

describe('a process that begins', () => {
  const away = { up: false, since: 0, reason: 'NATS was not reached yet' };
  const up = { up: true, since: 0, reason: '' };

  it('is alone when nobody answers, and is not when somebody serves', async () => {
    const bench = await commandBench();
    expect(await bench.dispatcher.isAlone()).toBe(false);
    bench.dispatcher.stop();
    expect(await bench.dispatcher.isAlone()).toBe(true);
  });

  it('asks when its bus is reached, and not before', async () => {
    const bench = await commandBench();
    bench.connection(away);
    const asked = bench.dispatcher.isAlone();
    bench.clock.advance(4_000);
    bench.connection(up);
    expect(await asked).toBe(false);
  });

  it('does not take itself for alone while the bus stays away', async () => {
    const bench = await commandBench();
    bench.dispatcher.stop();
    bench.connection(away);
    const asked = bench.dispatcher.isAlone();
    bench.clock.advance(5_000);
    expect(await asked).toBe(false);
  });

  it('finds itself alone on a bus that is reached late', async () => {
    const bench = await commandBench();
    bench.dispatcher.stop();
    bench.connection(away);
    const asked = bench.dispatcher.isAlone();
    bench.connection(up);
    expect(await asked).toBe(true);
  });

  it('knows nothing of others when it loses the bus while it asks', async () => {
    const bench = await commandBench();
    bench.dispatcher.stop();
    bench.bus.request = () => Promise.reject(new BusFault('away', 'the connection was lost'));
    expect(await bench.dispatcher.isAlone()).toBe(false);
  });
});
