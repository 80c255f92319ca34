// Changes what a server is called and how it is reached. Nova asks neither lock nor state for it.

import { patchServer } from '../../db/servers.ts';
import type { Server } from '../../model/server.ts';
import { recordChange } from '../record-change.ts';
import type { RequestContext } from '../request-context.ts';
import type { ServerWriteDeps } from './server-writes.ts';

/** What may be changed; what is missing stays. */
export type ServerChange = Partial<
  Pick<Server, 'name' | 'description' | 'hostname' | 'accessIpV4' | 'accessIpV6' | 'diskConfig'>
>;

/** Changes it and gives it back as it is now, but for `updatedAt`, which is when it changed before. Faults: instance-not-found, policy-denied. */
export async function updateServer(
  deps: Pick<ServerWriteDeps, 'access' | 'store' | 'clock'>,
  context: RequestContext,
  id: string,
  change: ServerChange,
): Promise<Server> {
  const authorised = await deps.access.servers.one(context.caller, id, 'os_compute_api:servers:update');
  return deps.store.transaction(async (tx) => {
    const server = await deps.access.servers.again(tx, authorised);
    await recordChange(tx, deps.clock, context, { target: `server ${server.id}`, detail: change });
    if (Object.keys(change).length === 0) return server;
    await patchServer(tx, server.id, { ...change, updatedAt: deps.clock.wall() });
    // Nova answers with the time it read before it saved.
    return { ...server, ...change, version: server.version + 1 };
  });
}
