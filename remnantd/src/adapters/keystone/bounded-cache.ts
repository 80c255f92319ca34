// A cache that forgets: each entry after its time, and the one used longest ago when there are too many. What it holds is
// never more than its size, whoever fills it.

interface Entry<V> {
  readonly value: V;
  readonly until: number;
}

/** A cache of `V` by text. */
export class BoundedCache<V> {
  readonly #size: number;
  readonly #now: () => number;
  // A Map keeps the order of insertion: the first is the one used longest ago.
  readonly #entries = new Map<string, Entry<V>>();

  /** At most `size` entries; `now` is a clock that only runs forward, ms. */
  constructor(size: number, now: () => number) {
    this.#size = size;
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
    this.#entries.delete(key);
    if (entry.until <= this.#now()) return undefined;
    this.#entries.set(key, entry);
    return entry.value;
  }

  /** Keeps `value` under `key` for `forMs`; for no time at all, it is not kept. */
  put(key: string, value: V, forMs: number): void {
    this.#entries.delete(key);
    if (forMs <= 0) return;
    this.#entries.set(key, { value, until: this.#now() + forMs });
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#size) break;
      this.#entries.delete(oldest);
    }
  }
}
