// Bounds of dumps for tests of `dumps/`, each another one, so that a reason names the one that was over.

import type { DumpBounds } from '../../src/dumps/follow-dump.ts';

/** In ms. */
export const BOUNDS: DumpBounds = {
  reaction: 60_000,
  'crash-kernel': 120_000,
  bytes: 30_000,
  finish: 40_000,
  reboot: 50_000,
  find: 70_000,
  whole: 1_800_000,
};
