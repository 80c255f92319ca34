// What an agent asks of its guests: how they are while they are healthy, whether they have a dump when they came back from a crash,
// where they can be reached. One door for all of it, so that a guest that is about to get an NMI is left alone by all of it.

import { join } from 'node:path';
import type { Driver, GuestEvent } from '../drivers/driver.ts';
import type { GuestReadiness } from '../model/guest-facts.ts';
import type { ServerId } from '../model/ids.ts';
import { POWER_STATE, type PowerState } from '../model/power-state.ts';
import type { EvidenceKind } from '../model/wire.ts';
import type { Clock } from '../ports/clock.ts';
import { AddressWatch } from './address-watch.ts';
import { FactsStore } from './readiness/facts-store.ts';
import { GuestLooks, type LookTimes } from './readiness/guest-looks.ts';
import { RebootLooks } from './watch/look-after-reboot.ts';
import type { Tell } from './watch/watch-deps.ts';

/** What asking needs. */
export interface GuestAskingDeps {
  readonly driver: Driver;
  readonly clock: Clock;
  readonly stateDir: string;
  readonly times: LookTimes & { readonly find: number; readonly whole: number };
  readonly tell: Tell;
  readonly onError: (what: string, error: unknown) => void;
}

/** Between two tries to look into a guest that came back, ms. */
const AGAIN_MS = 1_000;

/** All that is asked of the guests of one host. */
export class GuestAsking {
  readonly #looks: GuestLooks;
  readonly #reboots: RebootLooks | null;
  readonly #addresses: AddressWatch | null;

  /** A crash is followed for at most this long, ms. */
  readonly #wholeMs: number;

  private constructor(looks: GuestLooks, reboots: RebootLooks | null, addresses: AddressWatch | null, wholeMs: number) {
    this.#looks = looks;
    this.#reboots = reboots;
    this.#addresses = addresses;
    this.#wholeMs = wholeMs;
  }

  /** Opens what an earlier life learnt. Throws when the state folder cannot be used. */
  static async open(deps: GuestAskingDeps): Promise<GuestAsking> {
    const { driver, clock, stateDir, times, tell, onError } = deps;
    const { guestAgent: agent, followCrash: follow, readAddresses: read } = driver;
    const store = new FactsStore(join(stateDir, 'readiness'), onError);
    const looks = new GuestLooks({ agent, follow, store, clock, times, onError });
    await looks.open();
    const rebootTimes = { find: times.find, again: AGAIN_MS, bound: times.bound, whole: times.whole };
    const reboots =
      agent === undefined || follow === undefined
        ? null
        : new RebootLooks({ agent, clock, tell, times: rebootTimes, onError });
    const addresses = read === undefined ? null : new AddressWatch({ read, clock, tell, onError });
    return new GuestAsking(looks, reboots, addresses, times.whole);
  }

  /** These are all guests of the host. */
  met(guests: readonly { readonly id: ServerId; readonly powerState: PowerState }[]): void {
    const found = guests.map(({ id, powerState }) => ({ id, running: powerState === POWER_STATE.running }));
    this.#looks.met(found);
    this.#addresses?.met(found);
    for (const { id, powerState } of guests) if (powerState === POWER_STATE.running) this.#runs(id);
  }

  /** Guests cannot be watched for a while. */
  lost(): void {
    this.#looks.lost();
    this.#addresses?.lost();
  }

  /** Takes what a guest did; it was told before. */
  event(event: GuestEvent): void {
    if (event.kind === 'resumed') this.#runs(event.guest);
    this.#looks.event(event);
    this.#reboots?.event(event);
    this.#addresses?.event(event);
  }

  /** Takes what was told of a guest. */
  told(server: ServerId, kind: EvidenceKind): void {
    this.#reboots?.told(server, kind);
    if (kind === 'dazed') this.#release(server);
  }

  /**
   * An NMI is about to be noted: the guest is asked nothing any more. `latched`: it is paused, and a crash can begin only when it
   * resumes. True if it will be looked into when it is back.
   */
  asked(server: ServerId, latched: boolean): boolean {
    const known = this.#looks.known(server);
    this.#looks.hold(server);
    this.#addresses?.hold(server, this.#wholeMs);
    const looks = this.#reboots?.asked(server, known) ?? false;
    if (!latched) this.#runs(server);
    return looks;
  }

  /** The NMI went out, as far as is known, or did not. */
  ended(server: ServerId, sent: boolean): void {
    if (sent) return;
    this.#release(server);
    this.#reboots?.notSent(server);
  }

  /** Resolves when it is told where a guest that just began to run can be reached, as far as that is known within a second. */
  async located(server: ServerId): Promise<void> {
    await this.#addresses?.looked(server);
  }

  #release(server: ServerId): void {
    this.#looks.release(server);
    this.#addresses?.release(server);
  }

  /** What is known of a guest. */
  answer(server: ServerId, refresh: boolean): Promise<GuestReadiness> {
    return this.#looks.answer(server, refresh);
  }

  /** The guest runs: what may come of an NMI comes within the bound, from now. */
  #runs(server: ServerId): void {
    this.#looks.bound(server, this.#wholeMs);
    this.#reboots?.bound(server);
  }

  /** Ends all of it. */
  async stop(): Promise<void> {
    this.#reboots?.stop();
    await Promise.all([this.#looks.stop(), this.#addresses?.stop()]);
  }
}
