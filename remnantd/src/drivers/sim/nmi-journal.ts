// The journal of every NMI that reached a simulated guest: the witness that a crash dump asks at most once. Its lines are
// on file before the guest reacts and are never rewritten, so what is counted here did happen, across kills as well.

import { join } from 'node:path';

import type { CommandId, HostName, ServerId } from '../../model/ids.ts';
import { openJsonLines, readJsonLines } from './json-lines.ts';

/** One NMI that reached a guest. A paused guest that latches two has two. */
export interface SimNmi {
  readonly host: HostName;
  readonly guest: ServerId;
  /** The command on whose behalf it was sent. */
  readonly command: CommandId;
  /** Wall clock in ms. */
  readonly at: number;
  /** CLOCK_MONOTONIC in ms, comparable between processes of one machine. */
  readonly mono: number;
}

/** The journal, open. */
export interface NmiJournal {
  append(nmi: SimNmi): void;
  /** Every NMI so far, oldest first. */
  all(): SimNmi[];
  close(): void;
}

/** The NMIs journalled in the world directory `dir`, oldest first; safe to call while a world there is running. */
export function readNmis(dir: string): SimNmi[] {
  return readJsonLines<SimNmi>(join(dir, 'nmi.jsonl'));
}

/** Opens the journal in `dir`; in memory only when `dir` is null. */
export function openNmiJournal(dir: string | null): NmiJournal {
  if (dir === null) {
    const seen: SimNmi[] = [];
    return { append: (nmi) => void seen.push(nmi), all: () => [...seen], close: () => undefined };
  }
  const file = openJsonLines<SimNmi>(join(dir, 'nmi.jsonl'));
  return { append: (nmi) => file.append(nmi), all: () => readNmis(dir), close: () => file.close() };
}
