// Outcomes that wait until dispatch has taken what was seen before them: a dump that ends has its file by then. Not for ever: a
// command whose outcome comes too late ends as unknown, and so may one that is held where `commands.answer` was set shorter.

import type { CommandId } from '../model/ids.ts';
import type { Clock } from '../ports/clock.ts';

/** Half of what dispatch waits for an answer if it is not told otherwise, ms. */
const HELD_MS = 15_000;

/** Those of one agent. */
export class HeldOutcomes {
  readonly #clock: Pick<Clock, 'mono'>;
  readonly #since = new Map<CommandId, number>();

  constructor(clock: Pick<Clock, 'mono'>) {
    this.#clock = clock;
  }

  /** True if the outcome of `command` is to be reported now. `isTold`: dispatch has taken all that was seen before it. */
  isDue(command: CommandId, isTold: boolean): boolean {
    const now = this.#clock.mono();
    const since = this.#since.get(command) ?? now;
    this.#since.set(command, since);
    return isTold || now - since >= HELD_MS;
  }

  /** It was reported. */
  done(command: CommandId): void {
    this.#since.delete(command);
  }
}
