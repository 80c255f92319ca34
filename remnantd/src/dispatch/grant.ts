// Answers a host's "is there anything for me?". A command is granted by compare-and-set, only before its deadline, and the
// grant is good for no longer than the deadline is away; so nothing granted can be acted on late. Commands of one server
// go in order, one at a time. A grant whose answer was lost is given again, to the ledger that has it and to no other: what
// that ledger holds makes it harmless.

import { grantCommand, openCommands } from '../db/commands.ts';
import { beginEvent } from '../db/instance-actions.ts';
import type { Db } from '../db/store.ts';
import type { CommandKind, Order } from '../model/command.ts';
import { isForLostHosts } from '../model/command.ts';
import type { Claim, ClaimReply } from '../model/wire.ts';
import type { CommandClock } from './command-time.ts';
import { grantableMs } from './command-time.ts';

/** What need not wait for a guest's memory to be written: it cuts its power, and ends that. */
function ends(order: Order): boolean {
  return ENDS.has(order.kind) || (order.kind === 'reboot' && order.how === 'hard');
}
const ENDS: ReadonlySet<CommandKind> = new Set(['power-off', 'destroy', 'rescue', 'rebuild']);

/** What a host is answered for which there is nothing now. */
export const NOTHING: ClaimReply = { grant: null };

/** The next command for this host, granted, if there is one to be had now. One that is `down` gets only what is good for such hosts. */
export async function nextGrant(
  tx: Db,
  time: CommandClock,
  claim: Claim,
  maxValidMs: number,
  down = false,
): Promise<ClaimReply> {
  const busy = new Set<string>(claim.busy);
  const holding = new Set<string>(claim.holding);
  const writing = new Set<string>();
  const open = await openCommands(tx, claim.host);
  for (const command of open) {
    const { serverId, order } = command;
    const held = holding.has(command.id);
    const free = !held && !busy.has(serverId) && (!writing.has(serverId) || ends(order));
    if (held && order.kind === 'dump-memory') writing.add(serverId);
    else if (free || held || !writing.has(serverId)) busy.add(serverId);
    if (!free || (down && !isForLostHosts(order))) continue;
    const leftMs = grantableMs(time, command);
    if (leftMs <= 0) continue;
    if (command.state === 'granted' && command.grantedTo !== claim.ledger) continue;
    const first = command.state === 'queued';
    if (first) {
      const at = time.clock.wall();
      if (!(await grantCommand(tx, command.id, claim.ledger, at))) continue;
      await beginEvent(tx, { actionSeq: command.actionSeq, event: command.event, host: command.host, at });
    }
    const grant = {
      command: command.id,
      seq: command.seq,
      server: command.serverId,
      order: command.order,
      first,
      validMs: Math.min(maxValidMs, leftMs),
      leftMs,
    };
    return open.every(({ id }) => id === command.id || holding.has(id)) ? { grant, last: true } : { grant };
  }
  return NOTHING;
}
