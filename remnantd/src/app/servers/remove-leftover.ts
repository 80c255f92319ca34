// A guest that outlived its server: deleted while its host could not be reached, or made after it was deleted. It is removed
// once: a guest that somebody defines again later under the same id is nobody's leftover.

import { commandsOf } from '../../db/commands.ts';
import { actionsOf, beginEvent } from '../../db/instance-actions.ts';
import type { Db } from '../../db/store.ts';
import type { CommandBounds, Queued } from '../../dispatch/queue-command.ts';
import { queueCommand } from '../../dispatch/queue-command.ts';
import type { HostName } from '../../model/ids.ts';
import type { Server } from '../../model/server.ts';
import type { Clock } from '../../ports/clock.ts';
import { TERMINATE } from './delete-server.ts';

/** What removing needs. */
export interface LeftoverDeps {
  readonly clock: Clock;
  readonly bounds: CommandBounds;
}

/** Orders the guest of a deleted server removed from `host`; null when that was ordered already, or done. */
export async function removeLeftover(
  tx: Db,
  deps: LeftoverDeps,
  server: Server,
  host: HostName,
): Promise<Queued | null> {
  const removals = (await commandsOf(tx, server.id)).filter(
    (command) => command.order.kind === 'destroy' && command.host === host,
  );
  if (removals.some((one) => one.state !== 'done' || one.outcome?.result === 'success')) return null;
  const newest = await actionsOf(tx, server.id, { limit: 1, afterSeq: null, changedSince: null, changedBefore: null });
  const deletion = newest[0];
  if (deletion === undefined) return null;
  await beginEvent(tx, { actionSeq: deletion.seq, event: TERMINATE, host, at: deps.clock.wall() });
  return queueCommand(tx, deps.clock, deps.bounds, {
    server: server.id,
    host,
    order: { kind: 'destroy' },
    actionSeq: deletion.seq,
    event: TERMINATE,
  });
}
