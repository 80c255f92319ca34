// Makes a project.

import { insertProject } from '../../db/identity.ts';
import type { Project } from '../../model/identity.ts';
import type { ProjectId } from '../../model/ids.ts';
import { recordChange } from '../record-change.ts';
import type { RequestContext } from '../request-context.ts';
import type { IdentityDeps } from './identity-writes.ts';
import { newId, requireFreeProjectName } from './identity-writes.ts';

/** Makes it. Faults identity-denied, identity-taken. */
export async function createProject(
  { access, store, clock }: IdentityDeps,
  context: RequestContext,
  wanted: Omit<Project, 'id'>,
): Promise<Project> {
  access.identity.authorise(context.caller, 'identity:create_project');
  return store.transaction(async (tx) => {
    await requireFreeProjectName(tx, wanted.name, null);
    const project: Project = { ...wanted, id: newId<ProjectId>(clock) };
    await insertProject(tx, project);
    await recordChange(tx, clock, context, { target: `project ${project.id}`, detail: wanted });
    return project;
  });
}
