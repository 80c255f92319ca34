// Whether Keystone answers, as far as the last answers show: what a readiness page says, and one line for the log when it
// changes. A problem is looked after until it is gone, whether requests come or not.

import type { Clock } from '../../ports/clock.ts';

/** What it needs. */
export interface HealthDeps {
  readonly clock: Pick<Clock, 'after'>;
  /** Asks Keystone for something; throws while it does not work. */
  readonly probe: () => Promise<unknown>;
  /** Told when the problem changes; null: it works. */
  readonly onChange: (problem: string | null) => void;
}

/** How long after a failure Keystone is tried again, ms. */
const PROBE_MS = 5_000;

/** The state of the connection to Keystone. */
export class Health {
  readonly #deps: HealthDeps;
  #problem: string | null;
  #cancel: (() => void) | null = null;
  #closed = false;

  /** Begins with `problem`: nothing is known to work yet. */
  constructor(deps: HealthDeps, problem: string) {
    this.#deps = deps;
    this.#problem = problem;
  }

  /** What is wrong; null when nothing is known to be. */
  get problem(): string | null {
    return this.#problem;
  }

  /** Keystone answered as it should. */
  good(): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#set(null);
  }

  /** It did not; a probe follows. */
  bad(problem: string): void {
    this.#set(problem);
    if (this.#closed || this.#cancel !== null) return;
    this.#cancel = this.#deps.clock.after(PROBE_MS, () => {
      this.#cancel = null;
      this.look();
    });
  }

  /** Probes now; what comes of it shows in `problem`. */
  look(): void {
    this.#deps.probe().then(
      () => this.good(),
      (error: unknown) => this.bad(error instanceof Error ? error.message : String(error)),
    );
  }

  close(): void {
    this.#closed = true;
    this.#cancel?.();
  }

  #set(problem: string | null): void {
    if (problem === this.#problem || this.#closed) return;
    this.#problem = problem;
    this.#deps.onChange(problem);
  }
}
