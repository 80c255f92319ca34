// Lets only so many things happen at once, and of one key only one. Who waits is served in the order of coming.

interface Waiting {
  readonly key: string;
  readonly go: () => void;
}

/** Room for `most` things at a time. */
export class Slots {
  #free: number;
  readonly #busy = new Set<string>();
  readonly #waiting: Waiting[] = [];

  constructor(most: number) {
    this.#free = most;
  }

  /** Does `work` when there is room for `key`, and gives what it gives. Rejects, without doing it, when `over` comes first. */
  async take<T>(key: string, over: AbortSignal, work: () => Promise<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiting = { key, go: resolve };
    const leave = () => {
      const at = this.#waiting.indexOf(waiting);
      if (at < 0) return;
      this.#waiting.splice(at, 1);
      reject(new Error('its turn did not come in time'));
    };
    this.#waiting.push(waiting);
    over.addEventListener('abort', leave, { once: true });
    if (over.aborted) leave();
    this.#next();
    try {
      await promise;
    } finally {
      over.removeEventListener('abort', leave);
    }
    try {
      return await work();
    } finally {
      this.#free += 1;
      this.#busy.delete(key);
      this.#next();
    }
  }

  #next(): void {
    for (let at = 0; at < this.#waiting.length && this.#free > 0; ) {
      const waiting = this.#waiting[at];
      if (waiting === undefined || this.#busy.has(waiting.key)) {
        at += 1;
        continue;
      }
      this.#waiting.splice(at, 1);
      this.#free -= 1;
      this.#busy.add(waiting.key);
      waiting.go();
    }
  }
}
