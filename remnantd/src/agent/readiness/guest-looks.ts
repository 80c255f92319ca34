// Learns of guests while they are healthy: soon after each boot, and from time to time, a few at a time. A guest that is
// followed through a crash is left alone; a look that is under way when an NMI is noted is called off, and nobody waits for it.

import type { FollowCrash, GuestAgent, GuestEvent } from '../../drivers/driver.ts';
import { DriverFault, GuestAgentFault } from '../../drivers/driver.ts';
import type { GuestFacts, GuestReadiness, LookTrouble } from '../../model/guest-facts.ts';
import type { ServerId } from '../../model/ids.ts';
import type { Clock } from '../../ports/clock.ts';
import type { FactsStore, Learnt } from './facts-store.ts';
import { lookAtGuest } from './look-at-guest.ts';

/** Times, in ms. */
export interface LookTimes {
  /** Between two looks at a guest that answers. */
  readonly every: number;
  /** From a boot to the first look; a guest that does not answer is tried again after twice as long, and so on. */
  readonly first: number;
  /** For each thing that a guest is asked. */
  readonly bound: number;
  /** How long somebody who asks for a look now waits for it. */
  readonly refresh: number;
}

/** Times that suit real guests. */
export const LOOK_TIMES: LookTimes = { every: 600_000, first: 5_000, bound: 10_000, refresh: 9_000 };

/** What looking needs. */
export interface GuestLooksDeps {
  readonly agent: GuestAgent | undefined;
  readonly follow: FollowCrash | undefined;
  readonly store: FactsStore;
  readonly clock: Clock;
  readonly times: LookTimes;
  /** Never told what a guest said. */
  readonly onError: (what: string, error: unknown) => void;
}

const AT_ONCE = 2;

interface Guest {
  learnt: Learnt | null;
  /** True if it may have booted unseen since it was learnt. */
  unwatched: boolean;
  trouble: { readonly what: LookTrouble; readonly at: number } | null;
  /** A crash of it is followed. */
  held: boolean;
  /** Until the next try, while it does not answer. */
  retry: number;
  cancel: () => void;
  look: { readonly stop: AbortController; readonly done: Promise<void> } | null;
}

/** The looks of one host. */
export class GuestLooks {
  readonly #deps: GuestLooksDeps;
  readonly #guests = new Map<ServerId, Guest>();
  #waiting: ServerId[] = [];
  #looking = 0;
  #stopped = false;

  constructor(deps: GuestLooksDeps) {
    this.#deps = deps;
  }

  /** Takes up what an earlier life learnt. Throws the system's error. */
  async open(): Promise<void> {
    for (const [server, learnt] of await this.#deps.store.load())
      Object.assign(this.#guest(server), { learnt, unwatched: true });
  }

  /** These are all guests of the host, and whether they run: the ones that are not there any more are forgotten. */
  met(guests: readonly { readonly id: ServerId; readonly running: boolean }[]): void {
    const here = new Set(guests.map(({ id }) => id));
    for (const server of this.#guests.keys()) if (!here.has(server)) this.#forget(server);
    for (const { id, running } of guests) if (running) this.#plan(id, this.#deps.times.first);
  }

  /** Guests cannot be watched for a while: what was learnt of them may be of an earlier boot. */
  lost(): void {
    for (const guest of this.#guests.values()) guest.unwatched = true;
  }

  /** Takes what a guest did. */
  event({ guest: server, kind }: GuestEvent): void {
    if (kind === 'undefined') this.#forget(server);
    if (kind === 'started' || kind === 'rebooted' || kind === 'stopped') this.#booted(server);
    if (kind === 'stopped') this.#guest(server).cancel();
    if (kind === 'started' || kind === 'rebooted' || kind === 'resumed') this.#plan(server, this.#deps.times.first);
  }

  /** An NMI is about to be sent to this guest: it is not asked until `release`, its next boot, or the end of its `bound`. */
  hold(server: ServerId): void {
    const guest = this.#guest(server);
    guest.held = true;
    guest.cancel();
    guest.look?.stop.abort();
  }

  /** A guest that is held is so for at most `mostMs` from now. */
  bound(server: ServerId, mostMs: number): void {
    const guest = this.#guests.get(server);
    if (guest?.held !== true) return;
    guest.cancel();
    guest.cancel = this.#deps.clock.after(mostMs, () => this.release(server));
  }

  /** Nothing came of the NMI. */
  release(server: ServerId): void {
    const guest = this.#guests.get(server);
    if (guest?.held !== true) return;
    guest.held = false;
    this.#plan(server, this.#deps.times.first);
  }

  /** What was learnt of a guest for certain since it booted; null for one that was not looked at since. */
  known(server: ServerId): GuestFacts | null {
    const guest = this.#guests.get(server);
    if (guest?.learnt == null || guest.learnt.stale || guest.unwatched) return null;
    return guest.learnt.facts;
  }

  /** What is known, after a look now if it is wanted; a guest that does not answer in time gives what was known before. */
  async answer(server: ServerId, refresh: boolean): Promise<GuestReadiness> {
    const { agent, clock, times } = this.#deps;
    if (refresh && agent !== undefined && !this.#stopped) await within(clock, times.refresh, this.#lookNow(server));
    const sight = await this.#sight(server);
    const guest = this.#guests.get(server);
    const age = (at: number) => Math.max(0, clock.wall() - at);
    const { learnt = null, trouble = null, unwatched = false } = guest ?? {};
    return {
      sight,
      asks: agent !== undefined,
      learnt: learnt && {
        facts: { ...learnt.facts, dumps: null },
        ageMs: age(learnt.at),
        stale: learnt.stale,
        unwatched,
      },
      trouble: trouble && { what: trouble.what, ageMs: age(trouble.at) },
      busy: guest?.held ?? false,
    };
  }

  /** Calls off all looks. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#waiting = [];
    const looks = [...this.#guests.values()].map((guest) => {
      guest.cancel();
      guest.look?.stop.abort();
      return guest.look?.done ?? Promise.resolve();
    });
    await Promise.all(looks);
    await this.#deps.store.settled();
  }

  #guest(server: ServerId): Guest {
    const known = this.#guests.get(server);
    if (known !== undefined) return known;
    const retry = this.#deps.times.first;
    const guest: Guest = {
      learnt: null,
      unwatched: false,
      trouble: null,
      held: false,
      retry,
      cancel: () => {},
      look: null,
    };
    this.#guests.set(server, guest);
    return guest;
  }

  #booted(server: ServerId): void {
    const guest = this.#guest(server);
    guest.held = false;
    guest.trouble = null;
    guest.retry = this.#deps.times.first;
    guest.look?.stop.abort();
    if (guest.learnt === null || guest.learnt.stale) return;
    guest.learnt = { ...guest.learnt, stale: true };
    this.#deps.store.put(server, guest.learnt);
  }

  #forget(server: ServerId): void {
    const guest = this.#guests.get(server);
    guest?.cancel();
    guest?.look?.stop.abort();
    this.#guests.delete(server);
    this.#waiting = this.#waiting.filter((other) => other !== server);
    this.#deps.store.forget(server);
  }

  #plan(server: ServerId, ms: number): void {
    const guest = this.#guest(server);
    if (guest.held) return;
    guest.cancel();
    if (this.#stopped || this.#deps.agent === undefined) return;
    guest.cancel = this.#deps.clock.after(ms, () => {
      if (!this.#waiting.includes(server)) this.#waiting.push(server);
      this.#next();
    });
  }

  #next(): void {
    while (this.#looking < AT_ONCE && !this.#stopped) {
      const server = this.#waiting.shift();
      if (server === undefined) return;
      this.#looking += 1;
      void this.#lookNow(server).then(() => {
        this.#looking -= 1;
        this.#next();
      });
    }
  }

  /** Looks, or waits for the look that is under way. Never rejects. */
  #lookNow(server: ServerId): Promise<void> {
    const guest = this.#guest(server);
    if (guest.held) return Promise.resolve();
    guest.look ??= this.#begin(server, guest);
    return guest.look.done;
  }

  #begin(server: ServerId, guest: Guest): NonNullable<Guest['look']> {
    const stop = new AbortController();
    const done = this.#look(server, guest, stop.signal)
      .catch((error: unknown) => this.#deps.onError('looking at a guest', error))
      .finally(() => {
        guest.look = null;
        // One that was called off gave nothing; where it is not held, the next is due.
        if (stop.signal.aborted && this.#guests.get(server) === guest) this.#plan(server, this.#deps.times.first);
      });
    return { stop, done };
  }

  async #look(server: ServerId, guest: Guest, signal: AbortSignal): Promise<void> {
    const { agent, clock, times, store } = this.#deps;
    if (agent === undefined) return;
    try {
      const facts = await lookAtGuest(agent, server, { boundMs: times.bound, signal });
      if (signal.aborted) return;
      guest.learnt = { facts, at: clock.wall(), stale: false };
      guest.unwatched = false;
      guest.trouble = null;
      guest.retry = times.first;
      store.put(server, guest.learnt);
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof DriverFault)) throw error;
      if (error.code === 'not-found') return this.#forget(server);
      guest.trouble = { what: troubleOf(error), at: clock.wall() };
      guest.retry = Math.min(guest.retry * 2, times.every);
    }
    // One that is off is looked at when it is on again.
    if (this.#guests.get(server) !== guest || guest.trouble?.what === 'not-running') return;
    this.#plan(server, guest.trouble === null ? this.#every(server) : guest.retry);
  }

  /** Guests that booted together are not looked at together for ever: up to a tenth earlier, by their ids. */
  #every(server: ServerId): number {
    const part = Number.parseInt(server.replaceAll('-', '').slice(-6), 16) / 0xffffff;
    return this.#deps.times.every * (1 - 0.1 * (Number.isFinite(part) ? part : 0));
  }

  async #sight(server: ServerId): Promise<readonly string[] | null> {
    const { follow, clock } = this.#deps;
    if (follow === undefined) return null;
    return (
      (await within(
        clock,
        SIGHT_MS,
        follow.sight(server).catch(() => null),
      )) ?? null
    );
  }
}

/** The hypervisor answers in a millisecond, or has other troubles. */
const SIGHT_MS = 500;

function troubleOf(fault: DriverFault): LookTrouble {
  if (fault instanceof GuestAgentFault) return fault.trouble;
  return fault.code === 'not-running' ? 'not-running' : 'failed';
}

/** What `work` gives; undefined when that takes longer than `ms`. */
async function within<T>(clock: Clock, ms: number, work: Promise<T>): Promise<T | undefined> {
  let cancel = () => {};
  const bound = new Promise<undefined>((resolve) => {
    cancel = clock.after(ms, () => resolve(undefined));
  });
  return Promise.race([work, bound]).finally(() => cancel());
}
