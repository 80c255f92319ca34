// Puts together what happens when a dump is over whose guest panicked: its command is queued if the host's agent knows it, and
// the host is rung once that is committed.

import type { Db } from '../db/store.ts';
import type { CommandBounds, Queued } from '../dispatch/queue-command.ts';
import { queueAfterPanic } from '../dumps/after-panic.ts';
import type { FollowDeps } from '../dumps/follow-dump.ts';
import type { HostTable } from '../liveness/host-table.ts';
import type { Clock } from '../ports/clock.ts';

/** What it is made of. */
export interface AfterPanicParts {
  readonly clock: Clock;
  readonly bounds: CommandBounds;
  readonly hosts: Pick<HostTable, 'find'>;
  readonly afterCommit: (tx: Db, run: () => void) => void;
  /** Rings a host; throws nothing. */
  readonly ring: (queued: Queued) => void;
}

/** Told of each dump that is over. */
export function afterPanicOf(parts: AfterPanicParts): NonNullable<FollowDeps['onEnded']> {
  const { clock, bounds, hosts, afterCommit, ring } = parts;
  const deps = {
    clock,
    bounds,
    isSpoken: (host: Parameters<HostTable['find']>[0]) => hosts.find(host)?.calls.includes('after-panic') === true,
    onQueued: (tx: Db, queued: Queued) => afterCommit(tx, () => ring(queued)),
  };
  return (tx, dump) => queueAfterPanic(tx, deps, dump);
}
