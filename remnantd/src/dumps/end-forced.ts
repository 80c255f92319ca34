// Ends a running dump because an admin wants another NMI all the same: a verdict it has stays, else it is unknown and says
// who did it. What its host was not given yet is never given, so no NMI of it can come behind the new one's.

import { commandsOf } from '../db/commands.ts';
import { endDump, keepCourse, keepMemory } from '../db/dumps.ts';
import type { Db } from '../db/store.ts';
import { settle } from '../dispatch/settle.ts';
import { notDelivered } from '../model/command.ts';
import type { Dump } from '../model/dump.ts';
import type { FollowDeps } from './follow-dump.ts';

/** Commands that are part of a dump. */
const PARTS: ReadonlySet<string> = new Set(['inject-nmi', 'dump-memory', 'after-panic']);

/** Ends `dump`, which runs, for an admin's `reason`. */
export async function endForced(
  tx: Db,
  deps: Pick<FollowDeps, 'clock' | 'onVerdict'>,
  dump: Dump,
  reason: string,
): Promise<void> {
  const at = deps.clock.wall();
  const words = `an admin forced another NMI: ${reason}`;
  const verdict = dump.verdict === null ? ({ verdict: 'unknown', reason: words } as const) : null;
  await keepCourse(tx, dump.id, { ...dump, verdict, verdictAt: dump.verdictAt ?? at });
  await endDump(tx, dump.id, at);
  if (verdict !== null) deps.onVerdict?.(tx, verdict.verdict);
  const { memoryDump } = dump;
  if (memoryDump?.state === 'queued') {
    await keepMemory(tx, dump.id, { ...memoryDump, state: 'failed', reason: words, endedAt: at });
  }
  for (const command of await commandsOf(tx, dump.serverId)) {
    // Nobody else is told: the dump is over, and that the server's owner is refused nothing is no fault of the server.
    if (command.state === 'queued' && PARTS.has(command.order.kind)) {
      await settle(tx, command, notDelivered(words), at, []);
    }
  }
}
