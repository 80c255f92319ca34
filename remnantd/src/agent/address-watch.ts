// Where the guests of a host can be reached: asked of the driver when a guest begins to run, again and again until it has an
// address, and then once a minute; told when it is another than before. One guest is asked at a time. A guest that is about to
// get an NMI is not asked, nor is one on no network.

import type { GuestEvent, GuestEventKind } from '../drivers/driver.ts';
import { DriverFault } from '../drivers/driver.ts';
import type { GuestAddress, ReadAddresses } from '../drivers/guest-view.ts';
import type { ServerId } from '../model/ids.ts';
import type { ServerAddress } from '../model/server.ts';
import type { Clock } from '../ports/clock.ts';
import type { Tell } from './watch/watch-deps.ts';

/** What watching needs. */
export interface AddressWatchDeps {
  readonly read: ReadAddresses;
  readonly clock: Pick<Clock, 'after'>;
  readonly tell: Tell;
  readonly onError: (what: string, error: unknown) => void;
}

/** The least time between two looks at a guest, and the longest, ms. */
const FIRST_MS = 1_000;
const LONGEST_MS = 60_000;
/** Who waits for a look waits no longer, ms. */
const LOOKED_MS = 1_000;

/** A guest runs from here on, as far as its network goes; and it does not. */
const BEGINS: ReadonlySet<GuestEventKind> = new Set(['started', 'resumed', 'rebooted']);
const ENDS: ReadonlySet<GuestEventKind> = new Set(['stopped', 'undefined', 'panicked']);

interface Watched {
  waitMs: number;
  cancel: () => void;
  /** The look that is under way, or the last one. */
  look: Promise<void>;
}

/** The watch over the guests of one host. */
export class AddressWatch {
  readonly #deps: AddressWatchDeps;
  readonly #watched = new Map<ServerId, Watched>();
  /** What was told of a guest last. */
  readonly #told = new Map<ServerId, string>();
  /** Who is not asked now, and the end of that. */
  readonly #held = new Map<ServerId, () => void>();
  #line: Promise<void> = Promise.resolve();

  constructor(deps: AddressWatchDeps) {
    this.#deps = deps;
  }

  /** These are all guests of the host. */
  met(guests: readonly { readonly id: ServerId; readonly running: boolean }[]): void {
    this.lost();
    const there = new Set(guests.map(({ id }) => id));
    for (const id of this.#told.keys()) if (!there.has(id)) this.#told.delete(id);
    for (const { id, running } of guests) if (running) this.#later(id, this.#begin(id));
  }

  /** Guests cannot be asked for a while. */
  lost(): void {
    for (const { cancel } of this.#watched.values()) cancel();
    this.#watched.clear();
  }

  /** Takes what a guest did. */
  event({ guest, kind }: GuestEvent): void {
    if (kind === 'undefined') this.#told.delete(guest);
    if (ENDS.has(kind)) this.#end(guest);
    if (!BEGINS.has(kind)) return;
    // One that was paused may meet its NMI right now.
    if (kind !== 'resumed') this.release(guest);
    this.#ask(guest, this.#begin(guest));
  }

  /** Resolves when a look at `guest` that is under way is over, and told; after a second at the latest. */
  async looked(guest: ServerId): Promise<void> {
    const look = this.#watched.get(guest)?.look;
    if (look !== undefined) await this.#atMost(look);
  }

  /** The guest is asked nothing until it boots anew, is released, or `mostMs` are over. */
  hold(guest: ServerId, mostMs: number): void {
    this.release(guest);
    this.#held.set(
      guest,
      this.#deps.clock.after(mostMs, () => this.release(guest)),
    );
  }

  /** The guest may be asked again. */
  release(guest: ServerId): void {
    this.#held.get(guest)?.();
    this.#held.delete(guest);
  }

  /** Ends it; resolves when nobody is being asked, or who is does not answer. */
  async stop(): Promise<void> {
    this.lost();
    for (const guest of this.#held.keys()) this.release(guest);
    await this.#atMost(this.#line);
  }

  async #atMost(look: Promise<void>): Promise<void> {
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const cancel = this.#deps.clock.after(LOOKED_MS, resolve);
    await Promise.race([look, late]).finally(() => cancel());
  }

  #begin(guest: ServerId): Watched {
    this.#end(guest);
    const watched: Watched = { waitMs: FIRST_MS, cancel: () => {}, look: Promise.resolve() };
    this.#watched.set(guest, watched);
    return watched;
  }

  #end(guest: ServerId): void {
    this.#watched.get(guest)?.cancel();
    this.#watched.delete(guest);
  }

  #later(guest: ServerId, watched: Watched): void {
    watched.cancel = this.#deps.clock.after(watched.waitMs, () => this.#ask(guest, watched));
    watched.waitMs = Math.min(LONGEST_MS, watched.waitMs * 2);
  }

  #ask(guest: ServerId, watched: Watched): void {
    watched.look = this.#line.then(() => this.#look(guest, watched));
    this.#line = watched.look;
  }

  async #look(guest: ServerId, watched: Watched): Promise<void> {
    const isOver = () => this.#watched.get(guest) !== watched;
    if (isOver()) return;
    const found = this.#held.has(guest) ? [] : await this.#read(guest);
    if (isOver()) return;
    if (found === null) return this.#end(guest);
    this.#take(guest, found);
    if (found.length > 0) watched.waitMs = LONGEST_MS;
    this.#later(guest, watched);
  }

  /** None where that is not known now; null where there is no such guest, or it is on no network. */
  async #read(guest: ServerId): Promise<readonly GuestAddress[] | null> {
    try {
      return await this.#deps.read.addresses(guest);
    } catch (error) {
      if (!(error instanceof DriverFault)) this.#deps.onError(`addresses of ${guest}`, error);
      else if (error.code === 'not-found') return null;
      return [];
    }
  }

  #take(guest: ServerId, found: readonly GuestAddress[]): void {
    // One that lost its address is as good as one that has not told its new one.
    if (found.length === 0) return;
    const addresses: Record<string, ServerAddress[]> = {};
    for (const { network, version, addr, mac } of found) {
      (addresses[network] ??= []).push({ version, addr, type: 'fixed', mac });
    }
    const text = JSON.stringify(addresses);
    if (this.#told.get(guest) === text) return;
    this.#told.set(guest, text);
    this.#deps.tell(guest, 'addresses', found.map(({ addr }) => addr).join(', '), { addresses });
  }
}
