// A cache that forgets: each entry after its time, and the one used longest ago when there are too many. What it holds is
// never more than its size, whoever fills it.

import { LruMap } from '../../lib/lru-map.ts';

interface Entry<V> {
  readonly value: V;
  readonly until: number;
}

/** A cache of `V` by text. */
export class BoundedCache<V> {
  readonly #now: () => number;
  readonly #entries: LruMap<string, Entry<V>>;

  /** At most `size` entries; `now` is a clock that only runs forward, ms. */
  constructor(size: number, now: () => number) {
    this.#entries = new LruMap(size);
    this.#now = now;
  }

  /** How many entries there are, those whose time is over but that nobody asked for included. */
  get size(): number {
    return this.#entries.size;
  }

  /** The value under `key`; undefined when there is none, or its time is over. */
  get(key: string): V | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    if (entry.until > this.#now()) return entry.value;
    this.#entries.delete(key);
    return undefined;
  }

  /** Keeps `value` under `key` for `forMs`; for no time at all, it is not kept. */
  put(key: string, value: V, forMs: number): void {
    if (forMs <= 0) this.#entries.delete(key);
    else this.#entries.set(key, { value, until: this.#now() + forMs });
  }
}
