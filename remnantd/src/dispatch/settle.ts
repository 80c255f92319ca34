// Gives a command its one outcome: the row, the action's event, and everyone who must know, in one transaction.

import { insertAuditOutcome } from '../db/audit.ts';
import type { CommandRow } from '../db/commands.ts';
import { endCommand } from '../db/commands.ts';
import { beginEvent, finishEvent } from '../db/instance-actions.ts';
import type { Db } from '../db/store.ts';
import type { Outcome } from '../model/command.ts';
import { outcomeDetails } from '../model/command.ts';
import type { OutcomeSink } from './sinks.ts';

/** Records `outcome` for `command`, which is in state `command.state`. False if another outcome was there first. */
export async function settle(
  tx: Db,
  command: CommandRow,
  outcome: Outcome,
  at: number,
  sinks: readonly OutcomeSink[],
): Promise<boolean> {
  if (command.state === 'done') return false;
  if (!(await endCommand(tx, command.id, command.state, outcome, at))) return false;
  const event = { actionSeq: command.actionSeq, event: command.event };
  // A grant has begun it.
  if (command.state === 'queued') await beginEvent(tx, { ...event, host: command.host, at });
  await finishEvent(tx, {
    ...event,
    at,
    result: outcome.result === 'success' ? 'Success' : 'Error',
    details: outcomeDetails(outcome),
  });
  await insertAuditOutcome(tx, { ...event, at, result: outcome.result, detail: outcomeDetails(outcome) });
  for (const sink of sinks) await sink(tx, command, outcome);
  return true;
}
