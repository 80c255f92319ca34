// Dumps whose bound is over while their host is not heard: what is waited for may have come, and the host could not say so yet.
// They are given some time more; after that a verdict says that the host could not be watched.

import type { Dump } from '../model/dump.ts';
import type { DumpId, HostName } from '../model/ids.ts';
import type { Clock } from '../ports/clock.ts';

/** A host that is heard again has told what it saw by then, ms. */
const TELLING_MS = 5_000;
/** So long is waited for a host, ms. */
const PATIENCE_MS = 120_000;

interface Wait {
  readonly since: number;
  /** Null while the host is not heard. */
  readonly backAt: number | null;
}

/** What one process waits for so, on its own monotonic clock. */
export class UnheardDumps {
  readonly #clock: Clock;
  readonly #heard: (host: HostName) => boolean;
  readonly #waits = new Map<DumpId, Wait>();

  /** `heard` tells whether the agent of a host was heard lately. */
  constructor(clock: Clock, heard: (host: HostName) => boolean) {
    this.#clock = clock;
    this.#heard = heard;
  }

  /** Where a dump stands whose bound is over: `waits` for its host, ends as `unwatched`, or ends with what was seen. */
  stands({ id, host }: Pick<Dump, 'id' | 'host'>): 'waits' | 'unwatched' | 'seen' {
    const now = this.#clock.mono();
    const heard = this.#heard(host);
    const known = this.#waits.get(id);
    if (known === undefined && heard) return 'seen';
    const { since, backAt } = known ?? { since: now, backAt: null };
    const back = heard ? (backAt ?? now) : null;
    this.#waits.set(id, { since, backAt: back });
    if (back !== null && now - back >= TELLING_MS) return 'seen';
    return now - since >= PATIENCE_MS ? 'unwatched' : 'waits';
  }

  /** Forgets all but these, whose bound is over now. */
  keep(over: readonly Pick<Dump, 'id'>[]): void {
    const ids = new Set(over.map(({ id }) => id));
    for (const id of this.#waits.keys()) if (!ids.has(id)) this.#waits.delete(id);
  }
}
