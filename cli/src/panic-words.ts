// The first lines of a panic, as a person wants them: the reason, then where it stood. All of it is a guest's own words.

import type { Panic } from '@remnant/client';
import { cleanLines } from './table.ts';

/** Lines shown; more of a panic is where `all` says. */
const FIRST_LINES = 16;

/** A panic in lines; `all` is the command that has all of it. None for one that is not known or may not be seen. */
export function panicWords(panic: Panic | null | undefined, all: string): string[] {
  if (panic === null || panic === undefined) return [];
  const more = panic.lines.length - FIRST_LINES;
  return [
    cleanLines(`Panic: ${panic.reason ?? 'no reason was said'}${panic.kernel === null ? '' : ` (${panic.kernel})`}`),
    ...panic.lines.slice(0, FIRST_LINES).map((line) => cleanLines(`  ${line}`)),
    ...(more > 0 ? [`  ... ${more} lines more: ${all}`] : []),
  ];
}
