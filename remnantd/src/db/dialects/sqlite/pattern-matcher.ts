// Strangers' patterns against rows, in the thread that serves everybody: what one statement may take of it. The engine is
// linear in the text, but a text of 255 letters can still cost it tens of milliseconds, and a list may look at every row.

import { linearRegex } from '../../../lib/linear-regex.ts';
import { PatternTooSlow } from '../../pattern-too-slow.ts';

/** What a text may take, ms: more than ordinary patterns do (1 to 5 µs), so that these work on however many rows. */
export const EACH_MS = 0.01;
/** What the texts of a statement may take beyond that together, ms. */
export const SPARE_MS = 250;

/** Matches for one connection, whose statements run one after another and to their end. */
export interface PatternMatcher {
  /** A new statement begins, with all its time before it. */
  begin(): void;
  /** `pattern` (of linear-regex) fits somewhere in `text`. What is no pattern fits nowhere. Throws PatternTooSlow. */
  matches(pattern: string, text: string): boolean;
}

/** `stopwatch` reads milliseconds on a clock that only runs forward. */
export function patternMatcher(stopwatch: () => number): PatternMatcher {
  /** Those of the statement: each is compiled once. */
  const compiled = new Map<string, RegExp | null>();
  let spare = SPARE_MS;
  return {
    begin: () => {
      compiled.clear();
      spare = SPARE_MS;
    },
    matches: (pattern, text) => {
      if (spare <= 0) throw new PatternTooSlow();
      const began = stopwatch();
      let regex = compiled.get(pattern);
      if (regex === undefined) {
        regex = linearRegex(pattern);
        compiled.set(pattern, regex);
      }
      const found = regex?.test(text) ?? false;
      spare -= stopwatch() - began - EACH_MS;
      return found;
    },
  };
}
