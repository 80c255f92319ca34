// Deletes an artefact: from this moment its bytes are given to nobody, and its host is asked until it has erased them. The row
// stays and says what became of the file.

import type { Authorised } from '../../access/authorised.ts';
import { markDeleted } from '../../db/artefacts.ts';
import type { Store } from '../../db/store.ts';
import type { Artefact } from '../../model/dump.ts';
import type { Clock } from '../../ports/clock.ts';
import { recordChange } from '../record-change.ts';
import type { RequestContext } from '../request-context.ts';

/** What deleting needs. */
export interface DeleteArtefactDeps {
  readonly store: Store;
  readonly clock: Clock;
}

/** Deletes it; one that is deleted already stays as it is. */
export async function deleteArtefact(
  { store, clock }: DeleteArtefactDeps,
  context: RequestContext,
  { id, dumpId, serverId, bytes }: Authorised<Artefact>,
): Promise<void> {
  await store.transaction(async (tx) => {
    const isNew = await markDeleted(tx, id, clock.wall(), context.caller.userId);
    await recordChange(tx, clock, context, {
      target: `server ${serverId}`,
      detail: { dump: dumpId, artefact: id, bytes, ...(isNew ? {} : { already: 'deleted' }) },
    });
  });
}
