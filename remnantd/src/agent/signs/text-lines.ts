// Cuts text that arrives in pieces into lines fit for reading: bounded in length, without escape sequences and control
// characters. The text is a guest's, so it may be anything: what is kept of it never grows beyond a few lines.

import { harmlessLine } from '../../model/harmless-text.ts';

/** A line is cut here; what reads lines looks for nothing longer than `OVERLAP`. */
const LONGEST = 1024;
/** So much of a line that was cut stands at the head of the next one too, so that no words are lost in the cut. */
const OVERLAP = 128;
/** Text in, lines out. */
export class TextLines {
  #rest = '';

  /** Takes the next piece; gives the lines it ended, cleaned, empty ones left out. */
  push(text: string): string[] {
    const lines: string[] = [];
    let from = 0;
    for (const { index } of text.matchAll(/[\r\n]/g)) {
      this.#take(text.slice(from, index), lines);
      lines.push(this.#rest);
      this.#rest = '';
      from = index + 1;
    }
    this.#take(text.slice(from), lines);
    return lines.map((line) => harmlessLine(line).trim()).filter((line) => line !== '');
  }

  /** Forgets the beginning of a line that has not ended yet. */
  reset(): void {
    this.#rest = '';
  }

  #take(piece: string, lines: string[]): void {
    let left = piece;
    while (this.#rest.length + left.length > LONGEST) {
      const room = LONGEST - this.#rest.length;
      const full = this.#rest + left.slice(0, room);
      lines.push(full);
      this.#rest = full.slice(-OVERLAP);
      left = left.slice(room);
    }
    this.#rest += left;
  }
}
