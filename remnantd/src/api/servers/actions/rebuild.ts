// POST /servers/{id}/action {"rebuild": {"imageRef": id, ...}}: makes a server anew on its host, and answers with it.

import { Type } from 'typebox';
import type { RebuildChanges, RebuildWish } from '../../../app/servers/rebuild-server.ts';
import { rebuildServer } from '../../../app/servers/rebuild-server.ts';
import type { JsonObject } from '../../../lib/json.ts';
import { fault } from '../../../model/faults.ts';
import type { VersionSpan } from '../../../model/microversion.ts';
import { resourceLinks } from '../../links.ts';
import type { CallerOperation, VersionedSchema } from '../../operation.ts';
import { objectOf } from '../../reply-schema.ts';
import { BOOLEAN, DESCRIPTION, DISK_CONFIG, FQDN, HOSTNAME, METADATA, NAME, WORDS } from '../../schemas.ts';
import { canonicalIpv6 } from '../canonical-ipv6.ts';
import { filesOf } from '../create-body.ts';
import { CERTIFICATES, FILES } from '../create-schemas.ts';
import * as rules from '../move-rules.ts';
import { serverRenderer } from '../render-server.ts';
import * as serverRules from '../rules.ts';
import { SERVER_REPLY } from '../shape.ts';

/** In Nova's order, in which what is wrong is told. */
const ALWAYS: JsonObject = {
  name: NAME,
  imageRef: { type: 'string', format: 'uuid' },
  adminPass: { type: 'string' },
  metadata: METADATA,
  preserve_ephemeral: BOOLEAN,
  'OS-DCF:diskConfig': DISK_CONFIG,
  accessIPv4: { type: 'string', format: 'ipv4' },
  accessIPv6: { type: 'string', format: 'ipv6' },
};

const schemaFor = (span: VersionSpan, more: JsonObject): VersionedSchema => ({
  ...span,
  schema: Type.Unsafe({
    type: 'object',
    properties: { ...ALWAYS, ...more },
    required: ['imageRef'],
    additionalProperties: false,
  }),
});

const described = { description: DESCRIPTION };
const keyed = {
  ...described,
  key_name: { oneOf: [WORDS, { type: 'null' }] },
};
const withUserData = {
  ...keyed,
  user_data: { oneOf: [{ type: 'string', format: 'base64', maxLength: 65_535 }, { type: 'null' }] },
};
const certified = { ...withUserData, ...CERTIFICATES };

export const serversRebuild: CallerOperation = {
  id: 'servers.rebuild',
  root: 'compute',
  method: 'POST',
  path: '/servers/{server_id}/action',
  action: 'rebuild',
  summary: 'Rebuild a server',
  description:
    'Its disk is replaced; its id, its size and its host stay. A server that was adopted is rebuilt like any other, for its owner asks for it. No adminPass is answered: nothing in the guest would take it.',
  success: 202,
  errors: [400, 401, 403, 404, 409],
  rules: [
    rules.REBUILD,
    rules.REBUILD_TRUSTED_CERTS,
    serverRules.HOST_STATUS,
    serverRules.HOST_STATUS_UNKNOWN,
    serverRules.FLAVOR_SPECS,
    serverRules.EXTENDED_ATTRIBUTES,
  ],
  body: [
    schemaFor({ until: '2.18' }, FILES),
    schemaFor({ since: '2.19', until: '2.53' }, { ...FILES, ...described }),
    schemaFor({ since: '2.54', until: '2.56' }, { ...FILES, ...keyed }),
    schemaFor({ since: '2.57', until: '2.62' }, withUserData),
    schemaFor({ since: '2.63', until: '2.89' }, certified),
    schemaFor({ since: '2.90', until: '2.93' }, { ...certified, hostname: HOSTNAME }),
    schemaFor({ since: '2.94' }, { ...certified, hostname: FQDN }),
  ],
  reply: objectOf({ server: SERVER_REPLY.rebuild }),
  handle: async (request, deps) => {
    const id = request.params['server_id'] ?? '';
    const asked = request.body as unknown as Asked;
    if (asked.trusted_image_certificates != null) {
      await deps.access.servers.one(request.caller, id, rules.REBUILD.name);
      await deps.access.servers.one(request.caller, id, rules.REBUILD_TRUSTED_CERTS.name);
      throw fault('bad-request', { message: 'Image certificate validation is not supported' });
    }
    const server = await rebuildServer(deps.servers, request, id, wishOf(asked));
    const target = { project_id: server.projectId, user_id: server.userId };
    const location = resourceLinks(request.links, `servers/${server.id}`)[0]?.href ?? '';
    return { body: { server: serverRenderer(deps, request, 'rebuild', target)(server) }, headers: { location } };
  },
};

/** What stands under the key, as the schemas let it through. */
interface Asked {
  readonly imageRef: string;
  readonly name?: string;
  readonly description?: string | null;
  readonly hostname?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly key_name?: string | null;
  readonly user_data?: string | null;
  readonly accessIPv4?: string;
  readonly accessIPv6?: string;
  readonly 'OS-DCF:diskConfig'?: 'AUTO' | 'MANUAL';
  readonly personality?: readonly { readonly path?: string; readonly contents?: string }[];
  readonly trusted_image_certificates?: readonly string[] | null;
}

function wishOf(asked: Asked): RebuildWish {
  const { name, description, hostname, metadata, key_name: keyName, user_data: userData } = asked;
  const { accessIPv4, accessIPv6, 'OS-DCF:diskConfig': diskConfig } = asked;
  const changes: RebuildChanges = {
    ...(name === undefined ? {} : { name: name.trim() }),
    ...(description === undefined ? {} : { description }),
    ...(hostname === undefined ? {} : { hostname }),
    ...(metadata === undefined ? {} : { metadata }),
    ...(keyName === undefined ? {} : { keyName }),
    ...(userData === undefined ? {} : { userData }),
    ...(accessIPv4 === undefined ? {} : { accessIpV4: accessIPv4 }),
    ...(accessIPv6 === undefined ? {} : { accessIpV6: canonicalIpv6(accessIPv6) }),
    ...(diskConfig === undefined ? {} : { diskConfig }),
  };
  return { imageRef: asked.imageRef, files: filesOf(asked), changes };
}
