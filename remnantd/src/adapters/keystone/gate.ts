// Lets at most so many pieces of work run at once; more wait in line, and when the line is full they are turned away. A
// Keystone that hangs must not gather every request there is.

/** Thrown to who finds the line full. */
export class GateFull extends Error {
  override readonly name = 'GateFull';
}

/** A gate. */
export class Gate {
  readonly #atOnce: number;
  readonly #inLine: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  /** At most `atOnce` run and `inLine` wait. */
  constructor(atOnce: number, inLine: number) {
    this.#atOnce = atOnce;
    this.#inLine = inLine;
  }

  /** Runs `work` as soon as there is room, in the order of asking. Throws GateFull, and whatever `work` throws. */
  async pass<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#atOnce) {
      if (this.#waiting.length >= this.#inLine) throw new GateFull(`more than ${this.#inLine} wait already`);
      // Who is let in takes over the place of who left, so nobody can slip in between.
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else {
      this.#running += 1;
    }
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }
}
