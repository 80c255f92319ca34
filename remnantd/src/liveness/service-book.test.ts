// Services in step on every API process: over the bus at once, from the rows within the second, and while nothing changes a
// reading is one small query.

import { expect, onTestFinished, test } from 'vitest';
import { addService } from '../../test/harness/service-rows.ts';
import { tempDir } from '../../test/harness/temp-dir.ts';
import { testBus } from '../../test/harness/test-bus.ts';
import { testClock } from '../../test/harness/test-clock.ts';
import { testDatabase } from '../../test/harness/test-database.ts';
import { waitFor } from '../../test/harness/wait-for.ts';
import { allServices, patchService, presentService, removeService } from '../db/services.ts';
import { openStore } from '../db/store.ts';
import type { HostTold } from '../model/host-told.ts';
import type { HostName, ServiceId } from '../model/ids.ts';
import { asId } from '../model/ids.ts';
import { HostTable } from './host-table.ts';
import { ServiceBook } from './service-book.ts';

const ID = asId<ServiceId>('aaaaaaaa-0000-4000-8000-000000000001');
const H = asId<HostName>('h');
const TOLD = { wire: 1, life: 'l', calls: ['pause'], offered: { driver: 'sim', guests: null } } as unknown as HostTold;

async function setUp() {
  const clock = testClock();
  clock.freeze();
  const database = await testDatabase(tempDir());
  const store = await openStore(database.url);
  const bus = testBus(clock);
  const errors: unknown[] = [];
  const open = () => {
    const hosts = new HostTable(clock, 3_000);
    const onError = (_what: string, error: unknown) => errors.push(error);
    const book = new ServiceBook({ store, bus, clock, hosts, onTransitions: async () => {}, onError });
    return { hosts, book };
  };
  onTestFinished(async () => {
    clock.stop();
    await store.close();
    await database.drop();
    expect(errors).toEqual([]);
  });
  await addService(store, { id: ID, host: H });
  return { clock, store, open };
}

test('a change goes to the others over the bus, with what the host told, and so does an end', async () => {
  const { store, open } = await setUp();
  const [one, other] = [open(), open()];
  const stops = [one.book.start(), other.book.start()];
  const row = { id: ID, host: H, binary: 'nova-compute', zone: 'nova', at: 1, told: TOLD };
  const now = await store.transaction((tx) => presentService(tx, row));
  one.book.changed(now.service, now.told);
  await waitFor('the other to know', () => other.hosts.find(H)?.life === 'l');
  expect(other.hosts.find(H)).toMatchObject({ calls: ['pause'], offered: { driver: 'sim' } });
  one.book.removed(H, await store.transaction((tx) => removeService(tx, ID)));
  await waitFor('the other to know', () => other.hosts.find(H)?.service === null);
  for (const stop of stops) stop();
});

test('what no message told is in the next reading: a change, an end, and one of each', async () => {
  const { store, open } = await setUp();
  const { hosts, book } = open();
  await book.refresh();
  expect(hosts.status(H)).toBe('UNKNOWN');
  await store.transaction((tx) => patchService(tx, ID, { forcedDown: true }, 1));
  await book.refresh();
  expect(hosts.status(H)).toBe('DOWN');
  await store.transaction((tx) => removeService(tx, ID));
  const other = asId<HostName>('other');
  await addService(store, { id: 'aaaaaaaa-0000-4000-8000-000000000002', host: other });
  await book.refresh();
  expect([hosts.status(H), hosts.status(other), hosts.serviceCount]).toEqual(['', 'UNKNOWN', 1]);
});

test('a reading is one query while nothing changes', async () => {
  const { store, open } = await setUp();
  const { book } = open();
  await book.refresh();
  const before = store.queries();
  await book.refresh();
  expect(store.queries() - before).toBe(1);
});

test('what a program without the counters changed is read within half a minute', async () => {
  const { clock, store, open } = await setUp();
  const { hosts, book } = open();
  await book.refresh();
  await store.transaction((tx) => tx.updateTable('services').set({ forced_down: 1 }).where('id', '=', ID).execute());
  await book.refresh();
  expect(hosts.status(H)).toBe('UNKNOWN');
  clock.advance(30_001);
  await book.refresh();
  expect(hosts.status(H)).toBe('DOWN');
});

test('a host that tells the same again changes nothing; who forced it down first stays', async () => {
  const { store } = await setUp();
  const present = (told: HostTold) =>
    store.transaction((tx) => presentService(tx, { id: ID, host: H, binary: 'nova-compute', zone: 'x', at: 1, told }));
  const first = await present(TOLD);
  expect((await present(TOLD)).service.changed).toBe(first.service.changed);
  expect((await present({ ...TOLD, life: 'next' })).service).toMatchObject({
    changed: first.service.changed + 1,
    zone: 'nova',
  });
  const force = (forcedDown: boolean, at: number, by: string) =>
    store.transaction((tx) => patchService(tx, ID, { forcedDown }, at, asId(by)));
  await force(true, 10, 'one');
  expect(await force(true, 20, 'two')).toMatchObject({ forcedBy: 'one', forcedAt: 10 });
  expect(await force(false, 30, 'two')).toMatchObject({ forcedBy: null, forcedAt: null });
  expect(await allServices(store.read)).toHaveLength(1);
});
