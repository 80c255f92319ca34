// Servers on a real database: what is written is read, field by field, and a patch changes what it names alone.

import { describe, expect, it, onTestFinished } from 'vitest';
import { serverRow } from '../../test/harness/server-rows.ts';
import { tempDir } from '../../test/harness/temp-dir.ts';
import { testDatabase } from '../../test/harness/test-database.ts';
import type { HostName } from '../model/ids.ts';
import { asId } from '../model/ids.ts';
import type { NewServer } from './servers.ts';
import { countServersOn, findServer, insertServer, patchServer } from './servers.ts';
import type { Store } from './store.ts';
import { openStore } from './store.ts';

async function open(): Promise<Store> {
  const database = await testDatabase(tempDir());
  const store = await openStore(database.url);
  onTestFinished(async () => {
    await store.close();
    await database.drop();
  });
  return store;
}

/** A server of which every field that can be null or a list is set, and none to its usual value. */
const FULL: Partial<NewServer> = {
  description: 'Ünïcode, "quotes" and\nlines',
  taskState: 'pausing',
  powerState: 6,
  progress: 42,
  lockedBy: 'admin',
  lockedReason: 'because',
  metadata: { a: '1', __proto__x: '' },
  tags: ['x', 'y z'],
  addresses: { net: [{ version: 6, addr: '::1', type: 'fixed', mac: '00:11' }] },
  accessIpV4: '1.2.3.4',
  accessIpV6: '::2',
  configDrive: true,
  diskConfig: 'AUTO',
  keyName: 'key',
  userData: 'ZGF0YQ==',
  securityGroups: ['a', 'b'],
  launchIndex: 3,
  kernelId: 'k',
  ramdiskId: 'r',
  fault: { code: 500, message: 'm', details: null, created: 7 },
  origin: 'adopted',
  terminatedAt: 8,
  deletedAt: 9,
};
const EMPTY: Partial<NewServer> = {
  host: null,
  node: null,
  imageId: null,
  availabilityZone: null,
  rootDeviceName: null,
  launchedAt: null,
  securityGroups: [],
};

describe('a server', () => {
  it.each([
    ['an ordinary one', {}],
    ['a full one', FULL],
    ['an empty one', EMPTY],
  ])('%s comes back as it was', async (_, more) => {
    const store = await open();
    const row = serverRow(more);
    const inserted = await store.transaction((tx) => insertServer(tx, row));
    expect(inserted).toEqual({ ...row, seq: 1, version: 0 });
    expect(await findServer(store.read, row.id)).toEqual(inserted);
  });

  it('has its id once, and is null when it never was', async () => {
    const store = await open();
    const row = serverRow();
    await store.transaction((tx) => insertServer(tx, row));
    await expect(store.transaction((tx) => insertServer(tx, row))).rejects.toThrow(/unique/i);
    expect(await findServer(store.read, 'nothing')).toBeNull();
  });

  it('is changed field by field, and in nothing else but its version', async () => {
    const store = await open();
    const before = await store.transaction((tx) => insertServer(tx, serverRow(EMPTY)));
    const other = await store.transaction((tx) => insertServer(tx, serverRow()));
    const { origin: _, ...patch } = FULL;
    let now = before;
    for (const [key, value] of Object.entries(patch)) {
      await store.transaction((tx) => patchServer(tx, before.id, { [key]: value }));
      now = { ...now, [key]: value, version: now.version + 1 };
      expect(await findServer(store.read, before.id)).toEqual(now);
    }
    const flavor = { ...before.flavor, id: '2', ram: 64 };
    await store.transaction((tx) => patchServer(tx, before.id, { flavor, fault: null, lockedBy: null, keyName: null }));
    expect(await findServer(store.read, before.id)).toEqual({
      ...now,
      flavor,
      fault: null,
      lockedBy: null,
      keyName: null,
      version: now.version + 1,
    });
    expect(await findServer(store.read, other.id)).toEqual(other);
  });

  it('is not there when its transaction throws', async () => {
    const store = await open();
    const row = serverRow();
    const failed = store.transaction(async (tx) => {
      await insertServer(tx, row);
      throw new Error('no');
    });
    await expect(failed).rejects.toThrow('no');
    expect(await findServer(store.read, row.id)).toBeNull();
  });
});

it('servers of a host are counted without deleted ones', async () => {
  const store = await open();
  const on = (host: string | null, deletedAt: number | null = null) =>
    serverRow({ host: host === null ? null : asId<HostName>(host), deletedAt });
  await store.transaction(async (tx) => {
    for (const row of [on('a'), on('a'), on('a', 1), on('b'), on(null)]) await insertServer(tx, row);
  });
  expect(await countServersOn(store.read, asId('a'))).toBe(2);
  expect(await countServersOn(store.read, asId('c'))).toBe(0);
});
