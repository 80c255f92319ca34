// POST /servers/{id}/action {"evacuate": {...}}: makes a server on another host, its own being lost.

import { Type } from 'typebox';
import { evacuateServer } from '../../../app/servers/evacuate-server.ts';
import type { JsonObject } from '../../../lib/json.ts';
import type { VersionSpan } from '../../../model/microversion.ts';
import { behaves } from '../../behaviours.ts';
import type { CallerOperation, VersionedSchema } from '../../operation.ts';
import { BOOLEAN, booleanOf, HOST } from '../../schemas.ts';
import * as rules from '../move-rules.ts';

const ADMIN_PASS: JsonObject = { adminPass: { type: 'string' } };
const schemaFor = (span: VersionSpan, more: JsonObject, required: readonly string[] = []): VersionedSchema => ({
  ...span,
  schema: Type.Unsafe({
    type: 'object',
    properties: { host: HOST, ...more },
    required,
    additionalProperties: false,
  }),
});

/** What stands under the key, as the schemas let it through. */
interface Asked {
  readonly host?: string;
  readonly onSharedStorage?: boolean | string;
  readonly force?: boolean | string;
  readonly adminPass?: string;
}

export const serversEvacuate: CallerOperation = {
  id: 'servers.evacuate',
  root: 'compute',
  method: 'POST',
  path: '/servers/{server_id}/action',
  action: 'evacuate',
  summary: 'Evacuate a server from a host that is lost',
  description:
    'The host must be down. Where the new host finds the disk of the server, on storage that it shares with the lost one, the server goes on with it, and its action has an event remnant_keep_disk. Else it is made anew from its image: what was on its disk stays on the lost host, and is removed there when that host is back. Until 2.13 what is found must be what onSharedStorage says, or the server is in ERROR. No adminPass is answered: nothing in the guest would take it.',
  success: 200,
  errors: [400, 401, 403, 404, 409],
  rules: [rules.EVACUATE],
  body: [
    schemaFor({ until: '2.13' }, { onSharedStorage: BOOLEAN, ...ADMIN_PASS }, ['onSharedStorage']),
    schemaFor({ since: '2.14', until: '2.28' }, ADMIN_PASS),
    schemaFor({ since: '2.29', until: '2.67' }, { ...ADMIN_PASS, force: BOOLEAN }),
    schemaFor({ since: '2.68' }, ADMIN_PASS),
  ],
  handle: async (request, deps) => {
    const asked = request.body as unknown as Asked;
    const { host = null, onSharedStorage } = asked;
    await evacuateServer(deps.servers, request, request.params['server_id'] ?? '', {
      host,
      force: behaves(request.version, 'checked-evacuation') ? booleanOf(asked.force) : host !== null,
      leaveOff: behaves(request.version, 'evacuated-stay-off'),
      // From 2.14 no schema lets it through: the new host looks for itself.
      sharedDisk: onSharedStorage === undefined ? null : booleanOf(onSharedStorage),
      wrong: wrongWith(asked),
    });
    return {};
  },
};

/** What Nova finds wrong with the request once it knows the server; null for nothing. */
function wrongWith({ host, force, onSharedStorage, adminPass }: Asked): string | null {
  if (booleanOf(force) && host === undefined) return "Can't force to a non-provided destination";
  if (booleanOf(onSharedStorage) && adminPass !== undefined) {
    return "admin password can't be changed on existing disk";
  }
  return null;
}
