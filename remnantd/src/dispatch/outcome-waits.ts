// Who waits for the outcome of a command, whichever process records it. They are told at once where that is this process, by a
// word over the bus where it is another; and as a word may be lost, the row is looked at as well.

import { findCommand } from '../db/commands.ts';
import type { Store } from '../db/store.ts';
import type { Outcome } from '../model/command.ts';
import type { CommandId } from '../model/ids.ts';
import { SUBJECT } from '../model/wire.ts';
import type { Bus, Unsubscribe } from '../ports/bus.ts';
import type { Clock } from '../ports/clock.ts';
import { repeat } from '../ports/repeat.ts';

/** What waiting needs. */
export interface WaitDeps {
  readonly store: Store;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly onError: (what: string, error: unknown) => void;
}

const LOOK_MS = 250;

/** Those who wait in this process. */
export class OutcomeWaits {
  readonly #deps: WaitDeps;
  readonly #waiting = new Map<CommandId, Set<(outcome: Outcome) => void>>();

  constructor(deps: WaitDeps) {
    this.#deps = deps;
  }

  /** Begins to listen; the result ends it. */
  start(): Unsubscribe {
    const { bus, clock, onError } = this.#deps;
    const failed = (error: unknown) => onError('looking for an outcome', error);
    const deaf = bus.subscribe(SUBJECT.settled, (message) => {
      const { command } = message as { readonly command: CommandId };
      this.#look(command).catch(failed);
    });
    const blind = repeat(clock, LOOK_MS, () => this.#lookAtAll(), failed);
    return () => {
      deaf();
      blind();
    };
  }

  /** The outcome of a command, waited for at most `timeoutMs`; null if there is none by then, or none that can be read. */
  async wait(id: CommandId, timeoutMs: number): Promise<Outcome | null> {
    const told = new Promise<Outcome | null>((resolve) => {
      const waiters = this.#waiting.get(id) ?? new Set();
      this.#waiting.set(id, waiters);
      const cancel = this.#deps.clock.after(timeoutMs, () => {
        waiters.delete(take);
        if (waiters.size === 0) this.#waiting.delete(id);
        resolve(null);
      });
      const take = (outcome: Outcome) => {
        cancel();
        resolve(outcome);
      };
      waiters.add(take);
    });
    // It may have ended before we began to wait. A database that is away now may be back in time.
    await this.#look(id).catch((error: unknown) => this.#deps.onError('looking for an outcome', error));
    return told;
  }

  /** A command was ended by this process: tells who waits here, and every other process. */
  ended(id: CommandId, outcome: Outcome): void {
    this.#tell(id, outcome);
    this.#deps.bus.publish(SUBJECT.settled, { command: id });
  }

  async #lookAtAll(): Promise<void> {
    for (const id of this.#waiting.keys()) await this.#look(id);
  }

  async #look(id: CommandId): Promise<void> {
    if (!this.#waiting.has(id)) return;
    const command = await findCommand(this.#deps.store.read, id);
    if (command?.outcome != null) this.#tell(id, command.outcome);
  }

  #tell(id: CommandId, outcome: Outcome): void {
    const waiters = this.#waiting.get(id);
    this.#waiting.delete(id);
    for (const take of waiters ?? []) take(outcome);
  }
}
