// The agent's memory of commands: what it began, how it ended, what was acknowledged. A command in the ledger is never run
// again, and one older than the ledger is refused, so a lost or replaced ledger can do no harm.

import type { JsonObject, JsonValue } from '../lib/json.ts';
import type { CommandKind, Outcome } from '../model/command.ts';
import type { CommandId, ServerId } from '../model/ids.ts';
import type { DurableLog, OpenLog } from './durable-log.ts';

/** One command the agent began. */
export interface LedgerEntry {
  readonly command: CommandId;
  readonly seq: number;
  readonly server: ServerId;
  readonly kind: CommandKind;
  /** Null while it runs, or when the agent died running it. */
  readonly outcome: Outcome | null;
  readonly acknowledged: boolean;
}

/** Acknowledged entries beyond this many are forgotten now and then, oldest first, and the floor rises above them. */
const KEEP = 2_000;

/** The ledger of one agent. */
export class Ledger {
  readonly #log: DurableLog;
  readonly #entries = new Map<CommandId, LedgerEntry>();
  #name: string | null = null;
  #floor: number | null = null;

  private constructor(log: DurableLog) {
    this.#log = log;
  }

  /** Opens the ledger at `path`, making it if there is none. */
  static async open(path: string, openLog: OpenLog): Promise<Ledger> {
    const { log, records } = await openLog(path);
    const ledger = new Ledger(log);
    for (const record of records) ledger.#replay(record as JsonObject);
    await ledger.#compact();
    return ledger;
  }

  /** What it is called, for good: `fresh` if it has no name yet. A grant is given again to the ledger of that name only. */
  async named(fresh: string): Promise<string> {
    if (this.#name === null) {
      await this.#log.append({ ledger: fresh });
      this.#name = fresh;
    }
    return this.#name;
  }

  /** Sets the floor of a new ledger: commands up to `seq` are older than it. */
  async setFloor(seq: number): Promise<void> {
    if (this.#floor !== null) return;
    await this.#log.append({ floor: seq });
    this.#floor = seq;
  }

  /** True if a command with this number may have been forgotten, so that it cannot be said whether it ran. */
  isTooOld(seq: number): boolean {
    return this.#floor === null || seq <= this.#floor;
  }

  /** The entry of a command; null if it was never begun. */
  find(command: CommandId): LedgerEntry | null {
    return this.#entries.get(command) ?? null;
  }

  /** Notes, durably, that a command is about to be run. Throws if it is here already. */
  async begin(entry: Pick<LedgerEntry, 'command' | 'seq' | 'server' | 'kind'>): Promise<void> {
    if (this.#entries.has(entry.command)) throw new Error(`command ${entry.command} was begun before`);
    this.#entries.set(entry.command, { ...entry, outcome: null, acknowledged: false });
    try {
      await this.#log.append({ begin: entry as unknown as JsonValue });
    } catch (error) {
      // Nothing was run for it: it may be granted and begun again.
      this.#entries.delete(entry.command);
      throw error;
    }
  }

  /** Notes, durably, how a command ended. The first outcome stays. */
  async end(command: CommandId, outcome: Outcome): Promise<void> {
    const entry = this.#entries.get(command);
    if (entry === undefined || entry.outcome !== null) return;
    this.#entries.set(command, { ...entry, outcome });
    await this.#log.append({ end: command, outcome: outcome as unknown as JsonValue });
  }

  /** Notes that dispatch has the outcome. */
  async acknowledge(command: CommandId): Promise<void> {
    const entry = this.#entries.get(command);
    if (entry === undefined || entry.acknowledged) return;
    this.#entries.set(command, { ...entry, acknowledged: true });
    await this.#log.append({ acknowledged: command });
    if (this.#entries.size >= 2 * KEEP) await this.#compact();
  }

  /** Everything dispatch does not have the outcome of. */
  open(): readonly LedgerEntry[] {
    return [...this.#entries.values()].filter((entry) => !entry.acknowledged);
  }

  async close(): Promise<void> {
    await this.#log.close();
  }

  #replay(record: JsonObject): void {
    if (typeof record['ledger'] === 'string') {
      this.#name = record['ledger'];
      return;
    }
    if (typeof record['floor'] === 'number') {
      this.#floor = record['floor'];
      return;
    }
    if (record['begin'] !== undefined) {
      const entry = record['begin'] as unknown as LedgerEntry;
      this.#entries.set(entry.command, {
        ...entry,
        outcome: entry.outcome ?? null,
        acknowledged: entry.acknowledged ?? false,
      });
      return;
    }
    const id = (record['end'] ?? record['acknowledged']) as CommandId;
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    if (record['acknowledged'] !== undefined) this.#entries.set(id, { ...entry, acknowledged: true });
    else this.#entries.set(id, { ...entry, outcome: record['outcome'] as unknown as Outcome });
  }

  async #compact(): Promise<void> {
    const done = [...this.#entries.values()].filter((entry) => entry.acknowledged).toSorted((a, b) => a.seq - b.seq);
    const forget = done.slice(0, Math.max(0, done.length - KEEP));
    const newest = forget.at(-1);
    if (newest === undefined) return;
    for (const entry of forget) this.#entries.delete(entry.command);
    this.#floor = Math.max(this.#floor ?? 0, newest.seq);
    await this.#log.rewrite(() => [
      ...(this.#name === null ? [] : [{ ledger: this.#name }]),
      { floor: this.#floor },
      ...[...this.#entries.values()].map((entry) => ({ begin: entry as unknown as JsonValue })),
    ]);
  }
}
