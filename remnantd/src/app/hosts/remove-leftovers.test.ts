// The guest that a move left on a host is ordered removed once that host is heard, but not while the host has anything else to do for
// that server: what it is at work on may leave something, and the removal has to know of it.

import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { BOUNDS } from '../../../test/harness/command-bench.ts';
import { serverRow } from '../../../test/harness/server-rows.ts';
import { tempDir } from '../../../test/harness/temp-dir.ts';
import { testClock } from '../../../test/harness/test-clock.ts';
import { commandsOf, endCommand, grantCommand } from '../../db/commands.ts';
import { eventsOf, insertAction } from '../../db/instance-actions.ts';
import { insertMigration, leftovers, migrationOf, patchMigration } from '../../db/server-migrations.ts';
import { insertServer, patchServer } from '../../db/servers.ts';
import { openStore } from '../../db/store.ts';
import { queueCommand } from '../../dispatch/queue-command.ts';
import type { Order, Outcome } from '../../model/command.ts';
import type { CommandId, HostName, ServerId } from '../../model/ids.ts';
import { asId } from '../../model/ids.ts';
import { REMOVE_LEFTOVER, removeLeftovers } from './remove-leftovers.ts';

const [H1, H2] = [asId<HostName>('host-1'), asId<HostName>('host-2')];
const MOVED = asId<ServerId>('moved');
const OTHER = asId<ServerId>('other');
const DONE: Outcome = { result: 'success' };
const FAILED: Outcome = { result: 'error', reason: 'r', details: 'd', faultCode: 500 };
const CREATE = { kind: 'create' } as Order;

/** A server that was evacuated from host-1 to host-2, with its migration; both hosts are heard. */
async function setUp() {
  const clock = testClock();
  clock.freeze();
  const store = await openStore(`sqlite:${join(tempDir(), 'remnant.db')}`);
  onTestFinished(async () => {
    clock.stop();
    await store.close();
  });
  const heard = new Set([H1, H2]);
  const rung: string[] = [];
  const actionSeq = await store.transaction(async (tx) => {
    await insertServer(tx, serverRow({ id: MOVED, host: H2 }));
    const row = await insertServer(tx, serverRow({ id: OTHER, host: H1 }));
    const seq = await insertAction(tx, {
      serverId: MOVED,
      requestId: asId('req-1'),
      action: 'evacuate',
      userId: asId('u'),
      projectId: asId('p'),
      startTime: 1,
    });
    await insertMigration(tx, {
      id: clock.uuid(),
      serverId: MOVED,
      projectId: asId('p'),
      userId: asId('u'),
      kind: 'evacuation',
      status: 'done',
      sourceHost: H1,
      sourceNode: null,
      destHost: H2,
      destNode: null,
      oldFlavor: row.flavor,
      newFlavor: row.flavor,
      actionSeq: seq,
      createdAt: 1,
    });
    const migration = await migrationOf(tx, MOVED, ['done']);
    await patchMigration(tx, migration?.seq ?? 0, { leftoverOn: H1 }, 1);
    return seq;
  });
  const queue = async (host: HostName, server = MOVED, order: Order = CREATE): Promise<CommandId> => {
    const wanted = { server, host, order, actionSeq, event: `${host} ${order.kind}` };
    return (await store.transaction((tx) => queueCommand(tx, clock, BOUNDS, wanted))).id;
  };
  const grant = (id: CommandId) => store.transaction((tx) => grantCommand(tx, id, 'ledger', clock.wall()));
  const end = async (id: CommandId, from: 'queued' | 'granted', outcome = DONE) => {
    const ended = await store.transaction((tx) => endCommand(tx, id, from, outcome, clock.wall()));
    expect(ended).toBe(true);
  };
  return {
    clock,
    store,
    heard,
    rung,
    actionSeq,
    queue,
    grant,
    end,
    remove: () =>
      removeLeftovers({
        store,
        clock,
        hosts: { heard: (host) => heard.has(host) },
        dispatcher: { ring: async ({ host }) => void rung.push(host) },
        bounds: BOUNDS,
      }),
    /** The removals that were ordered, oldest first. */
    removals: async () => (await commandsOf(store.read, MOVED)).filter(({ order }) => order.kind === 'destroy'),
  };
}

test('it is removed once its host is heard, as an event of the action that moved it, and is ordered once', async () => {
  const { remove, removals, rung, heard, actionSeq, store } = await setUp();
  heard.delete(H1);
  await remove();
  expect([await removals(), rung]).toEqual([[], []]);
  heard.add(H1);
  await remove();
  const [ordered] = await removals();
  expect(ordered).toMatchObject({
    host: 'host-1',
    state: 'queued',
    actionSeq,
    event: REMOVE_LEFTOVER,
    order: { kind: 'destroy', leftover: true, stale: [] },
  });
  await remove();
  await remove();
  expect([(await removals()).length, rung]).toEqual([1, ['host-1']]);
  expect(await eventsOf(store.read, actionSeq), 'an event begins when a host takes its command').toEqual([]);
});

test('two processes that order it at the same moment order it once', async () => {
  const { remove, removals, rung } = await setUp();
  await Promise.all([remove(), remove(), remove()]);
  expect([(await removals()).length, rung]).toEqual([1, ['host-1']]);
});

test.each(['queued', 'granted'] as const)(
  'while its host has a command for that server, %s, it waits; the removal knows what that one made',
  async (state) => {
    const { remove, removals, rung, queue, grant, end } = await setUp();
    const making = await queue(H1);
    if (state === 'granted') await grant(making);
    await remove();
    expect([await removals(), rung]).toEqual([[], []]);

    await end(making, state);
    await remove();
    const [ordered, ...more] = await removals();
    expect([ordered?.order, more, rung]).toEqual([
      { kind: 'destroy', leftover: true, stale: [making] },
      [],
      ['host-1'],
    ]);
    await remove();
    expect([(await removals()).length, rung.length], 'it is under way').toEqual([1, 1]);
  },
);

test('what another host does for that server, and its host for others, is not waited for, and is no stale making', async () => {
  const { remove, removals, queue, grant } = await setUp();
  await grant(await queue(H2));
  await queue(H1, OTHER);
  await remove();
  expect((await removals()).map(({ order }) => order)).toEqual([{ kind: 'destroy', leftover: true, stale: [] }]);
});

test('one that failed is ordered again after a minute, and not before', async () => {
  const { remove, removals, end, grant, clock, rung } = await setUp();
  await remove();
  const [first] = await removals();
  if (first === undefined) throw new Error('nothing was ordered');
  await grant(first.id);
  await end(first.id, 'granted', FAILED);
  clock.advance(59_000);
  await remove();
  expect((await removals()).length).toBe(1);
  clock.advance(1_000);
  await remove();
  expect((await removals()).map(({ state }) => state)).toEqual(['done', 'queued']);
  expect(rung).toEqual(['host-1', 'host-1']);
});

test('nothing is removed where its server is again: that is its guest, and the move left nothing', async () => {
  const { remove, removals, store } = await setUp();
  await store.transaction((tx) => patchServer(tx, MOVED, { host: H1 }));
  await remove();
  expect([await removals(), await leftovers(store.read, null)]).toEqual([[], []]);
  expect(await migrationOf(store.read, MOVED, ['completed'])).toMatchObject({ leftoverOn: null });
});

test('of a server that is deleted everything goes, whoever made it', async () => {
  const { remove, removals, store, queue, end } = await setUp();
  await end(await queue(H1), 'queued');
  await store.transaction((tx) => patchServer(tx, MOVED, { deletedAt: 2 }));
  await remove();
  expect((await removals()).map(({ order }) => order)).toEqual([{ kind: 'destroy', leftover: true }]);
});
