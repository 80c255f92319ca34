// What of a move Nova's conductor would have recorded: events that begin and end while the request is taken; and the end of what
// a move left on a host.

import { beginEvent, finishEvent } from '../../db/instance-actions.ts';
import { leftovers, patchMigration } from '../../db/server-migrations.ts';
import type { Db } from '../../db/store.ts';
import type { HostName, ServerId } from '../../model/ids.ts';

/** What Nova's scheduler says when there is no room. */
export const NO_HOST = 'No valid host was found. There are not enough hosts available.';

/** Records that the host of a rebuild was found, or with `failure` that it was not. */
export async function recordRebuildServer(
  tx: Db,
  actionSeq: number,
  at: number,
  failure: string | null,
): Promise<void> {
  await recordAtOnce(tx, { actionSeq, event: 'rebuild_server', host: null, at }, failure);
}

/** Records an event that began and ended at once. */
export async function recordAtOnce(
  tx: Db,
  event: { readonly actionSeq: number; readonly event: string; readonly host: string | null; readonly at: number },
  failure: string | null,
): Promise<void> {
  await beginEvent(tx, event);
  const { actionSeq, at } = event;
  const result = failure === null ? 'Success' : 'Error';
  await finishEvent(tx, { actionSeq, event: event.event, at, result, details: failure });
}

/** Closes what moves left of a server on a host: it is not there any more, or is its server's again. One that was evacuated from there is completed by it. */
export async function closeLeftovers(
  tx: Db,
  of: { readonly server: ServerId; readonly host: HostName },
  at: number,
): Promise<void> {
  for (const { seq, status } of await leftovers(tx, of)) {
    await patchMigration(tx, seq, { leftoverOn: null, ...(status === 'done' ? { status: 'completed' } : {}) }, at);
  }
}
