// Keeps what happens to each thing in order, though some of it has to be looked up before it can be told.

/** Something to be done in its turn; one that takes time holds back all behind it. Must not throw or reject. */
export type Act = () => void | Promise<void>;

/** Lines of acts, one for each key. An act with nobody before it is done at once. */
export class Turns {
  readonly #lines = new Map<string, Act[]>();

  /** Does `act` when all that came before it under `key` is done. */
  take(key: string, act: Act): void {
    const line = this.#lines.get(key);
    if (line !== undefined) {
      line.push(act);
      return;
    }
    const lasting = act();
    if (lasting instanceof Promise) void this.#work(key, lasting);
  }

  async #work(key: string, first: Promise<void>): Promise<void> {
    const line: Act[] = [];
    this.#lines.set(key, line);
    await first;
    for (let next = line.shift(); next !== undefined; next = line.shift()) await next();
    this.#lines.delete(key);
  }
}
