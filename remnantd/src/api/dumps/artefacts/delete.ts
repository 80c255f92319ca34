// DELETE /remnant/v1/servers/{id}/dumps/{dump_id}/artefacts/{artefact_id}. Deleting shows nothing of the guest, so an admin may too.

import type { Authorised } from '../../../access/authorised.ts';
import { deleteArtefact } from '../../../app/artefacts/delete-artefact.ts';
import type { Artefact } from '../../../model/dump.ts';
import { PROJECT_MEMBER_OR_ADMIN } from '../../../policy/base-rules.ts';
import type { ApiDeps } from '../../deps.ts';
import type { CallerOperation, CallerRequest } from '../../operation.ts';
import { rule } from '../../rule.ts';

const PATH = '/servers/{server_id}/dumps/{dump_id}/artefacts/{artefact_id}';

const DELETE = rule(
  'remnant:dumps:delete',
  PROJECT_MEMBER_OR_ADMIN,
  'Delete a file that came of a crash dump',
  `DELETE ${PATH}`,
);

export const artefactsDelete: CallerOperation = {
  id: 'artefacts.delete',
  root: 'remnant',
  method: 'DELETE',
  path: PATH,
  summary: 'Delete a file that came of a crash dump',
  description:
    'From now on nobody is given its bytes. The dump goes on showing it, with `deleted_at`; its host erases the key and then the file, as soon as it answers.',
  success: 204,
  errors: [400, 401, 403, 404],
  rules: [DELETE],
  handle: async (request, deps) => {
    await deleteArtefact(deps.artefacts, request, await find(request, deps));
    return {};
  },
  again: async (request, deps) => {
    await find(request, deps);
    return {};
  },
};

/** The file asked for, one that is deleted already too. */
async function find({ caller, params }: CallerRequest, { access }: ApiDeps): Promise<Authorised<Artefact>> {
  const server = await access.servers.oneEvenDeleted(caller, params['server_id'] ?? '', DELETE.name);
  return access.records.artefact(server, params['dump_id'] ?? '', params['artefact_id'] ?? '');
}
