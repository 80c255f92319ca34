// What the agent itself makes a guest do, so that it is not told as the guest's doing. An event that is due is taken for
// ours once; one that does not come is not waited for long.

import type { GuestEvent, GuestEventKind } from '../../drivers/driver.ts';
import type { ServerId } from '../../model/ids.ts';
import type { Clock } from '../../ports/clock.ts';

/** A hypervisor tells of what it did within this, ms. */
const DUE_MS = 10_000;

/** The events that are due. */
export class OwnDoings {
  readonly #clock: Clock;
  readonly #due = new Map<ServerId, { readonly kind: GuestEventKind; readonly until: number }[]>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** We are about to do what will be told as `kinds`. */
  expect(server: ServerId, ...kinds: readonly GuestEventKind[]): void {
    const until = this.#clock.mono() + DUE_MS;
    this.#due.set(server, [...(this.#due.get(server) ?? []), ...kinds.map((kind) => ({ kind, until }))]);
  }

  /** True if `event` is one of those; it is taken off. */
  take({ guest, kind }: GuestEvent): boolean {
    const now = this.#clock.mono();
    const due = (this.#due.get(guest) ?? []).filter((one) => one.until > now);
    const at = due.findIndex((one) => one.kind === kind);
    if (at >= 0) due.splice(at, 1);
    if (due.length === 0) this.#due.delete(guest);
    else this.#due.set(guest, due);
    return at >= 0;
  }
}
