// Guests that moves left on hosts: of servers that were evacuated from there while the host could not be reached, or could not be
// made there. Each is removed as soon as its host is heard again, forced down or not, before it runs beside its server for long;
// that completes the evacuation. Invariant: its files go only where they are known not to be its server's; on storage that hosts share
// they may be what its server runs on, elsewhere.

import { commandsOf } from '../../db/commands.ts';
import { leftovers } from '../../db/server-migrations.ts';
import { findServer } from '../../db/servers.ts';
import type { Db, Store } from '../../db/store.ts';
import type { Dispatcher } from '../../dispatch/dispatcher.ts';
import type { CommandBounds, Queued } from '../../dispatch/queue-command.ts';
import { queueCommand } from '../../dispatch/queue-command.ts';
import type { HostTable } from '../../liveness/host-table.ts';
import { isForLostHosts } from '../../model/command.ts';
import type { Migration } from '../../model/migration.ts';
import type { Clock } from '../../ports/clock.ts';
import { closeLeftovers } from '../servers/move-records.ts';
import { staleMakings } from '../servers/stale-makings.ts';

/** What removing needs. */
export interface RemoveLeftoversDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly hosts: Pick<HostTable, 'heard'>;
  readonly dispatcher: Pick<Dispatcher, 'ring'>;
  readonly bounds: CommandBounds;
}

/** The event a removal shows as, in the action that moved the server away. */
export const REMOVE_LEFTOVER = 'compute_remove_leftover';
/** A removal that failed is ordered anew after this, ms. */
const AGAIN_MS = 60_000;

/** Orders what is left on hosts that are heard to be removed. */
export async function removeLeftovers(deps: RemoveLeftoversDeps): Promise<void> {
  for (const migration of await leftovers(deps.store.read, null)) {
    if (migration.leftoverOn === null || !deps.hosts.heard(migration.leftoverOn)) continue;
    const queued = await deps.store.transaction((tx) => orderRemoval(tx, deps, migration));
    if (queued !== null) await deps.dispatcher.ring(queued);
  }
}

async function orderRemoval(
  tx: Db,
  { clock, bounds }: RemoveLeftoversDeps,
  { seq, serverId, leftoverOn: host }: Migration,
): Promise<Queued | null> {
  if (host === null) return null;
  const still = (await leftovers(tx, { server: serverId, host })).find((one) => one.seq === seq);
  if (still === undefined) return null;
  const at = clock.wall();
  const server = await findServer(tx, serverId);
  const lives = server !== null && server.deletedAt === null;
  if (lives && server.host === host) {
    // It came back to where it was: what is there is its guest.
    await closeLeftovers(tx, { server: serverId, host }, at);
    return null;
  }
  const commands = await commandsOf(tx, serverId);
  // What it is at work on may still leave something: its removal has to know of that.
  if (commands.some((one) => one.host === host && one.state !== 'done')) return null;
  const last = commands.findLast((one) => one.host === host && isForLostHosts(one.order));
  if (last !== undefined && at - (last.doneAt ?? at) < AGAIN_MS) return null;
  return queueCommand(tx, clock, bounds, {
    server: serverId,
    host,
    order: { kind: 'destroy', leftover: true, ...(lives ? { stale: staleMakings(commands, server) } : {}) },
    actionSeq: still.actionSeq,
    event: REMOVE_LEFTOVER,
  });
}
