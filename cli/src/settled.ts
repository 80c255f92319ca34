// Waiting for what an action makes of a server, and what went wrong when it is not what it should be then.

import type { RemnantClient, Server } from '@remnant/client';
import type { Context } from './context.ts';
import type { Named } from './each.ts';
import { failure } from './exit.ts';
import { waitUntil } from './wait.ts';

/** A server's status. */
export type Status = Server['status'];

/**
 * Waits until no task runs and the action is over, and gives the status. Fails with the action's own words when that is none of
 * `leadsTo`, or when the action failed and left it there. `requestId`: of the request that asked for it; null where its answer
 * told none.
 */
export async function settled(
  { client, progress }: Context,
  one: Named,
  requestId: string | null,
  leadsTo: readonly Status[],
  seconds: number,
): Promise<Status> {
  const wanted = leadsTo.join(' or ');
  const { status, action } = await waitUntil({
    progress,
    seconds,
    what: `server ${one.name} is to be ${wanted}`,
    goesOn: `it goes on: remnant server show ${one.id}`,
    look: (signal) => look(client, one.id, requestId, signal),
    // Some actions set no task: their own end is waited for.
    isDone: (seen) => seen.task === null && (leadsTo.includes(seen.status) || seen.action.isOver),
    stands: (seen) => `${seen.status} ${seen.task ?? ''}`.trim(),
  });
  if (leadsTo.includes(status) && !action.failed) return status;
  const request = action.requestId ?? 'REQUEST';
  const why = action.why ?? `an administrator sees why: remnant server event show ${one.id} ${request}`;
  const what = leadsTo.includes(status) ? 'the action failed' : `the server is ${status}, not ${wanted}`;
  throw failure(`${what}: ${why} (request ${action.requestId ?? '-'})`);
}

interface Seen {
  readonly status: Status;
  readonly task: string | null;
  readonly action: ActionSeen;
}

interface ActionSeen {
  readonly requestId: string | null;
  readonly isOver: boolean;
  readonly failed: boolean;
  /** What its events say of it; null for who may not see that. */
  readonly why: string | null;
}

async function look(client: RemnantClient, id: string, requestId: string | null, signal: AbortSignal): Promise<Seen> {
  const { server } = await client.servers.show(id, { signal });
  return {
    status: server.status,
    task: server['OS-EXT-STS:task_state'] ?? null,
    action: await lookAtAction(client, id, requestId, signal),
  };
}

/** The action of a request; one that is not known is taken to be over, for nothing can be said of it. */
async function lookAtAction(
  client: RemnantClient,
  id: string,
  requestId: string | null,
  signal: AbortSignal,
): Promise<ActionSeen> {
  if (requestId === null) return { requestId, isOver: true, failed: false, why: null };
  const { instanceAction } = await client.osInstanceActions.show(id, requestId, { signal });
  const events = instanceAction.events ?? [];
  const failed = instanceAction.message === 'Error';
  return {
    requestId,
    isOver: failed || (events.length > 0 && events.every((event) => event.finish_time !== null)),
    failed,
    why: events.find((event) => event.result === 'Error')?.details ?? null,
  };
}
