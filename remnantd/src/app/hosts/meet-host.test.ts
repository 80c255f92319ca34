// What a hello's guests lead to: one look for all of them, and something to do only for those that nobody knows and those whose
// server was deleted while their host could not be told.

import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { BOUNDS } from '../../../test/harness/command-bench.ts';
import { serverRow } from '../../../test/harness/server-rows.ts';
import { tempDir } from '../../../test/harness/temp-dir.ts';
import { testClock } from '../../../test/harness/test-clock.ts';
import { insertAction } from '../../db/instance-actions.ts';
import { findServer, insertServer, serverPlaces } from '../../db/servers.ts';
import type { Db, Store } from '../../db/store.ts';
import { openStore } from '../../db/store.ts';
import type { FoundGuest } from '../../model/host.ts';
import { asId } from '../../model/ids.ts';
import type { Hello } from '../../model/wire.ts';
import { meetHost } from './meet-host.ts';

const guest = (id: string, ours = true): FoundGuest => ({
  id: asId(id),
  name: `instance-${id}`,
  powerState: 1,
  vcpus: 1,
  memoryMb: 512,
  ours,
});

async function setUp() {
  const clock = testClock();
  const store = await openStore(`sqlite:${join(tempDir(), 'remnant.db')}`);
  onTestFinished(async () => {
    clock.stop();
    await store.close();
  });
  await store.transaction(async (tx) => {
    await insertServer(tx, serverRow({ id: asId('lives') }));
    await insertServer(tx, serverRow({ id: asId('deleted'), vmState: 'deleted', deletedAt: 1 }));
    await insertAction(tx, {
      serverId: asId('deleted'),
      requestId: asId('req-1'),
      action: 'delete',
      userId: asId('u'),
      projectId: asId('p'),
      startTime: 1,
    });
    await insertServer(tx, serverRow({ id: asId('moved'), host: asId('host-2'), vmState: 'deleted', deletedAt: 1 }));
  });
  let transactions = 0;
  const counting: Store = {
    ...store,
    read: store.read,
    transaction: <T>(work: (tx: Db) => Promise<T>) => {
      transactions += 1;
      return store.transaction(work);
    },
  };
  const rung: string[] = [];
  const meet = (guests: readonly FoundGuest[] | null, adopts = true) =>
    meetHost(
      {
        store: counting,
        clock,
        dispatcher: { ring: async ({ host }) => void rung.push(host) },
        bounds: BOUNDS,
        zone: 'nova',
        adoptFor: adopts ? { project: asId('p'), user: asId('u') } : null,
      },
      { host: asId('host-1'), offered: { hypervisorHostname: 'node-1', guests } } as unknown as Hello,
    );
  return { store, meet, rung, transactions: () => transactions };
}

describe('the guests of a hello', () => {
  it('that are known, gone elsewhere, or ours and not known, cost one look and no transaction', async () => {
    const { meet, rung, store, transactions } = await setUp();
    const before = store.queries();
    await meet([guest('lives'), guest('moved'), guest('nobodys')]);
    expect([transactions(), rung, store.queries() - before]).toEqual([0, [], 1]);
    await meet(null);
    await meet([guest('strange', false)], false);
    expect([transactions(), await findServer(store.read, 'strange')]).toEqual([0, null]);
  });

  it('that were there before become servers, and those deleted meanwhile are removed', async () => {
    const { meet, rung, store, transactions } = await setUp();
    await meet([guest('lives'), guest('strange', false), guest('deleted')]);
    expect(await findServer(store.read, 'strange')).toMatchObject({
      origin: 'adopted',
      host: 'host-1',
      node: 'node-1',
    });
    expect([rung, transactions()]).toEqual([['host-1'], 2]);
  });
});

describe('the guests of a host with nodes', () => {
  const on = (id: string, node: string, more: Partial<FoundGuest> = {}): FoundGuest => ({
    ...guest(id, false),
    node: asId(node),
    ...more,
  });

  it('become servers on their nodes', async () => {
    const { meet, store } = await setUp();
    await meet([on('metal', 'n1', { vcpus: 0, memoryMb: 0 })]);
    expect(await findServer(store.read, 'metal')).toMatchObject({
      host: 'host-1',
      node: 'n1',
      vmState: 'active',
      flavor: { id: 'adopted', vcpus: 0, ram: 0 },
    });
  });

  it('whose power is not known are not in error for that; guests elsewhere are', async () => {
    const { meet, store } = await setUp();
    await meet([on('metal', 'n1', { powerState: 0 }), { ...guest('strange', false), powerState: 0 }]);
    const stateOf = async (id: string) => (await findServer(store.read, id))?.vmState;
    expect([await stateOf('metal'), await stateOf('strange')]).toEqual(['active', 'error']);
  });

  it('that moved to another node are there, and the same again costs no transaction', async () => {
    const { meet, store, transactions } = await setUp();
    await meet([on('lives', 'n1')]);
    const moved = await findServer(store.read, 'lives');
    expect([moved?.node, moved?.origin, transactions()]).toEqual(['n1', 'created', 1]);
    await meet([on('lives', 'n1')]);
    expect([(await findServer(store.read, 'lives'))?.version, transactions()]).toEqual([moved?.version, 1]);
  });

  it('whose server is on another host are left where they are', async () => {
    const { meet, store, transactions } = await setUp();
    await store.transaction(async (tx) => {
      await insertServer(tx, serverRow({ id: asId('away'), host: asId('host-2') }));
    });
    await meet([on('away', 'n1')]);
    expect([transactions(), (await findServer(store.read, 'away'))?.node]).toEqual([0, 'host-2']);
  });

  it('are removed where their server was deleted meanwhile, on whichever node they are now', async () => {
    const { meet, rung, store } = await setUp();
    await meet([on('deleted', 'n1')]);
    expect([rung, (await findServer(store.read, 'deleted'))?.node]).toEqual([['host-1'], 'host-1']);
  });
});

describe('places of servers', () => {
  it('are by the id as it was asked for, capitals or not', async () => {
    const { store } = await setUp();
    const places = await serverPlaces(store.read, [asId('LIVES'), asId('nobodys')]);
    expect([...places]).toEqual([['LIVES', { host: 'host-1', node: 'host-1', deletedAt: null }]]);
  });
});
