// Deletes a project with the roles in it and the tokens for it. One that still has servers is kept: they would be
// nobody's.

import { unknown } from '../../access/identity-access.ts';
import { deleteProject as deleteRow, hasServers } from '../../db/identity.ts';
import { fault } from '../../model/faults.ts';
import { recordChange } from '../record-change.ts';
import type { RequestContext } from '../request-context.ts';
import type { IdentityDeps } from './identity-writes.ts';
import { keepAnAdmin } from './keep-an-admin.ts';

/** Deletes it. Faults identity-denied, identity-not-found, conflict (it has servers), last-admin. */
export async function deleteProject(
  { access, store, clock }: IdentityDeps,
  context: RequestContext,
  id: string,
): Promise<void> {
  const project = await access.identity.project(context.caller, 'identity:delete_project', id);
  await store.transaction(async (tx) => {
    if (await hasServers(tx, project.id)) {
      throw fault('conflict', { message: `Project ${id} still has servers: delete them first.` });
    }
    if (!(await keepAnAdmin(tx, () => deleteRow(tx, project.id)))) throw unknown('project', id);
    await recordChange(tx, clock, context, { target: `project ${project.id}`, detail: { name: project.name } });
  });
}
