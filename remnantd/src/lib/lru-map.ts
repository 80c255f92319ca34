// A map that never grows beyond its size: the entry unused for longest goes first. For what is remembered of clients, who
// may be anybody and any number.

/** At most `size` entries. */
export class LruMap<K, V> {
  readonly #most: number;
  // A Map keeps the order of insertion: the first is the one unused for longest.
  readonly #entries = new Map<K, V>();

  /** `most`: how many entries there may be, at least 1. */
  constructor(most: number) {
    this.#most = most;
  }

  /** How many entries there are. */
  get size(): number {
    return this.#entries.size;
  }

  /** The value of `key`, which is used by this; undefined when there is none. */
  get(key: K): V | undefined {
    const value = this.#entries.get(key);
    if (value !== undefined) {
      this.#entries.delete(key);
      this.#entries.set(key, value);
    }
    return value;
  }

  /** The value of `key`, left as unused as it was; undefined when there is none. */
  peek(key: K): V | undefined {
    return this.#entries.get(key);
  }

  /** Keeps `value` under `key`, as the one used last. */
  set(key: K, value: V): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size <= this.#most) return;
    for (const unused of this.#entries.keys()) {
      this.#entries.delete(unused);
      return;
    }
  }

  /** Forgets `key`. */
  delete(key: K): void {
    this.#entries.delete(key);
  }
}
