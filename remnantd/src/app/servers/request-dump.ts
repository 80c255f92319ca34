// The one road to a crash dump: in one transaction the lock, the host, the state table and "no dump is running" are
// checked, and the action, the dump and its command are written. At most one NMI comes of it (R2); an admin who forces it
// ends the running dump in the same transaction.

import type { Authorised } from '../../access/authorised.ts';
import { insertDump, runningDump } from '../../db/dumps.ts';
import type { Db } from '../../db/store.ts';
import type { Queued } from '../../dispatch/queue-command.ts';
import { queueCommand } from '../../dispatch/queue-command.ts';
import { endForced } from '../../dumps/end-forced.ts';
import type { FollowDeps } from '../../dumps/follow-dump.ts';
import { noRoomFor } from '../../dumps/follow-memory.ts';
import type { Order } from '../../model/command.ts';
import type { DumpWishes, WishDefaults } from '../../model/dump-wishes.ts';
import { standingWishes } from '../../model/dump-wishes.ts';
import { fault } from '../../model/faults.ts';
import type { DumpId, HostName, ServerId } from '../../model/ids.ts';
import { asId } from '../../model/ids.ts';
import type { Server } from '../../model/server.ts';
import type { RequestContext } from '../request-context.ts';
import type { ServerWriteDeps } from './server-writes.ts';
import { hostOf, recordAction, requireAllowed, requireSpoken } from './server-writes.ts';

/** What asking for a dump needs. */
export interface DumpDeps extends ServerWriteDeps {
  /** What holds for a dump where neither the request nor the server's owner says otherwise. */
  readonly dumpDefaults: WishDefaults;
  /** Told of the verdict of a dump that is forced aside. */
  readonly follow: Pick<FollowDeps, 'clock' | 'onVerdict' | 'memory'>;
}

/** How a dump is asked for. */
export interface DumpRequest {
  readonly action: 'trigger_crash_dump' | 'inject_nmi';
  readonly event: string;
  readonly deadlineMs?: number;
  /** What this request wishes; the rest is the owner's, else the configuration's. */
  readonly wishes?: Partial<Omit<DumpWishes, 'forceReason'>>;
  /** An admin's reason to end a running dump: the one that was there when the request came, not one begun meanwhile. */
  readonly force?: {
    readonly reason: string;
    readonly over: DumpId | null;
    /** When the request came, wall clock in ms. */
    readonly cameAt: number;
  };
}

/** As Nova's action of that name does it. */
export const TRIGGER = { action: 'trigger_crash_dump', event: 'compute_trigger_crash_dump' } as const;

/** A dump that was asked for: its command is not rung yet. */
export interface RequestedDump {
  readonly queued: Queued;
  readonly dump: DumpId;
}

/** Writes it all. Faults: state table, call-not-spoken, dump-running. */
export function requestDump(
  deps: DumpDeps,
  context: RequestContext,
  authorised: Authorised<Server>,
  what: DumpRequest,
): Promise<RequestedDump> {
  return deps.store.transaction(async (tx) => {
    const server = await deps.access.servers.again(tx, authorised);
    requireAllowed(what.action, server, context.caller);
    const host = hostOf(server);
    const standing = { ...standingWishes(server.metadata, deps.dumpDefaults), ...what.wishes };
    const order = orderOf(standing);
    requireSpoken(deps.hosts, host, order.kind);
    if (order.kind === 'dump-memory') await requireRoom(tx, deps, server);
    const forced = await makeRoom(tx, deps, server.id, what.force);
    const wishes = { ...standing, forceReason: forced === null ? null : (what.force?.reason ?? null) };
    const id = asId<DumpId>(deps.clock.uuid());
    const detail = forced === null ? undefined : { dump: id, forced: what.force?.reason, ended: forced };
    const actionSeq = await recordAction(tx, deps.clock, context, server, what.action, 'accepted', detail);
    const queued = await queueCommand(tx, deps.clock, deps.bounds, {
      server: server.id,
      host,
      order,
      actionSeq,
      event: what.event,
      ...(what.deadlineMs === undefined ? {} : { deadlineMs: what.deadlineMs }),
      ...(order.kind === 'inject-nmi' ? { workMs: nmiBoundMs(deps.hosts, host) } : {}),
    });
    await insertDump(tx, {
      id,
      serverId: server.id,
      projectId: server.projectId,
      requestId: context.requestId,
      commandId: queued.id,
      host,
      requestedAt: deps.clock.wall(),
      ...wishes,
    });
    return { queued, dump: id };
  });
}

/** How long the host's driver may take to send an NMI, ms; null while it has not said, or sends none. */
export function nmiBoundMs(hosts: DumpDeps['hosts'], host: HostName): number | null {
  return hosts.find(host)?.offered?.nmiBoundMs ?? null;
}

function orderOf({ nmi, evidence }: DumpWishes): Order {
  if (!nmi) return { kind: 'dump-memory' };
  return evidence ? { kind: 'inject-nmi', evidence: true } : { kind: 'inject-nmi' };
}

/** Nothing but memory is asked for: what could not be kept is refused at once. */
async function requireRoom(tx: Db, { follow }: DumpDeps, server: Server): Promise<void> {
  const why = follow.memory === undefined ? null : await noRoomFor(tx, follow.memory, server);
  if (why !== null) throw fault('no-room-for-memory', { why });
}

/** Gives back the dump that was ended for a forced one; null if none ran. Fault dump-running. */
async function makeRoom(tx: Db, deps: DumpDeps, server: ServerId, force: DumpRequest['force']): Promise<DumpId | null> {
  const running = await runningDump(tx, server);
  if (running === null) return null;
  // Of two who force at once the second meets the dump of the first. One whose own NMI is still on its way is not forced aside.
  const onItsWay = running.forceReason !== null && running.phase === 'requested';
  if (force?.over !== running.id || running.requestedAt >= force.cameAt || onItsWay)
    throw fault('dump-running', { id: server, request: running.requestId });
  await endForced(tx, deps.follow, running, force.reason);
  return running.id;
}
