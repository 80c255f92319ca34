// The database as one process of several has it: from the moment the process dies, nothing of it is committed any more and
// nothing it waits for comes. It may be told to die at one of its commits.

import type { Store } from '../../src/db/store.ts';

/** Where a process may die: with its work done and not committed, or committed and told to nobody. */
export type CommitStep = 'commit:before' | 'commit:after';

/** A store whose process can die. */
export interface MortalStore extends Store {
  /** From now on nothing is committed. */
  die(): void;
  /** Dies at the `count`th time it comes to `step`, and calls `onDeath` then. */
  dieAt(step: CommitStep, count: number, onDeath: () => void): void;
}

class Died extends Error {}

/** Wraps `store`; closing the result closes `store`. */
export function mortalStore(store: Store): MortalStore {
  let dead = false;
  let fate: { readonly step: CommitStep; readonly onDeath: () => void; left: number } | null = null;
  const never = () => new Promise<never>(() => {});
  const at = (step: CommitStep) => {
    if (fate === null || fate.step !== step || dead) return;
    fate.left -= 1;
    if (fate.left > 0) return;
    dead = true;
    fate.onDeath();
  };
  return {
    ...store,
    read: store.read,
    transaction: async (work) => {
      if (dead) return never();
      try {
        const result = await store.transaction(async (tx) => {
          const done = await work(tx);
          at('commit:before');
          if (dead) throw new Died();
          return done;
        });
        at('commit:after');
        return dead ? await never() : result;
      } catch (error) {
        if (dead) return never();
        throw error;
      }
    },
    die: () => {
      dead = true;
    },
    dieAt: (step, count, onDeath) => {
      fate = { step, left: count, onDeath };
    },
  };
}
