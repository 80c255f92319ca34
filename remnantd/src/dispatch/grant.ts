// Answers a host's "is there anything for me?". A command is granted by compare-and-set, only before its deadline, and the
// grant is good for no longer than the deadline is away; so nothing granted can be acted on late. Commands of one server
// go in order, one at a time. A grant whose answer was lost is given again, to the ledger that has it and to no other: what
// that ledger holds makes it harmless.

import type { CommandRow } from '../db/commands.ts';
import { grantCommand, openCommands } from '../db/commands.ts';
import { beginEvent } from '../db/instance-actions.ts';
import type { Db } from '../db/store.ts';
import type { Claim, Grant } from '../model/wire.ts';
import type { Clock } from '../ports/clock.ts';

/** The next command for this host, granted; null if there is none to be had now. */
export async function nextGrant(tx: Db, clock: Clock, claim: Claim, maxValidMs: number): Promise<Grant | null> {
  const busy = new Set<string>(claim.busy);
  const holding = new Set<string>(claim.holding);
  for (const command of await openCommands(tx, claim.host)) {
    const free = !busy.has(command.serverId) && !holding.has(command.id);
    busy.add(command.serverId);
    if (!free) continue;
    const leftMs = remainingMs(clock, command);
    if (leftMs <= 0) continue;
    if (command.state === 'granted' && command.grantedTo !== claim.ledger) continue;
    const first = command.state === 'queued';
    if (first) {
      const at = clock.wall();
      if (!(await grantCommand(tx, command.id, claim.ledger, at))) continue;
      await beginEvent(tx, { actionSeq: command.actionSeq, event: command.event, host: command.host, at });
    }
    return {
      command: command.id,
      seq: command.seq,
      server: command.serverId,
      order: command.order,
      first,
      validMs: Math.min(maxValidMs, leftMs),
    };
  }
  return null;
}

/** How long `command` may still be granted, ms; nothing is left of a deadline set on another clock. */
export function remainingMs(clock: Clock, command: CommandRow): number {
  return command.epoch === clock.epoch ? command.deadline - clock.mono() : 0;
}
