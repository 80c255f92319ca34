// Words that came over the wire, made fit for a fault's message: one line of printable characters, of bounded length.

import { harmlessLines } from '../../model/harmless-text.ts';

/** How long words of others may be in a message of ours, characters. */
const MOST = 600;

/** `text` as one line without control characters, at most `most` characters and then `…`. */
export function plainWords(text: string, most: number = MOST): string {
  // Cut before it is worked on: it may be as long as an answer may be.
  const line = harmlessLines(text.slice(0, most * 8))
    .join(' ')
    .replace(/\s+/g, ' ')
    .trim();
  if (line.length <= most) return line;
  // Not through the middle of a character of two halves.
  return `${line.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
