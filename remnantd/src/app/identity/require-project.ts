// Is there such a project? What is written down for a project by its id is refused for one that is not there, as Nova does,
// where the identity service can tell.

import { fault } from '../../model/faults.ts';
import type { Identity } from '../../ports/identity.ts';

/** Fault not-a-project when the identity service knows of no project `id`; one that cannot tell lets it pass. */
export async function requireProject(identity: Pick<Identity, 'hasProject'>, id: string): Promise<void> {
  if ((await identity.hasProject?.(id)) === false) throw fault('not-a-project', { id });
}
