// Runs what is not part of a transaction (counting) once the transaction is on the disk, and never for one that was rolled back.

import type { Db, Store } from '../db/store.ts';

/** A store, and the way to be told of its commits. */
export interface WatchedStore {
  readonly store: Store;
  /** Runs `run` when the transaction `tx` of that store has been committed. It must not throw. */
  readonly afterCommit: (tx: Db, run: () => void) => void;
}

/** Watches the transactions of `store`: those made through the result. */
export function watchCommits(store: Store): WatchedStore {
  const waiting = new WeakMap<Db, (() => void)[]>();
  return {
    store: {
      ...store,
      transaction: async (work) => {
        let runs: (() => void)[] = [];
        const result = await store.transaction((tx) => {
          // It may be another try: what the one before it asked for was rolled back with it.
          runs = [];
          waiting.set(tx, runs);
          return work(tx);
        });
        for (const run of runs) run();
        return result;
      },
    },
    afterCommit: (tx, run) => {
      const runs = waiting.get(tx);
      if (runs === undefined) throw new Error('not a transaction of the watched store');
      runs.push(run);
    },
  };
}
