// What the NMI of a dump meant when it was asked for, in words for people behind the API's own.

import type { Dump } from '@remnant/client';

const MEANS: Readonly<Record<NonNullable<Dump['nmi']>, string>> = {
  'exactly-asked': 'asked for once, sent once',
  'at-least-once': 'asked for once; it may have been sent more than once',
  latched: 'held for the paused guest until it goes on',
};

/** The words; null while it is not known to have been sent. */
export function nmiWords(nmi: Dump['nmi']): string | null {
  return nmi === null ? null : `${nmi} (${MEANS[nmi]})`;
}
