// How far a transfer is: a bar on a terminal, elsewhere a line for each quarter.

import type { Progress } from './progress.ts';
import { mebibytes } from './table.ts';

/** A transfer under way. */
export interface TransferProgress {
  /** So many bytes are there now. */
  readonly at: (bytes: number) => void;
  /** Something to tell in between. */
  readonly note: (text: string) => void;
  /** It is over: the bar goes. */
  readonly end: () => void;
}

const EVERY_MS = 100;
const CELLS = 24;

/** Shows the transfer of `name`, of `size` bytes, of which `begin` are there already. */
export function transferProgress(progress: Progress, name: string, size: number, begin: number): TransferProgress {
  const started = performance.now();
  let drawn = Number.NEGATIVE_INFINITY;
  let quarter = Math.floor((begin / size) * 4);
  if (begin > 0) progress.tell(`${name}: ${mebibytes(begin)} are here already`);
  return {
    at: (bytes) => {
      const now = performance.now();
      const share = size === 0 ? 1 : bytes / size;
      if (Math.floor(share * 4) > quarter) {
        quarter = Math.floor(share * 4);
        progress.stands(`${name}: ${Math.round(share * 100)} %, ${mebibytes(bytes)} of ${mebibytes(size)}`);
      }
      if (now - drawn < EVERY_MS) return;
      drawn = now;
      const speed = ((bytes - begin) * 1000) / Math.max(1, now - started);
      progress.live(
        `[${bar(share)}] ${Math.floor(share * 100)} %  ${mebibytes(bytes)} of ${mebibytes(size)}  ${mebibytes(speed)}/s`,
      );
    },
    note: progress.tell,
    end: () => progress.live(''),
  };
}

function bar(share: number): string {
  const full = Math.round(share * CELLS);
  return '#'.repeat(full) + '.'.repeat(CELLS - full);
}
