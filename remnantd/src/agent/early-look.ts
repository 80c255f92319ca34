// A look at a guest that begins when it is rung for its NMI: by the time the command is granted, what it sees is there, and the
// NMI need not wait for it.

import { ability, type Driver } from '../drivers/driver.ts';
import type { ServerId } from '../model/ids.ts';
import type { PowerState } from '../model/power-state.ts';
import type { Clock } from '../ports/clock.ts';

/** What was seen longer ago than this, ms, is looked at anew. */
const GOOD_MS = 250;

/** The last such look of one agent. */
export class EarlyLook {
  readonly #driver: Driver;
  readonly #clock: Pick<Clock, 'mono'>;
  #last: { readonly server: ServerId; readonly at: number; readonly state: Promise<PowerState> } | null = null;

  constructor(driver: Driver, clock: Pick<Clock, 'mono'>) {
    this.#driver = driver;
    this.#clock = clock;
  }

  /** Begins to look at `server`, where the driver can send it an NMI at all. */
  begin(server: ServerId): void {
    if (this.#driver.injectNmi === undefined) return;
    const state = this.#look(server);
    state.catch(() => {});
    this.#last = { server, at: this.#clock.mono(), state };
  }

  /** Something is about to be done to `server`: what was seen of it counts no more. */
  forget(server: ServerId): void {
    if (this.#last?.server === server) this.#last = null;
  }

  /** The power state of `server`, as the look sees it that began a moment ago, or one that begins now. Throws DriverFault. */
  state(server: ServerId): Promise<PowerState> {
    const last = this.#last;
    this.forget(server);
    const isGood = last?.server === server && this.#clock.mono() - last.at <= GOOD_MS;
    return isGood ? last.state : this.#look(server);
  }

  async #look(server: ServerId): Promise<PowerState> {
    return ability(this.#driver, 'injectNmi').powerState?.(server) ?? (await this.#driver.guest(server)).powerState;
  }
}
