// Runs one piece of work again and again, one at a time: every so often, and at once when told. What is told while it
// works is not forgotten: it works once more. What failed is done again soon, however rare it is otherwise.

import type { Clock } from '../ports/clock.ts';

const AGAIN_MS = 1_000;

/** A piece of work that repeats. */
export class Pump {
  readonly #clock: Clock;
  readonly #everyMs: number;
  readonly #work: (byTime: boolean) => Promise<void>;
  readonly #onError: (error: unknown) => void;
  #cancel = () => {};
  #running: Promise<void> | null = null;
  #again = false;
  #lastError = '';
  #on = false;

  /**
   * `work` is told whether it runs only because it is time to. It may throw: `onError` hears of it (once, while it fails in the
   * same way), and it runs again at its next time, or in a second.
   */
  constructor(
    clock: Clock,
    everyMs: number,
    work: (byTime: boolean) => Promise<void>,
    onError: (error: unknown) => void,
  ) {
    this.#clock = clock;
    this.#everyMs = everyMs;
    this.#work = work;
    this.#onError = onError;
  }

  /** Begins, with a first run at once. */
  start(): void {
    this.#on = true;
    this.now();
  }

  /** Runs now, or once more after the run that is going on. Before `start` and after `stop` it does nothing. */
  now(): void {
    if (!this.#on) return;
    if (this.#running === null) this.#run(false);
    else this.#again = true;
  }

  #run(byTime: boolean): void {
    this.#cancel();
    this.#again = false;
    let failed = false;
    this.#running = this.#work(byTime)
      .then(() => {
        this.#lastError = '';
      })
      .catch((error: unknown) => {
        failed = true;
        this.#tell(error);
      })
      .then(() => {
        this.#running = null;
        if (!this.#on) return;
        if (this.#again) this.now();
        // What failed stands in for whatever asked for it.
        else if (failed) this.#cancel = this.#clock.after(Math.min(AGAIN_MS, this.#everyMs), () => this.#run(false));
        else this.#cancel = this.#clock.after(this.#everyMs, () => this.#run(true));
      });
  }

  /** What fails again in the same way is told once. */
  #tell(error: unknown): void {
    const text = String(error);
    if (text !== this.#lastError) this.#onError(error);
    this.#lastError = text;
  }

  /** Runs no more. */
  stop(): void {
    this.#on = false;
    this.#cancel();
  }

  /** Resolves when the run that is going on, if any, is over. */
  async idle(): Promise<void> {
    await this.#running;
  }
}
