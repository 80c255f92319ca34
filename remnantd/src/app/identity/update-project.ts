// Changes a project. Being disabled ends every token for it, at once; its servers stay as they are.

import { unknown } from '../../access/identity-access.ts';
import type { ProjectPatch } from '../../db/identity.ts';
import { patchProject } from '../../db/identity.ts';
import { deleteTokensFor } from '../../db/tokens.ts';
import type { Project } from '../../model/identity.ts';
import { recordChange } from '../record-change.ts';
import type { RequestContext } from '../request-context.ts';
import type { IdentityDeps } from './identity-writes.ts';
import { requireFreeProjectName } from './identity-writes.ts';
import { keepAnAdmin } from './keep-an-admin.ts';

/** Changes it. Faults identity-denied, identity-not-found, identity-taken, last-admin. */
export async function updateProject(
  { access, store, clock }: IdentityDeps,
  context: RequestContext,
  id: string,
  patch: ProjectPatch,
): Promise<Project> {
  const project = await access.identity.project(context.caller, 'identity:update_project', id);
  return store.transaction(async (tx) => {
    if (patch.name !== undefined) await requireFreeProjectName(tx, patch.name, project.id);
    const now = await keepAnAdmin(tx, () => patchProject(tx, project.id, patch));
    if (now === null) throw unknown('project', id);
    if (!now.enabled) await deleteTokensFor(tx, project.id);
    await recordChange(tx, clock, context, { target: `project ${project.id}`, detail: patch });
    return now;
  });
}
