// What happened on this host, in order, kept until dispatch has it: an NMI that was asked for, what guests did, times when
// nothing could be seen. Positions count up by one and are never used twice within a journal.

import type { JsonObject, JsonValue } from '../lib/json.ts';
import type { Evidence } from '../model/wire.ts';
import type { DurableLog, OpenLog } from './durable-log.ts';

/** Told entries are cut from the file once it holds this many. */
const TRIM_AT = 1_000;

/** What stands where something was seen and is lost. */
const NOT_KEPT = 'what was seen could not be kept';

/** The journal of one agent. */
export class EvidenceJournal {
  /** Its name, drawn when it was made. */
  readonly name: string;
  readonly #log: DurableLog;
  #waiting: Evidence[] = [];
  #last = 0;
  /** The last position that is on the disk: what is not there yet is told to nobody, or its number could be given twice. */
  #durable = 0;
  #lines = 0;
  /** Something was seen and could not be kept: who reads on must know. */
  #missed = false;
  /** Without what it came to: that would keep the results of every entry before. */
  #keeping: Promise<void> = Promise.resolve();

  private constructor(name: string, log: DurableLog) {
    this.name = name;
    this.#log = log;
  }

  /** Opens the journal at `path`, making it under the name `freshName` if there is none. */
  static async open(path: string, openLog: OpenLog, freshName: string): Promise<EvidenceJournal> {
    const { log, records } = await openLog(path);
    const head = records[0] as JsonObject | undefined;
    const name = typeof head?.['journal'] === 'string' ? head['journal'] : freshName;
    const journal = new EvidenceJournal(name, log);
    if (head === undefined) await log.append({ journal: name, after: 0 });
    else journal.#replay(records as JsonObject[]);
    return journal;
  }

  /** Keeps an entry; resolves when it is durable. Its position is given here. */
  append(entry: Omit<Evidence, 'seq'>): Promise<void> {
    const kept = this.#keep(entry);
    this.#keeping = Promise.allSettled([this.#keeping, kept]).then(() => {});
    return kept;
  }

  /** Resolves when all that was appended so far is durable, or could not be kept. Never rejects. */
  async settled(): Promise<void> {
    await this.#keeping;
  }

  async #keep(entry: Omit<Evidence, 'seq'>): Promise<void> {
    if (this.#missed) {
      this.#missed = false;
      // Should this not be kept either, it is missed as well: it stands before the next one.
      this.#keep({ server: null, kind: 'blind', detail: NOT_KEPT, at: entry.at }).catch(() => {});
    }
    this.#last += 1;
    const numbered: Evidence = { seq: this.#last, ...entry };
    this.#waiting.push(numbered);
    this.#lines += 1;
    try {
      await this.#log.append({ entry: numbered as unknown as JsonValue });
    } catch (error) {
      this.#waiting = this.#waiting.filter((other) => other !== numbered);
      this.#missed = true;
      throw error;
    }
    this.#durable = numbered.seq;
  }

  /** The last position that is on the disk; 0 when nothing is. */
  get durable(): number {
    return this.#durable;
  }

  /** The first position that dispatch does not have; Infinity when it has everything. */
  get firstUntold(): number {
    return this.#waiting[0]?.seq ?? Number.POSITIVE_INFINITY;
  }

  /** The oldest durable entries that dispatch does not have, at most `limit`. */
  untold(limit: number): readonly Evidence[] {
    return this.#waiting.slice(0, limit).filter((entry) => entry.seq <= this.#durable);
  }

  /** Notes that dispatch has everything up to `position`. */
  async told(position: number): Promise<void> {
    this.#waiting = this.#waiting.filter((entry) => entry.seq > position);
    if (this.#lines < TRIM_AT) {
      this.#lines += 1;
      await this.#log.append({ told: position });
      return;
    }
    this.#lines = 0;
    // Read when its turn comes: what is appended until then must be in it, and what is in it twice is read once.
    await this.#log.rewrite(() => [
      { journal: this.name, after: (this.#waiting[0]?.seq ?? this.#last + 1) - 1 },
      ...this.#waiting.map((entry) => ({ entry: entry as unknown as JsonValue })),
    ]);
  }

  async close(): Promise<void> {
    await this.#log.close();
  }

  #replay(records: readonly JsonObject[]): void {
    for (const record of records) {
      if (typeof record['after'] === 'number') this.#last = record['after'];
      if (typeof record['told'] === 'number') {
        const told = record['told'];
        this.#waiting = this.#waiting.filter((entry) => entry.seq > told);
      }
      if (record['entry'] !== undefined) {
        const entry = record['entry'] as unknown as Evidence;
        if (entry.seq <= this.#last) continue;
        this.#waiting.push(entry);
        this.#last = entry.seq;
      }
    }
    this.#durable = this.#last;
    this.#lines = records.length;
  }
}
