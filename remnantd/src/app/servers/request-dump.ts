// The common half of asking for a crash dump: in one transaction the lock, the host, the state table and "no dump is
// running" are checked, and the action, the dump and its command are written. At most one NMI comes of it (R2).

import type { Authorised } from '../../access/authorised.ts';
import { insertDump, runningDump } from '../../db/dumps.ts';
import type { Queued } from '../../dispatch/queue-command.ts';
import { queueCommand } from '../../dispatch/queue-command.ts';
import type { HostTable } from '../../liveness/host-table.ts';
import { fault } from '../../model/faults.ts';
import { asId } from '../../model/ids.ts';
import type { Server } from '../../model/server.ts';
import type { RequestContext } from '../request-context.ts';
import type { ServerWriteDeps } from './server-writes.ts';
import { hostOf, recordAction, requireAllowed } from './server-writes.ts';

/** What asking for a dump needs. */
export interface DumpDeps extends ServerWriteDeps {
  readonly hosts: HostTable;
}

/** Writes it all and gives back the command, not yet rung. Faults: state table, call-not-spoken, dump-running. */
export function requestDump(
  deps: DumpDeps,
  context: RequestContext,
  authorised: Authorised<Server>,
  what: { readonly action: 'trigger_crash_dump' | 'inject_nmi'; readonly event: string; readonly deadlineMs?: number },
): Promise<Queued> {
  return deps.store.transaction(async (tx) => {
    const server = await deps.access.servers.again(tx, authorised);
    requireAllowed(what.action, server, context.caller);
    const host = hostOf(server);
    const agent = deps.hosts.find(host);
    // Only a host that has presented itself can be known not to speak a call (second spec: 400).
    if (agent?.offered != null && !agent.calls.includes('inject-nmi')) {
      throw fault('call-not-spoken', { host, call: 'inject-nmi' });
    }
    const running = await runningDump(tx, server.id);
    if (running !== null) throw fault('dump-running', { id: server.id, request: running.requestId });
    const actionSeq = await recordAction(tx, deps.clock, context, server, what.action);
    const queued = await queueCommand(tx, deps.clock, deps.bounds, {
      server: server.id,
      host,
      order: { kind: 'inject-nmi' },
      actionSeq,
      event: what.event,
      ...(what.deadlineMs === undefined ? {} : { deadlineMs: what.deadlineMs }),
    });
    await insertDump(tx, {
      id: asId(deps.clock.uuid()),
      serverId: server.id,
      projectId: server.projectId,
      requestId: context.requestId,
      commandId: queued.id,
      host,
      requestedAt: deps.clock.wall(),
    });
    return queued;
  });
}
