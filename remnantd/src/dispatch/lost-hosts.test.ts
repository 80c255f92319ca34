// What a host that is forced down is still asked for: to remove guests that are none of their servers any more. Nothing else.

import { describe, expect, it } from 'vitest';
import { BOUNDS, commandBench, HOST, server } from '../../test/harness/command-bench.ts';
import { insertAction } from '../db/instance-actions.ts';
import { asId } from '../model/ids.ts';
import { queueCommand } from './queue-command.ts';

type Bench = Awaited<ReturnType<typeof commandBench>>;

/** Makes the host one that is forced down, as this process knows it and as the rows say. */
async function down(): Promise<Bench> {
  const bench = await commandBench();
  (await bench.service(true)).know();
  return bench;
}

const queueLeftover = (bench: Bench, name: string) =>
  bench.store.transaction(async (tx) => {
    const actionSeq = await insertAction(tx, {
      serverId: server(name),
      requestId: asId(`req-${name}`),
      action: 'evacuate',
      userId: asId('u'),
      projectId: asId('p'),
      startTime: bench.clock.wall(),
    });
    const order = { kind: 'destroy', leftover: true } as const;
    const event = 'compute_remove_leftover';
    return queueCommand(tx, bench.clock, BOUNDS, { server: server(name), host: HOST, order, actionSeq, event });
  });

describe('a host that is forced down', () => {
  it('gets the removal of a leftover, and keeps waiting for nothing else', async () => {
    const bench = await down();
    const other = await bench.queue('a', { kind: 'destroy' });
    const leftover = await queueLeftover(bench, 'b');
    expect((await bench.claim())?.command).toBe(leftover.id);
    expect(await bench.claim({ busy: [server('b')] })).toBeNull();
    expect((await bench.row(other)).state).toBe('queued');
  });

  it('loses what waits when it is rung, but for the leftover', async () => {
    const bench = await down();
    const other = await bench.queue('a', { kind: 'destroy' });
    const leftover = await queueLeftover(bench, 'b');
    await bench.dispatcher.ring(leftover);
    expect((await bench.row(other)).outcome).toMatchObject({ result: 'error', reason: 'the host is down' });
    expect((await bench.row(leftover.id)).state).toBe('queued');
    await bench.dispatcher.sweep();
    expect((await bench.row(leftover.id)).state).toBe('queued');
  });
});

describe('a server that is moved away', () => {
  it('loses what its host has not taken, in the transaction that moves it, and nothing of others', async () => {
    const bench = await commandBench();
    const [mine, others] = [await bench.queue('a'), await bench.queue('b')];
    await bench.store.transaction((tx) => bench.dispatcher.endQueuedIn(tx, server('a'), HOST, 'it is moved'));
    expect((await bench.row(mine)).outcome).toMatchObject({ result: 'error', reason: 'it is moved' });
    expect((await bench.row(others)).state).toBe('queued');
    expect((await bench.action('a')).events).toMatchObject([{ result: 'Error', details: 'it is moved' }]);
  });

  it('keeps what its host has in hand: that ends by itself', async () => {
    const bench = await commandBench();
    const id = await bench.queue('a');
    await bench.claim();
    await bench.store.transaction((tx) => bench.dispatcher.endQueuedIn(tx, server('a'), HOST, 'it is moved'));
    expect((await bench.row(id)).state).toBe('granted');
  });
});
