// The keys of requests that made a change. A key is written in the transaction of the change (`recordChange`): so whoever finds
// it knows that the change was made, and whoever does not knows that it was not, whichever process died in between.

import { findKey, forgetKeys } from '../../db/idempotency-keys.ts';
import type { Store } from '../../db/store.ts';
import type { FirstRequest, OnceKey } from '../../model/once-key.ts';
import { KEY_KNOWN_MS } from '../../model/once-key.ts';
import type { Clock } from '../../ports/clock.ts';

/** What is known of requests with a key. */
export class KnownKeys {
  readonly #store: Store;
  readonly #clock: Clock;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** The request that made the change of this key; null for a new key, or one of a request that was refused. */
  async find(key: OnceKey): Promise<FirstRequest | null> {
    const found = await findKey(this.#store.read, key);
    if (found === null) return null;
    if (found.at >= this.#oldest()) return found;
    // Too old to be repeated: it must not be in the way of the new one.
    await this.forget();
    return null;
  }

  /** Forgets what is too old to be repeated. */
  async forget(): Promise<void> {
    await this.#store.transaction((tx) => forgetKeys(tx, this.#oldest()));
  }

  #oldest(): number {
    return this.#clock.wall() - KEY_KNOWN_MS;
  }
}
