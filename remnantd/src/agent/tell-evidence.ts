// Tells dispatch what is in the journal, in order, one batch at a time, until dispatch says that it has it.

import type { HostName } from '../model/ids.ts';
import type { EvidenceBatch, EvidenceReply } from '../model/wire.ts';
import type { EvidenceJournal } from './evidence-journal.ts';

type Tell = (batch: EvidenceBatch) => Promise<EvidenceReply>;

/** The teller of one journal. */
export class EvidenceTeller {
  readonly #host: HostName;
  readonly #journal: EvidenceJournal;
  readonly #say: Tell;
  #tellingNow: Promise<void> | null = null;

  constructor(host: HostName, journal: EvidenceJournal, say: Tell) {
    this.#host = host;
    this.#journal = journal;
    this.#say = say;
  }

  /** Tells what was seen up to `position`. */
  async tell(position: number): Promise<void> {
    // A pass that is under way may have begun too early; the next one has not.
    for (let passes = 0; passes < 2 && this.#journal.firstUntold <= position; passes += 1) {
      await this.#tell().catch(() => {});
    }
  }

  /**
   * Tells it too, and gives back whether dispatch has it: what an outcome rests on is told before it, and not taken for what came
   * after.
   */
  async told(position: number): Promise<boolean> {
    await this.tell(position);
    return this.#journal.firstUntold > position;
  }

  /** Tells what there is now; whoever asks while it is being told waits for that pass. */
  #tell(): Promise<void> {
    this.#tellingNow ??= this.#tellPass(this.#journal.durable).finally(() => {
      this.#tellingNow = null;
    });
    return this.#tellingNow;
  }

  async #tellPass(last: number): Promise<void> {
    while (this.#journal.firstUntold <= last) {
      const entries = this.#journal.untold(100);
      const batch: EvidenceBatch = { host: this.#host, journal: this.#journal.name, entries };
      const { upTo } = await this.#say(batch);
      if (upTo < this.#journal.firstUntold)
        throw new Error(`dispatch took nothing of the evidence from ${this.#journal.firstUntold} on`);
      await this.#journal.told(upTo);
    }
  }
}
