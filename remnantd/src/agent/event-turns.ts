// Keeps what guests do in the order in which it is to be told, where one thing has to wait for another: what a guest said before
// it rebooted is told before its reboot, whichever was heard first.

import type { GuestEvent, GuestEventKind } from '../drivers/driver.ts';
import type { CommandId, ServerId } from '../model/ids.ts';

/** After these nothing more is heard of what the guest was. */
const ENDS: ReadonlySet<GuestEventKind> = new Set(['rebooted', 'stopped', 'undefined']);

/** The command that was at work on a guest when it did something: it need not have done that by itself. */
export interface Cause {
  readonly command?: CommandId;
}
type Take = (event: GuestEvent, cause: Cause) => void;

/** The turns of one host's guests. */
export class EventTurns {
  readonly #heardOut: (server: ServerId) => Promise<void> | null;
  readonly #take: Take;
  readonly #lines = new Map<ServerId, Promise<void>>();

  /** `heardOut`: when all that a guest said is told; null when nothing is under way. `take` must not throw. */
  constructor(heardOut: (server: ServerId) => Promise<void> | null, take: Take) {
    this.#heardOut = heardOut;
    this.#take = take;
  }

  /** Has `event` taken: at once where nothing is to be waited for. */
  event(event: GuestEvent, cause: Cause = {}): void {
    const { guest, kind } = event;
    const before = this.#lines.get(guest);
    const wait = () => (ENDS.has(kind) ? this.#heardOut(guest) : null);
    const first = before ?? wait();
    if (first === null) {
      this.#take(event, cause);
      return;
    }
    const mine = first
      .then(() => (before === undefined ? null : wait()))
      .then(() => this.#take(event, cause))
      .finally(() => {
        if (this.#lines.get(guest) === mine) this.#lines.delete(guest);
      });
    this.#lines.set(guest, mine);
  }

  /** Resolves when all that came so far was taken. */
  async idle(): Promise<void> {
    await Promise.all(this.#lines.values());
  }
}
