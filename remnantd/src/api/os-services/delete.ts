// DELETE /os-services/{id}: by number until 2.52, by UUID from 2.53.

import { NOBODYS } from '../../access/authorise.ts';
import { deleteService } from '../../app/services/delete-service.ts';
import { fault } from '../../model/faults.ts';
import { isUuidLike } from '../../model/ids.ts';
import { behaves } from '../behaviours.ts';
import type { CallerOperation } from '../operation.ts';
import { idNumber } from '../query.ts';
import * as rules from './rules.ts';

export const osServicesDelete: CallerOperation = {
  id: 'os-services.delete',
  root: 'compute',
  method: 'DELETE',
  path: '/os-services/{service_id}',
  summary: 'Delete a compute service',
  description:
    'For a host that is gone. A host whose agent is alive has its service again when the agent next presents itself.',
  success: 204,
  errors: [400, 401, 403, 404, 409],
  rules: [rules.DELETE],
  handle: async (request, deps) => {
    const { caller } = request;
    const text = request.params['service_id'] ?? '';
    deps.access.authorise(caller, rules.DELETE.name, NOBODYS);
    const id = behaves(request.version, 'service-uuid') ? uuidOf(text) : { seq: idNumber(text), text };
    await deleteService(deps.services, request, await deps.access.services.toDelete(caller, rules.DELETE.name, id));
    return {};
  },
};

function uuidOf(text: string): string {
  if (!isUuidLike(text)) throw fault('bad-request', { message: `Invalid uuid ${text}` });
  return text;
}
