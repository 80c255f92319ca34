// Looks into a guest that came back from a crash for the dump its crash kernel saved on its own disk. The guest's clock is not
// compared with any other: a dump is new if it was not there when the guest was last looked at, in the boot that crashed.
// Invariant: `found` only for a file that begins as a dump does; `found-none` only when the guest let everything be looked at.

import type { GuestAgent, GuestEvent } from '../../drivers/driver.ts';
import { DriverFault } from '../../drivers/driver.ts';
import type { GuestFacts } from '../../model/guest-facts.ts';
import type { ServerId } from '../../model/ids.ts';
import type { EvidenceKind } from '../../model/wire.ts';
import type { Clock } from '../../ports/clock.ts';
import { listDumps, placesOf } from '../readiness/look-at-guest.ts';
import { dumpsOf, type FoundFile } from '../readiness/parse-facts.ts';
import type { Tell } from './watch-deps.ts';

/** What looking needs. Times in ms. */
export interface RebootLooksDeps {
  readonly agent: GuestAgent;
  readonly clock: Clock;
  readonly tell: Tell;
  readonly times: {
    /** From the reboot, how long the guest's agent has to answer. */
    readonly find: number;
    /** Between two tries. */
    readonly again: number;
    /** For each thing that the guest is asked. */
    readonly bound: number;
    /** From the NMI, or from when its guest was last found to run, how long a reboot may come of it. */
    readonly whole: number;
  };
  readonly onError: (what: string, error: unknown) => void;
}

/** So many new files are tried, the last first: names have the time in them. */
const MOST_TRIED = 5;
const MAGIC: readonly (readonly [begins: string, format: string])[] = [
  ['KDUMP   ', 'kdump'],
  ['makedumpfile\0', 'flattened'],
  ['\u007fELF', 'ELF'],
];

interface Expected {
  readonly places: readonly string[];
  /** The lines of the dumps that were there. */
  readonly before: ReadonlySet<string>;
  cancelWhole: () => void;
  stop: AbortController | null;
}

/** The guests of a host that are expected back. */
export class RebootLooks {
  readonly #deps: RebootLooksDeps;
  readonly #expected = new Map<ServerId, Expected>();

  constructor(deps: RebootLooksDeps) {
    this.#deps = deps;
  }

  /** An NMI is about to be sent to a guest of which this is known; true if it will be looked into when it is back. */
  asked(server: ServerId, facts: GuestFacts | null): boolean {
    this.#end(server);
    if (facts?.dumps == null) return false;
    const folder = facts.target?.kind === 'local' ? facts.target.where : null;
    const before = new Set(facts.dumps);
    this.#expected.set(server, { places: placesOf(folder), before, cancelWhole: () => {}, stop: null });
    return true;
  }

  /** One that is expected is so for the whole time from now. */
  bound(server: ServerId): void {
    const expected = this.#expected.get(server);
    if (expected === undefined) return;
    expected.cancelWhole();
    expected.cancelWhole = this.#deps.clock.after(this.#deps.times.whole, () => this.#end(server));
  }

  /** No NMI went out. */
  notSent(server: ServerId): void {
    this.#end(server);
  }

  /** Takes what a guest did. */
  event({ guest: server, kind }: GuestEvent): void {
    if (kind === 'stopped' || kind === 'undefined') this.#end(server);
    if (kind !== 'rebooted') return;
    const expected = this.#expected.get(server);
    if (expected === undefined) return;
    // It may reboot more than once until it is back.
    expected.stop?.abort();
    expected.stop = new AbortController();
    void this.#look(server, expected, expected.stop.signal);
  }

  /** Takes what was told of a guest: its dump is with the host, or there will be none. */
  told(server: ServerId, kind: EvidenceKind): void {
    if (kind === 'artefact' || kind === 'dazed') this.#end(server);
  }

  /** Ends all looks. */
  stop(): void {
    for (const server of this.#expected.keys()) this.#end(server);
  }

  #end(server: ServerId): void {
    const expected = this.#expected.get(server);
    expected?.stop?.abort();
    expected?.cancelWhole();
    this.#expected.delete(server);
  }

  async #look(server: ServerId, expected: Expected, signal: AbortSignal): Promise<void> {
    const { clock, times, tell, onError } = this.#deps;
    const until = clock.mono() + times.find;
    while (!signal.aborted && clock.mono() < until) {
      const found = await this.#try(server, expected, signal).catch((error: unknown) => {
        if (!(error instanceof DriverFault)) onError('looking into a guest that came back', error);
        return null;
      });
      if (signal.aborted) return;
      if (found !== null) {
        this.#end(server);
        tell(server, found.kind, found.detail);
        return;
      }
      await new Promise<void>((resolve) => clock.after(times.again, resolve));
    }
  }

  /** What a look gives; null when the guest did not let everything be looked at. */
  async #try(
    server: ServerId,
    { places, before }: Expected,
    signal: AbortSignal,
  ): Promise<{ readonly kind: 'found' | 'found-none'; readonly detail: string } | null> {
    const { agent, times } = this.#deps;
    const bounds = { boundMs: times.bound, signal };
    const all = dumpsOf(await listDumps(agent, server, places, bounds));
    const fresh = all
      .filter(({ line }) => !before.has(line))
      .slice(-MOST_TRIED)
      .toReversed();
    const where = `looked in ${places.join(', ')}`;
    if (fresh.length === 0) return { kind: 'found-none', detail: `${where}: no file that was not there before` };
    const begins = await agent.readFiles(
      server,
      fresh.map(({ path }) => path),
      { ...bounds, mostBytes: 16 },
    );
    for (const file of fresh) {
      const format = formatOf(begins.get(file.path));
      if (format !== null && file.bytes > 0) return { kind: 'found', detail: wordsOf(file, format) };
    }
    if (fresh.some(({ path }) => begins.get(path) == null)) return null;
    return {
      kind: 'found-none',
      detail: `${where}: ${fresh.map(({ path }) => path).join(', ')} begins as no dump does`,
    };
  }
}

function formatOf(begin: string | null | undefined): string | null {
  return MAGIC.find(([magic]) => begin?.startsWith(magic) === true)?.[1] ?? null;
}

function wordsOf({ path, bytes }: FoundFile, format: string): string {
  return `${path}, ${bytes} bytes, ${format}`;
}
