// Keeps transitions of hosts in the database, off the path of judging: an edge is noted in memory and stored soon, all that
// are waiting in one transaction. Every process sees the same edges; one stores each, the others learn it. While the
// database is away the latest edge of each host is kept.

import { readHeads } from '../db/heads.ts';
import { addTransitions, forgetTransitions, lastTransitions, transitionsSince } from '../db/host-transitions.ts';
import type { Store } from '../db/store.ts';
import type { JsonObject } from '../lib/json.ts';
import { isWatchersOwn } from '../model/host-cause.ts';
import type { HostEdge, HostTransition } from '../model/host-transition.ts';
import { differs } from '../model/host-transition.ts';
import type { HostName } from '../model/ids.ts';
import type { Clock } from '../ports/clock.ts';
import type { HostEntry } from './host-record.ts';
import type { HostTable } from './host-table.ts';

/** What the log needs. */
export interface TransitionLogDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly hosts: HostTable;
  readonly onError: (what: string, error: unknown) => void;
}

/** So many edges are stored in one transaction. */
const BATCH = 1_000;
/** After a failure it is tried again in this time, ms. */
const AGAIN_MS = 1_000;

/** The log. One per process. */
export class TransitionLog {
  readonly #deps: TransitionLogDeps;
  /** The last transition of each host that is stored, as far as this process knows. */
  readonly #last = new Map<HostName, HostTransition>();
  /** Everything up to here is known. */
  #upTo = 0;
  readonly #edges = new Map<HostName, HostEdge>();
  #writing: Promise<void> | null = null;
  #cancelRetry = () => {};
  #stopped = false;
  #fails = false;

  constructor(deps: TransitionLogDeps) {
    this.#deps = deps;
  }

  /** Reads how every host stood when it was last written down, and begins to note edges. The services must be in the table. */
  async start(): Promise<void> {
    const { store, hosts } = this.#deps;
    this.#upTo = (await readHeads(store.read)).host_transitions;
    for (const transition of await lastTransitions(store.read)) {
      this.#learn(transition);
      this.#takeOver(transition);
    }
    hosts.onEdge((entry) => this.#note(entry));
    // What the rows say of hosts was in the table before.
    for (const [, entry] of hosts.all()) this.#note(entry);
  }

  /** The last one stored of a host; null when none is. */
  last(host: HostName): HostTransition | null {
    return this.#last.get(host) ?? null;
  }

  /** How many edges wait to be stored. */
  get waiting(): number {
    return this.#edges.size;
  }

  /** Reads what other processes stored, where they did. `head`: how far they are. */
  async catchUp(head: number): Promise<void> {
    while (this.#upTo < head) {
      // Each page begins where the one before it ended.
      // oxlint-disable-next-line no-await-in-loop
      const page = await transitionsSince(this.#deps.store.read, { since: this.#upTo, limit: BATCH });
      for (const transition of page) {
        this.#learn(transition);
        this.#takeOver(transition);
      }
      this.#upTo = page.at(-1)?.seq ?? head;
    }
  }

  /**
   * Whether its host comes and goes. How long ago the transition was seen is not known, as nobody compares two clocks: the time that
   * a host is held for is counted from now, less what had passed of it when the transition was seen.
   */
  #takeOver({ host, evidence }: HostTransition): void {
    const { lost, came_back_ms_ago: agoMs } = evidence;
    if (typeof lost !== 'boolean') return;
    this.#deps.hosts.takeOver(host, { lost, agoMs: typeof agoMs === 'number' ? agoMs : null });
  }

  /** Stores what waits; resolves when nothing does, or it failed: then it is tried again. */
  flush(): Promise<void> {
    this.#cancelRetry();
    this.#writing ??= this.#write();
    return this.#writing;
  }

  /** Forgets what is older than `ageMs`; of each host the last stays. Any process may do it. */
  async forget(ageMs: number): Promise<void> {
    const { store, clock } = this.#deps;
    const before = clock.wall() - ageMs;
    const some = () => store.transaction((tx) => forgetTransitions(tx, before, BATCH));
    // A batch at a time: who stores one does not wait for all of them.
    // oxlint-disable-next-line no-await-in-loop
    while ((await some()) === BATCH);
  }

  /** Stores what waits, once, and tries no more. */
  async stop(): Promise<void> {
    this.#deps.hosts.onEdge(() => {});
    this.#stopped = true;
    await this.flush();
  }

  #note(entry: HostEntry): void {
    this.#keep(entry);
    void this.flush();
  }

  #keep(entry: HostEntry): void {
    const { host, status: to, cause } = entry;
    if (to === '' || isWatchersOwn(cause)) return;
    // Behind those that were seen before it.
    this.#edges.delete(host);
    this.#edges.set(host, { host, to, cause, evidence: this.#evidence(entry), at: this.#deps.clock.wall() });
  }

  #evidence({ host, service, cameBackMono, lost, connection, life }: HostEntry): JsonObject {
    const { clock, hosts } = this.#deps;
    return {
      heard_ms_ago: hosts.quietFor(host),
      life,
      lost,
      ...(cameBackMono === null ? {} : { came_back_ms_ago: Math.round(clock.mono() - cameBackMono) }),
      ...(connection === null || connection.up ? {} : { hypervisor: connection.reason }),
      ...(service?.forcedDown === true ? { forced_by: service.forcedBy, forced_at: service.forcedAt } : {}),
      ...(service?.disabledReason == null ? {} : { disabled_reason: service.disabledReason }),
    };
  }

  async #write(): Promise<void> {
    // Edges of one turn go together: a thousand hosts that die in one pass are one transaction.
    await Promise.resolve();
    try {
      while (this.#edges.size > 0) {
        const batch = this.#take();
        // One batch after the other: the second one's numbers come of the first.
        // oxlint-disable-next-line no-await-in-loop
        if (batch.length === 0 || !(await this.#stored(batch))) return;
      }
    } finally {
      // In this very turn: an edge that is noted in the next begins another writing.
      this.#writing = null;
    }
  }

  /** Whether the edges were stored; if not, they wait again. */
  async #stored(batch: readonly HostEdge[]): Promise<boolean> {
    try {
      await this.#store(batch);
      this.#fails = false;
      return true;
    } catch (error) {
      this.#putBack(batch);
      // What fails again is told once.
      if (!this.#fails) this.#deps.onError('storing transitions of hosts', error);
      this.#fails = true;
      if (!this.#stopped) this.#cancelRetry = this.#deps.clock.after(AGAIN_MS, () => void this.flush());
      return false;
    }
  }

  /** Takes the edges that go next; those that lead to where the host stands already are dropped. */
  #take(): HostEdge[] {
    const batch: HostEdge[] = [];
    for (const [host, edge] of this.#edges) {
      if (batch.length === BATCH) break;
      this.#edges.delete(host);
      if (differs(this.last(host), edge)) batch.push(edge);
    }
    return batch;
  }

  /** In front of what was seen meanwhile; of a host that was, only that. */
  #putBack(batch: readonly HostEdge[]): void {
    const newer = [...this.#edges.values()];
    const kept = batch.filter(({ host }) => !this.#edges.has(host));
    this.#edges.clear();
    for (const edge of [...kept, ...newer]) this.#edges.set(edge.host, edge);
  }

  async #store(batch: readonly HostEdge[]): Promise<void> {
    const numbered = batch.map((edge) => ({ ...edge, n: (this.last(edge.host)?.n ?? 0) + 1 }));
    const stored = await this.#deps.store.transaction((tx) => addTransitions(tx, numbered));
    // What the rows say is so, also where this process thought itself further: it would number its edges wrongly for ever.
    for (const { host } of batch) this.#last.delete(host);
    for (const transition of stored) this.#last.set(transition.host, transition);
    // Somebody else may have been first. Where a host stands otherwise by now, that is another edge.
    for (const { host } of numbered) {
      const now = this.#deps.hosts.find(host);
      if (now !== null && !this.#edges.has(host)) this.#keep(now);
    }
  }

  #learn(transition: HostTransition): void {
    const { host, n } = transition;
    if ((this.last(host)?.n ?? 0) < n) this.#last.set(host, transition);
  }
}
