// What hosts tell, kept many at a time: each has its own row and number, and one that cannot be kept takes no other with it.

import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { tempDir } from '../../test/harness/temp-dir.ts';
import { allServices } from '../db/services.ts';
import type { Db, Store } from '../db/store.ts';
import { openStore } from '../db/store.ts';
import { DatabaseAway } from '../model/database-away.ts';
import { asId } from '../model/ids.ts';
import { Presenting } from './presenting.ts';

const names = Array.from({ length: 150 }, (_, i) => `h${i}`);
const presented = (host: string) => ({
  id: asId<never>(`id-${host}`),
  host: asId<never>(host),
  binary: 'nova-compute',
  zone: 'nova',
  at: 1,
  told: { wire: 1, life: host, calls: [], offered: {} as never },
});

/** A store that counts transactions; `run` may stand in for one of them. */
async function setUp(run: (work: () => Promise<unknown>, n: number) => Promise<unknown> = (work) => work()) {
  const store = await openStore(`sqlite:${join(tempDir(), 'remnant.db')}`);
  onTestFinished(() => store.close());
  let transactions = 0;
  const counting: Store = {
    ...store,
    read: store.read,
    transaction: <T>(work: (tx: Db) => Promise<T>) => {
      transactions += 1;
      return run(() => store.transaction(work), transactions) as Promise<T>;
    },
  };
  return { store, presenting: new Presenting(counting), transactions: () => transactions };
}

describe('hellos at once', () => {
  it('are kept in few transactions, each with a row and a number of its own', async () => {
    const { store, presenting, transactions } = await setUp();
    const rows = await Promise.all(names.map((name) => presenting.keep(presented(name))));
    expect(rows.map((row) => row.told?.life)).toEqual(names);
    expect(new Set(rows.map((row) => row.service.changed)).size).toBe(names.length);
    expect((await allServices(store.read)).map((service) => service.host).toSorted()).toEqual(names.toSorted());
    expect(transactions()).toBeLessThan(8);
  });

  it('lose none to one that cannot be kept', async () => {
    const { presenting } = await setUp();
    const bad = { ...presented('bad'), zone: null as never };
    const all = [...names.slice(0, 5), 'bad'].map((name) => presenting.keep(name === 'bad' ? bad : presented(name)));
    const ends = await Promise.allSettled(all);
    expect(ends.map((end) => end.status)).toEqual([...Array<string>(5).fill('fulfilled'), 'rejected']);
    expect((await presenting.keep(presented('later'))).service.host).toBe('later');
  });

  it('all hear that the database is away, and the next are kept when it is back', async () => {
    const { presenting } = await setUp((work, n) => (n <= 2 ? Promise.reject(new DatabaseAway('gone')) : work()));
    const ends = await Promise.allSettled(['a', 'b', 'c'].map((name) => presenting.keep(presented(name))));
    for (const end of ends) expect(end).toMatchObject({ status: 'rejected', reason: { name: 'DatabaseAway' } });
    expect((await presenting.keep(presented('a'))).service.host).toBe('a');
  });
});
