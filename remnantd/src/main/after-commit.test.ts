// What is counted after a commit is counted once for one that is on the disk, and not for one that was rolled back.

import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { tempDir } from '../../test/harness/temp-dir.ts';
import type { Db } from '../db/store.ts';
import { openStore } from '../db/store.ts';
import { watchCommits } from './after-commit.ts';

async function open() {
  const store = await openStore(`sqlite:${join(tempDir(), 'remnant.db')}`);
  onTestFinished(() => store.close());
  return { inner: store, ...watchCommits(store) };
}

test('it runs after the commit, in order, and not before', async () => {
  const { store, afterCommit } = await open();
  const seen: string[] = [];
  await store.transaction(async (tx) => {
    afterCommit(tx, () => seen.push('first'));
    afterCommit(tx, () => seen.push('second'));
    expect(seen).toEqual([]);
  });
  expect(seen).toEqual(['first', 'second']);
});

test('it does not run for a transaction that was rolled back', async () => {
  const { store, afterCommit } = await open();
  const seen: string[] = [];
  const failed = store.transaction(async (tx) => {
    afterCommit(tx, () => seen.push('never'));
    throw new Error('no');
  });
  await expect(failed).rejects.toThrow('no');
  expect(seen).toEqual([]);
});

test('it runs once for a transaction that was tried again', async () => {
  const { inner } = await open();
  let tries = 0;
  // As PostgreSQL does with one that lost against another.
  const transaction = async <T>(work: (tx: Db) => Promise<T>): Promise<T> => {
    await inner
      .transaction(async (tx) => {
        await work(tx);
        throw new Error('lost');
      })
      .catch(() => {});
    return inner.transaction(work);
  };
  const { store, afterCommit } = watchCommits({ ...inner, transaction });
  const seen: number[] = [];
  await store.transaction(async (tx) => {
    tries += 1;
    const mine = tries;
    afterCommit(tx, () => seen.push(mine));
  });
  expect(seen).toEqual([2]);
});

test('a transaction of another store is not taken', async () => {
  const { inner, afterCommit } = await open();
  const failed = inner.transaction(async (tx) => afterCommit(tx, () => {}));
  await expect(failed).rejects.toThrow('not a transaction of the watched store');
});
