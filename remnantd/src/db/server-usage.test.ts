// What servers take, added up by a real database: without those that are gone, and with those of an older program, which wrote
// no sizes into its rows.

import { sql } from 'kysely';
import { expect, it, onTestFinished } from 'vitest';
import { serverRow } from '../../test/harness/server-rows.ts';
import { tempDir } from '../../test/harness/temp-dir.ts';
import { testDatabase } from '../../test/harness/test-database.ts';
import type { HostName, ProjectId, UserId } from '../model/ids.ts';
import { asId } from '../model/ids.ts';
import { measureServers, usageByHost, usageOfProject } from './server-usage.ts';
import type { NewServer } from './servers.ts';
import { insertServer, patchServer } from './servers.ts';
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

const sized = (vcpus: number, ram: number, more: Partial<NewServer> = {}): NewServer =>
  serverRow({ flavor: { ...serverRow().flavor, vcpus, ram, disk: 3, ephemeral: 1 }, ...more });
const on = (host: string) => ({ host: asId<HostName>(host) });
const of = (project: string, user: string) => ({ projectId: asId<ProjectId>(project), userId: asId<UserId>(user) });

/** As an older program wrote them. */
function forgetSizes(store: Store, where: string): Promise<unknown> {
  return store.transaction((tx) =>
    tx.updateTable('servers').set({ vcpus: null, memory_mb: null, disk_gb: null }).where('name', '=', where).execute(),
  );
}

it('of each host: everything that is not deleted, whoever wrote its row', async () => {
  const store = await open();
  await store.transaction(async (tx) => {
    await insertServer(tx, sized(2, 10, on('a')));
    await insertServer(tx, sized(1, 5, { ...on('a'), name: 'old' }));
    await insertServer(tx, sized(9, 99, { ...on('a'), deletedAt: 1 }));
    await insertServer(tx, sized(4, 7, { ...on('b'), vmState: 'soft-delete' }));
    await insertServer(tx, sized(4, 7, { host: null }));
  });
  const expected = new Map([
    ['a', { servers: 2, vcpus: 3, memoryMb: 15, diskGb: 8 }],
    ['b', { servers: 1, vcpus: 4, memoryMb: 7, diskGb: 4 }],
  ]);
  expect(await usageByHost(store.read)).toEqual(expected);
  await forgetSizes(store, 'old');
  expect(await usageByHost(store.read)).toEqual(expected);
});

it('of a project, and of one user in it: what is neither deleted nor put aside to be', async () => {
  const store = await open();
  await store.transaction(async (tx) => {
    await insertServer(tx, sized(2, 10, of('p', 'ann')));
    await insertServer(tx, sized(1, 5, { ...of('p', 'bob'), name: 'old', host: null, vmState: 'error' }));
    await insertServer(tx, sized(1, 5, { ...of('p', 'ann'), vmState: 'soft-delete' }));
    await insertServer(tx, sized(1, 5, { ...of('p', 'ann'), deletedAt: 1 }));
    await insertServer(tx, sized(8, 80, of('q', 'ann')));
  });
  for (const look of ['measured', 'not measured']) {
    if (look === 'not measured') await forgetSizes(store, 'old');
    expect(await usageOfProject(store.read, 'p'), look).toMatchObject({ servers: 2, vcpus: 3, memoryMb: 15 });
    expect(await usageOfProject(store.read, 'p', 'bob'), look).toMatchObject({ servers: 1, vcpus: 1, memoryMb: 5 });
    expect(await usageOfProject(store.read, 'p', 'eve'), look).toMatchObject({ servers: 0, vcpus: 0, memoryMb: 0 });
  }
});

it('rows without sizes are measured, all of them, once; another flavor is another size', async () => {
  const store = await open();
  const rows = Array.from({ length: 101 }, () => sized(2, 10, { name: 'old' }));
  await store.transaction(async (tx) => {
    for (const row of rows) await insertServer(tx, row);
  });
  await forgetSizes(store, 'old');
  await measureServers(store);
  const left = () => store.read.selectFrom('servers').select('id').where('vcpus', 'is', null).execute();
  expect(await left()).toEqual([]);
  expect(await usageOfProject(store.read, 'a1a1a1a1')).toMatchObject({ servers: 101, vcpus: 202, memoryMb: 1010 });
  const [first] = rows;
  await store.transaction((tx) => patchServer(tx, first?.id ?? asId(''), { flavor: sized(5, 6).flavor }));
  const row = await store.read
    .selectFrom('servers')
    .select(['vcpus', 'memory_mb', 'disk_gb', sql<number>`version`.as('version')])
    .where('id', '=', first?.id ?? '')
    .executeTakeFirstOrThrow();
  // Measured, then changed.
  expect(row).toEqual({ vcpus: 5, memory_mb: 6, disk_gb: 4, version: 2 });
});
