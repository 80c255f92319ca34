// The orders an agent is carrying out. What a guest does meanwhile is told together with the command that is changing it: such a
// guest did not do it by itself.

import type { Order } from '../model/command.ts';
import { tasksOf } from '../model/command-tasks.ts';
import type { CommandId, ServerId } from '../model/ids.ts';
import type { Cause } from './event-turns.ts';

interface Running {
  readonly server: ServerId;
  readonly order: Order;
  done: Promise<void>;
}

/** Those of one agent. */
export class RunningOrders {
  readonly #running = new Map<CommandId, Running>();

  /** Runs `work`, which must not reject, as the work on that command. */
  run({ command, server, order }: { command: CommandId; server: ServerId; order: Order }, work: () => Promise<void>) {
    // Before it begins: its guest may act at once.
    const running: Running = { server, order, done: Promise.resolve() };
    this.#running.set(command, running);
    running.done = work().finally(() => this.#running.delete(command));
  }

  /** The command that is changing what `guest` does, if there is one. */
  causeOf(guest: ServerId): Cause {
    for (const [command, { server, order }] of this.#running) {
      if (server === guest && tasksOf(order).length > 0) return { command };
    }
    return {};
  }

  /** Resolves when all that runs now is done. */
  async idle(): Promise<void> {
    await Promise.all([...this.#running.values()].map(({ done }) => done));
  }
}
