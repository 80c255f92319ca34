// Reads what a guest prints on its console for the signs of an NMI: it went on, it panicked, its crash kernel runs. Each
// sign is given once, until it is told to begin anew. A crash kernel is claimed only from words that no other kernel has:
// a guest that reboots prints a banner too.

import { type Sign, type SignKind, sign } from './sign.ts';
import { TextLines } from './text-lines.ts';

interface Pattern {
  readonly kind: SignKind;
  readonly words: RegExp;
}

/** In the words of: Linux arch/x86/kernel/nmi.c, kernel/panic.c, the boot protocol; our guests; RHEL's kdump; Debian's. */
const PATTERNS: readonly Pattern[] = [
  { kind: 'dazed', words: /Dazed and confused, but trying to continue.*/ },
  { kind: 'panic-text', words: /Kernel panic - not syncing: .*/ },
  // kexec alone adds this parameter: where the dead kernel's memory is described.
  { kind: 'crash-kernel', words: /(?:Kernel c|C)ommand line: .*\belfcorehdr=/ },
  { kind: 'crash-kernel', words: /\bCRASH-KERNEL-UP\b.*/ },
  { kind: 'crash-kernel', words: /\bkdump(?:\.sh)?(?:\[\d+\])?: saving (?:to|vmcore)\b.*/ },
  // /proc/vmcore exists in a crash kernel only.
  { kind: 'crash-kernel', words: /\brunning makedumpfile\b.* \/proc\/vmcore\b.*/ },
];

/** The console of one guest. */
export class ConsoleSigns {
  readonly #lines = new TextLines();
  readonly #given = new Set<SignKind>();

  /** Takes the next text of the console, cut anywhere; gives the signs in it that were not given before. */
  push(text: string): Sign[] {
    return this.#lines.push(text).flatMap((line) => this.#read(line));
  }

  /** Whatever was printed until now does not count: an NMI is about to be asked for. */
  begin(): void {
    this.#lines.reset();
    this.#given.clear();
  }

  #read(line: string): Sign[] {
    const signs: Sign[] = [];
    for (const { kind, words } of PATTERNS) {
      const found = this.#given.has(kind) ? null : words.exec(line);
      if (found === null) continue;
      this.#given.add(kind);
      signs.push(sign(kind, said(kind, found[0])));
    }
    return signs;
  }
}

/** A command line may hold secrets, and only says that this is a crash kernel. */
function said(kind: SignKind, words: string): string {
  return kind === 'crash-kernel' && words.includes('elfcorehdr=') ? 'a kernel started with elfcorehdr=' : words;
}
