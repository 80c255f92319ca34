// Deletes a server group. Its servers stay where they are and are in none.

import type { Authorised } from '../../access/authorised.ts';
import { deleteServerGroup as removeServerGroup } from '../../db/server-groups.ts';
import type { ServerGroup } from '../../model/server-group.ts';
import { recordChange } from '../record-change.ts';
import type { RequestContext } from '../request-context.ts';
import type { GroupDeps } from './create-server-group.ts';

/** Deletes it. Fault group-not-found. */
export async function deleteServerGroup(
  { access, store, clock }: GroupDeps,
  context: RequestContext,
  group: Authorised<ServerGroup>,
): Promise<void> {
  await store.transaction(async (tx) => {
    const { id, name } = await access.groups.again(tx, group);
    await removeServerGroup(tx, id);
    await recordChange(tx, clock, context, { target: `server_group ${id}`, detail: { name } });
  });
}
