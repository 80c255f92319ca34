// When this process did not reach its bus, so that a command that no host took can say so.

import type { Bus, Unsubscribe } from '../ports/bus.ts';
import type { Clock } from '../ports/clock.ts';
import type { Stretch } from './command-time.ts';

/** More than a bound of a command can hold without being away for most of it. */
const KEPT = 100;

/** The outages of one bus. */
export class BusOutages {
  readonly #bus: Bus;
  readonly #clock: Clock;
  #over: Stretch[] = [];
  #awaySince: number | null = null;

  constructor(bus: Bus, clock: Clock) {
    this.#bus = bus;
    this.#clock = clock;
  }

  /** Begins to take note. */
  start(): Unsubscribe {
    const take = ({ up, since }: { readonly up: boolean; readonly since: number }) => {
      if (!up) this.#awaySince ??= since;
      else if (this.#awaySince !== null) {
        this.#over = [...this.#over, { from: this.#awaySince, to: since }].slice(-KEPT);
        this.#awaySince = null;
      }
    };
    take(this.#bus.connection());
    return this.#bus.onConnection(take);
  }

  /** For how long of that stretch the bus was not reached, ms. */
  within({ from, to }: Stretch): number {
    const all = [...this.#over];
    if (this.#awaySince !== null) all.push({ from: this.#awaySince, to: this.#clock.mono() });
    const within = all.map((one) => Math.max(0, Math.min(one.to, to) - Math.max(one.from, from)));
    return within.reduce((sum, one) => sum + one, 0);
  }
}
