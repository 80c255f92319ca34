// Gives a flavor that is not public to a project, or takes it back.

import { addFlavorAccess, isFlavorOpenTo, projectsOfFlavor, removeFlavorAccess } from '../../db/flavor-access.ts';
import { fault } from '../../model/faults.ts';
import type { ProjectId } from '../../model/ids.ts';
import { requireProject } from '../identity/require-project.ts';
import type { RequestContext } from '../request-context.ts';
import type { FlavorDeps } from './flavor-writes.ts';
import { changeFlavor } from './flavor-writes.ts';

/**
 * Gives it and gives back all projects that have it. `publicToo`: a public one may be given as well, which changes nothing.
 * Faults policy-denied, not-a-project, flavor-not-found, conflict, flavor-access-taken.
 */
export async function giveFlavor(
  deps: FlavorDeps,
  context: RequestContext,
  { id, project, publicToo }: { readonly id: string; readonly project: ProjectId; readonly publicToo: boolean },
): Promise<readonly ProjectId[]> {
  const rule = 'os_compute_api:os-flavor-access:add_tenant_access';
  deps.access.authorise(context.caller, rule);
  await requireProject(deps.identity, project);
  return changeFlavor(deps, context, { id, rule, detail: { project } }, async (tx, flavor) => {
    if (flavor.isPublic && !publicToo) {
      throw fault('conflict', { message: 'Can not add access to a public flavor.' });
    }
    if (await isFlavorOpenTo(tx, id, project)) throw fault('flavor-access-taken', { id, project });
    await addFlavorAccess(tx, id, project);
    return projectsOfFlavor(tx, id);
  });
}

/** Takes it back, from a project that is not there any more too, and gives back who still has it. Faults policy-denied, flavor-not-found, flavor-access-not-found. */
export function takeFlavor(
  deps: FlavorDeps,
  context: RequestContext,
  { id, project }: { readonly id: string; readonly project: ProjectId },
): Promise<readonly ProjectId[]> {
  const rule = 'os_compute_api:os-flavor-access:remove_tenant_access';
  return changeFlavor(deps, context, { id, rule, detail: { project } }, async (tx) => {
    if (!(await removeFlavorAccess(tx, id, project))) throw fault('flavor-access-not-found', { id, project });
    return projectsOfFlavor(tx, id);
  });
}
