// What became of a host, as the command has it: so many of it, whichever way, page after page; and followed as it comes. Numbers
// of transitions have no gaps and never change, so nothing is told twice and nothing is missed.

import type { HostsTransitionsQuery, HostTransition } from '@remnant/client';
import type { Progress } from './progress.ts';
import { cleanLines } from './table.ts';
import { waitUntil } from './wait.ts';

/** One page of a host's transitions. */
export type TransitionsPage = (
  query: HostsTransitionsQuery,
  signal?: AbortSignal,
) => Promise<readonly HostTransition[]>;

/** Which transitions are wanted. */
export interface Wanted {
  /** Only those with a higher number; null for all. */
  readonly since: number | null;
  readonly limit: number;
  readonly order: 'asc' | 'desc';
}

/** How a host is followed. */
export interface Following {
  readonly host: string;
  readonly page: TransitionsPage;
  readonly progress: Progress;
  /** Takes each transition, oldest first. */
  readonly print: (transition: HostTransition) => void;
  /** As in `Wanted`: with which ones it begins. */
  readonly since: number | null;
  readonly limit: number;
}

/** Rows of a page, where more are wanted than a service gives at once. */
const PAGE = 1_000;

/** The transitions that are wanted, in their order. */
export async function transitionsOf(
  page: TransitionsPage,
  { since, limit, order }: Wanted,
  signal?: AbortSignal,
): Promise<HostTransition[]> {
  const found: HostTransition[] = [];
  while (found.length < limit) {
    const from = order === 'asc' ? (found.at(-1)?.seq ?? since) : since;
    const before = order === 'desc' ? found.at(-1)?.seq : undefined;
    const query = {
      order,
      limit: Math.min(PAGE, limit - found.length),
      ...(from === null ? {} : { since: from }),
      ...(before === undefined ? {} : { before }),
    };
    // oxlint-disable-next-line no-await-in-loop
    const next = await page(query, signal);
    // A service may give fewer at once than it is asked for: only an empty page is the end.
    if (next.length === 0) break;
    found.push(...next);
  }
  return found;
}

/** Prints the last ones there are, then each as it comes, until the user stops it: that ends the command with code 130. */
export async function followTransitions(following: Following): Promise<void> {
  const { host, page, progress, print, since, limit } = following;
  let last = since;
  const tell = (transitions: readonly HostTransition[]) => {
    if (transitions.length > 0) progress.live('');
    for (const one of transitions) {
      print(one);
      last = one.seq;
    }
  };
  let begun = false;
  const look = async (signal: AbortSignal) => {
    const wanted = begun
      ? await transitionsOf(page, { since: last, limit: Number.POSITIVE_INFINITY, order: 'asc' }, signal)
      : (await transitionsOf(page, { since, limit, order: 'desc' }, signal)).toReversed();
    tell(wanted);
    begun = true;
  };
  await waitUntil({
    progress,
    seconds: Number.POSITIVE_INFINITY,
    what: `what becomes of ${host}`,
    get goesOn() {
      return `go on with remnant host transitions ${host} --follow --since ${last ?? 0}`;
    },
    look,
    isDone: () => false,
    stands: () => `following ${host}`,
  });
}

/** A transition in one line, without anything that steers the terminal. */
export function transitionLine(transition: HostTransition): string {
  const { seq, at, from, to, cause, evidence } = transition;
  const stands = cleanLines(evidenceWords(evidence).replaceAll(/\s+/g, ' '));
  return `${at}  ${seq}  ${from || '-'} > ${to}  ${cause}${stands === '' ? '' : `  ${stands}`}`;
}

/** What a transition stands on, for people; empty where nothing is known. */
export function evidenceWords(evidence: HostTransition['evidence']): string {
  return Object.entries(evidence)
    .flatMap(([key, value]) => {
      if (value === null || FOR_PROGRAMS.has(key)) return [];
      return `${WORDS[key] ?? key} ${typeof value === 'string' ? value : JSON.stringify(value)}`;
    })
    .join('; ');
}

/** Ids, and times that stand beside them anyway: they are in the JSON. */
const FOR_PROGRAMS: ReadonlySet<string> = new Set(['life', 'forced_at']);
const WORDS: Readonly<Record<string, string>> = {
  heard_ms_ago: 'ms since it was heard:',
  came_back_ms_ago: 'ms since it came back:',
  hypervisor: 'hypervisor:',
  forced_by: 'forced down by',
  disabled_reason: 'disabled:',
};
