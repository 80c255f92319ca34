// Gives a dump its one verdict, and tells whoever counts verdicts.

import { endDump } from '../db/dumps.ts';
import type { Db } from '../db/store.ts';
import type { DumpId } from '../model/ids.ts';
import type { Judgement, Verdict } from '../model/verdict.ts';
import type { Clock } from '../ports/clock.ts';

/** What ending a dump needs. */
export interface EndDeps {
  readonly clock: Clock;
  /** Told inside the transaction: it may yet be rolled back. */
  readonly onVerdict?: (tx: Db, verdict: Verdict) => void;
}

/** Ends a running dump; one that has its verdict keeps it. */
export async function endWith(tx: Db, deps: EndDeps, id: DumpId, { verdict, reason }: Judgement): Promise<void> {
  if (await endDump(tx, id, verdict, reason, deps.clock.wall())) deps.onVerdict?.(tx, verdict);
}
