// Keeps what hosts tell in their hellos, many in one transaction: every one takes the same counter, so that ten thousand
// transactions at once, of a cloud that starts anew, would mostly lose against each other.

import type { PresentedService, ToldService } from '../db/services.ts';
import { presentService } from '../db/services.ts';
import type { Store } from '../db/store.ts';
import { DatabaseAway } from '../model/database-away.ts';

interface Waiting {
  readonly service: PresentedService;
  readonly kept: (row: ToldService) => void;
  readonly failed: (error: unknown) => void;
}

/** So many are kept together at most: others wait for the counter meanwhile. */
const BATCH = 64;

/** One per process. */
export class Presenting {
  readonly #store: Store;
  readonly #waiting: Waiting[] = [];
  #busy = false;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Resolves with the row once it is committed; throws what kept it from that. */
  keep(service: PresentedService): Promise<ToldService> {
    return new Promise((kept, failed) => {
      this.#waiting.push({ service, kept, failed });
      if (!this.#busy) void this.#work();
    });
  }

  async #work(): Promise<void> {
    this.#busy = true;
    while (this.#waiting.length > 0) {
      // One batch after the other: those that come meanwhile make up the next.
      // oxlint-disable-next-line no-await-in-loop
      await this.#commit(this.#waiting.splice(0, BATCH));
    }
    this.#busy = false;
  }

  async #commit(batch: readonly Waiting[]): Promise<void> {
    try {
      const rows = await this.#store.transaction(async (tx) => {
        const done: ToldService[] = [];
        for (const { service } of batch) done.push(await presentService(tx, service));
        return done;
      });
      for (const [i, row] of rows.entries()) batch[i]?.kept(row);
    } catch (error) {
      if (batch.length === 1 || error instanceof DatabaseAway) {
        for (const one of batch) one.failed(error);
        return;
      }
      // One of them may be what cannot be kept: the others must not be lost with it.
      for (const one of batch) await this.#commit([one]);
    }
  }
}
