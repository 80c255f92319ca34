// DELETE /os-services/{id}: by number until 2.52, by UUID from 2.53.

import { deleteService } from '../../app/services/delete-service.ts';
import { fault } from '../../model/faults.ts';
import { isUuidLike } from '../../model/ids.ts';
import { behaves } from '../behaviours.ts';
import type { CallerOperation } from '../operation.ts';
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
    deps.access.authorise(caller, rules.DELETE.name, { project_id: null, user_id: null });
    const id = behaves(request.version, 'service-uuid') ? uuidOf(text) : { seq: numberOf(text), text };
    await deleteService(deps.services, request, await deps.access.services.toDelete(caller, rules.DELETE.name, id));
    return {};
  },
};

function uuidOf(text: string): string {
  if (!isUuidLike(text)) throw fault('bad-request', { message: `Invalid uuid ${text}` });
  return text;
}

/** A whole number as Python's `int()` reads one. */
function numberOf(text: string): number {
  const digits = text.trim();
  if (!/^[+-]?\d+(?:_\d+)*$/.test(digits))
    throw fault('bad-request', { message: 'Invalid input received: id must be an integer' });
  return Number(digits.replaceAll('_', ''));
}
