// Reads the lines that a guest's crash kernel says on its port `remnant.status`; README.md has the protocol. Whoever can
// write to the port may write anything there: what is no line of the protocol is passed over, and after `MOST` characters
// nothing is read any more.

import { PLACE_UNSAID } from '../../model/dump-course.ts';
import { type Sign, type SignKind, sign } from './sign.ts';
import { TextLines } from './text-lines.ts';

/** The version of the protocol that is read here. */
const STATUS_VERSION = 1;

const MOST = 64 * 1024;
const LINE = /^(CRASH-KERNEL-UP|DUMP-DONE)((?: [a-z]+=[\w:./@-]{1,64})*)$/;

/** One guest's status port. */
export class StatusSigns {
  readonly #lines = new TextLines();
  readonly #given = new Set<SignKind>();
  #read = 0;
  /** Where the crash kernel said it would save its dump. */
  #target = '';

  /** Takes the next text of the port, cut anywhere; gives the signs in it that were not given before. */
  push(text: string): Sign[] {
    const part = text.slice(0, Math.max(0, MOST - this.#read));
    this.#read += part.length;
    return this.#lines.push(part).flatMap((line) => {
      const found = this.#understand(line);
      if (found === null || this.#given.has(found.kind)) return [];
      this.#given.add(found.kind);
      return [found];
    });
  }

  /** What was said before does not count: another crash is looked for. The port may be opened often for one crash. */
  begin(): void {
    this.#lines.reset();
    this.#given.clear();
    this.#read = 0;
    this.#target = '';
  }

  #understand(line: string): Sign | null {
    const [, word, pairs = ''] = LINE.exec(line) ?? [];
    if (word === undefined) return null;
    const said = new Map(
      pairs
        .split(' ')
        .filter((pair) => pair !== '')
        .map((pair) => pair.split('=', 2) as [string, string]),
    );
    if (Number(said.get('v') ?? 1) !== STATUS_VERSION) return null;
    this.#target = said.get('dump') ?? this.#target;
    return word === 'CRASH-KERNEL-UP' ? sign('crash-kernel', line) : this.#done(said.get('rc'));
  }

  #done(rc: string | undefined): Sign | null {
    if (rc === undefined || !/^\d{1,5}$/.test(rc)) return null;
    if (rc !== '0') return sign('save-failed', `exit code ${rc}${this.#target === '' ? '' : `, ${this.#target}`}`);
    if (this.#target === 'none') return sign('save-failed', 'it was set up to save none');
    return sign('saved', this.#target === '' ? PLACE_UNSAID : this.#target);
  }
}
