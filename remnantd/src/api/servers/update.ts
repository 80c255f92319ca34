// PUT /servers/{id}: changes what a server is called and how it is reached; answers as a show does, from 2.75 with all of it.

import { Type } from 'typebox';
import type { ServerChange } from '../../app/servers/update-server.ts';
import { updateServer } from '../../app/servers/update-server.ts';
import type { JsonObject } from '../../lib/json.ts';
import type { VersionSpan } from '../../model/microversion.ts';
import type { CallerOperation, VersionedSchema } from '../operation.ts';
import { objectOf } from '../reply-schema.ts';
import { DESCRIPTION, DISK_CONFIG, FQDN, HOSTNAME, NAME } from '../schemas.ts';
import { canonicalIpv6 } from './canonical-ipv6.ts';
import { serverRenderer } from './render-server.ts';
import * as rules from './rules.ts';
import { SERVER_REPLY } from './shape.ts';

const schemaFor = (span: VersionSpan, more: JsonObject): VersionedSchema => ({
  ...span,
  schema: Type.Unsafe({
    type: 'object',
    properties: {
      server: {
        type: 'object',
        properties: {
          name: NAME,
          'OS-DCF:diskConfig': DISK_CONFIG,
          accessIPv4: { type: 'string', format: 'ipv4' },
          accessIPv6: { type: 'string', format: 'ipv6' },
          ...more,
        },
        additionalProperties: false,
      },
    },
    required: ['server'],
    additionalProperties: false,
  }),
});

export const serversUpdate: CallerOperation = {
  id: 'servers.update',
  root: 'compute',
  method: 'PUT',
  path: '/servers/{server_id}',
  summary: 'Change a server',
  success: 200,
  errors: [400, 401, 403, 404],
  rules: [rules.UPDATE, rules.HOST_STATUS, rules.HOST_STATUS_UNKNOWN, rules.FLAVOR_SPECS, rules.EXTENDED_ATTRIBUTES],
  body: [
    schemaFor({ until: '2.18' }, {}),
    schemaFor({ since: '2.19', until: '2.89' }, { description: DESCRIPTION }),
    schemaFor({ since: '2.90', until: '2.93' }, { description: DESCRIPTION, hostname: HOSTNAME }),
    schemaFor({ since: '2.94' }, { description: DESCRIPTION, hostname: FQDN }),
  ],
  reply: objectOf({ server: SERVER_REPLY.update }),
  handle: async (request, deps) => {
    const { server: asked } = request.body as unknown as { server: ServerBody };
    const server = await updateServer(deps.servers, request, request.params['server_id'] ?? '', changeOf(asked));
    const target = { project_id: server.projectId, user_id: server.userId };
    return { body: { server: serverRenderer(deps, request, 'update', target)(server) } };
  },
};

/** A `server` object as the schemas let it through. */
interface ServerBody {
  readonly name?: string;
  readonly description?: string | null;
  readonly hostname?: string;
  readonly accessIPv4?: string;
  readonly accessIPv6?: string;
  readonly 'OS-DCF:diskConfig'?: 'AUTO' | 'MANUAL';
}

function changeOf(asked: ServerBody): ServerChange {
  const { name, description, hostname, accessIPv4, accessIPv6, 'OS-DCF:diskConfig': diskConfig } = asked;
  return {
    ...(name === undefined ? {} : { name: name.trim() }),
    ...(description === undefined ? {} : { description }),
    ...(hostname === undefined ? {} : { hostname }),
    ...(accessIPv4 === undefined ? {} : { accessIpV4: accessIPv4 }),
    ...(accessIPv6 === undefined ? {} : { accessIpV6: canonicalIpv6(accessIPv6) }),
    ...(diskConfig === undefined ? {} : { diskConfig }),
  };
}
