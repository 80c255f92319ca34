// Follows every guest of a host whose crash matters: those that are sent an NMI, those that open a port by themselves, and
// those whose dump an earlier life of the agent began to take in. It looks before the NMI goes out, and never holds it up.

import type { FollowCrash, GuestEvent } from '../drivers/driver.ts';
import type { ServerId } from '../model/ids.ts';
import { POWER_STATE, type PowerState } from '../model/power-state.ts';
import type { EvidenceKind } from '../model/wire.ts';
import type { Clock } from '../ports/clock.ts';
import type { ArtefactStore } from './capture/artefact-store.ts';
import type { CaptureRecord, Manifest } from './capture/capture-files.ts';
import { tellBroken, tellEnd, wholeWords } from './watch/dump-port.ts';
import { GuestWatch } from './watch/guest-watch.ts';
import type { Tell, WatchDeps, WatchTimes } from './watch/watch-deps.ts';

/** What following needs; `follow` is undefined for a driver that cannot. */
export interface CrashWatchDeps {
  readonly follow: FollowCrash | undefined;
  readonly store: ArtefactStore;
  readonly clock: Clock;
  readonly times: WatchTimes;
  readonly tell: Tell;
  readonly onError: (what: string, error: unknown) => void;
}

/** A look at a guest that is about to get an NMI. Both promises resolve within the bound, and never reject. */
export interface Look {
  /** What of it can be seen, in words of `Sight`; '' when that could not be learnt in time. No console that cannot be read. */
  readonly sight: Promise<string>;
  /** Its console is read, or cannot be. */
  readonly following: Promise<unknown>;
}

/** The watches of one host. */
export class CrashWatch {
  readonly #deps: CrashWatchDeps;
  readonly #watch: WatchDeps | null;
  readonly #guests = new Map<ServerId, GuestWatch>();
  /** What can be seen of a guest, until it boots anew. */
  readonly #sights = new Map<ServerId, string>();
  #stopped = false;

  constructor(deps: CrashWatchDeps) {
    this.#deps = deps;
    this.#watch = deps.follow === undefined ? null : { ...deps, follow: deps.follow };
  }

  /** Takes up the dumps that an earlier life left, and tells of all it kept or lost and did not live to tell of; before the driver starts. They are read again in the background. */
  start(): void {
    for (const { id, server, size: bytes, sha256, format, source, command } of this.#deps.store.untold()) {
      const artefact = { id, bytes, sha256, format, source };
      this.#deps.tell(server, kindOf(artefact), wholeWords(bytes, sha256), { artefact }, command);
    }
    for (const { id, server, broken } of this.#deps.store.untoldBroken())
      tellBroken(this.#deps.tell, server, id, broken);
    for (const record of this.#deps.store.unfinished()) {
      this.#goOn(record).catch((error: unknown) => this.#deps.onError('going on with a dump', error));
    }
  }

  /** The driver is connected. */
  connected(): void {
    for (const guest of this.#guests.values()) void guest.reconnected();
  }

  /**
   * These are all guests of the host. Looks, one after the other, at what can be seen of those that run, so that an NMI need not
   * wait for it.
   */
  async met(guests: readonly { readonly id: ServerId; readonly powerState: PowerState }[]): Promise<void> {
    const running = guests.filter(({ powerState }) => powerState === POWER_STATE.running);
    for (const { id } of running) this.#guests.get(id)?.runs();
    for (const { id } of running) {
      if (this.#stopped) return;
      await this.#sight(id).catch(() => '');
    }
  }

  /** Looks at a guest that is about to get an NMI. */
  look(server: ServerId): Look {
    if (this.#watch === null) return { sight: Promise.resolve(''), following: Promise.resolve() };
    const bounded = <T>(work: Promise<T>, late: T) => within(this.#deps.clock, this.#deps.times.sight, work, late);
    const seen = this.#sight(server).catch(() => '');
    const read = this.#guest(server, this.#watch).followConsole();
    void this.#tellUnread(server, seen, read);
    const following = bounded(read, true);
    const sight = Promise.all([bounded(seen, ''), following]).then(([words, isRead]) =>
      isRead ? words : without(words, 'console'),
    );
    return { sight, following };
  }

  /** Tells, once an NMI, of a console that is there and cannot be read: nobody is to think that it said nothing. */
  async #tellUnread(server: ServerId, seen: Promise<string>, read: Promise<boolean>): Promise<void> {
    if ((await read) || this.#stopped || !(await seen).split(' ').includes('console')) return;
    this.#deps.tell(server, 'trouble', 'its console cannot be read');
  }

  /** The NMI was noted, this very moment. `latched`: of a guest that is paused. */
  asked(server: ServerId, latched: boolean): void {
    const sight = this.#sights.get(server);
    this.#guests.get(server)?.asked(latched, sight === undefined || sight.split(' ').includes('ports'));
  }

  /** The NMI went out, as far as is known, or did not. */
  ended(server: ServerId, sent: boolean): void {
    const guest = this.#guests.get(server);
    if (sent) guest?.sent();
    else void guest?.notSent();
  }

  /** As GuestWatch has it, of a guest that is watched; null for any other. */
  heardOut(server: ServerId): Promise<void> | null {
    return this.#guests.get(server)?.heardOut() ?? null;
  }

  /** True while a guest is followed: it was asked to crash, or hands something over. */
  follows(server: ServerId): boolean {
    return this.#guests.has(server);
  }

  /** Takes what a guest did; it was told before. */
  event(event: GuestEvent): void {
    if (ANEW.has(event.kind)) this.#sights.delete(event.guest);
    if (this.#watch === null || this.#stopped) return;
    if (event.kind === 'port-opened') void this.#guest(event.guest, this.#watch).followConsole();
    this.#guests.get(event.guest)?.event(event);
  }

  /** Lets go of everything; dumps that are coming in stay for the next life. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all([...this.#guests.values()].map((guest) => guest.end(true)));
  }

  #guest(server: ServerId, deps: WatchDeps): GuestWatch {
    const known = this.#guests.get(server);
    if (known?.over === false) return known;
    const ended = () => {
      if (this.#guests.get(server) === guest) this.#guests.delete(server);
    };
    const guest = new GuestWatch(server, deps, ended, known?.end());
    this.#guests.set(server, guest);
    return guest;
  }

  async #sight(server: ServerId): Promise<string> {
    const known = this.#sights.get(server);
    if (known !== undefined || this.#watch === null) return known ?? '';
    const words = (await this.#watch.follow.sight(server)).join(' ');
    this.#sights.set(server, words);
    return words;
  }

  async #goOn(record: CaptureRecord): Promise<void> {
    const { store, tell } = this.#deps;
    const coming = store.resume(record).then((resumed) => {
      if (resumed.capture === null) tellBroken(tell, record.server, record.id, resumed.broken);
      return resumed.capture;
    });
    if (this.#watch === null) tellEnd(tell, record.server, (await (await coming)?.finish(NOT_FOLLOWED, true)) ?? null);
    else await this.#guest(record.server, this.#watch).goOn(coming);
  }
}

const NOT_FOLLOWED = 'the driver of the host follows no dumps any more';

/** As what a whole artefact is told of. */
function kindOf({ source, format }: Pick<Manifest, 'source' | 'format'>): EvidenceKind {
  if (source === 'guest') return 'artefact';
  return format === 'ppm' || format === 'png' ? 'picture' : 'memory-dump';
}

/** After these, a guest may be another one, with other devices. */
const ANEW: ReadonlySet<GuestEvent['kind']> = new Set(['defined', 'undefined', 'started', 'stopped']);

function without(words: string, word: string): string {
  return words
    .split(' ')
    .filter((one) => one !== word)
    .join(' ');
}

/** What `work` gives, or `late` when that takes longer than `ms`. */
async function within<T>(clock: Clock, ms: number, work: Promise<T>, late: T): Promise<T> {
  let cancel = () => {};
  const bound = new Promise<T>((resolve) => {
    cancel = clock.after(ms, () => resolve(late));
  });
  return Promise.race([work, bound]).finally(() => cancel());
}
