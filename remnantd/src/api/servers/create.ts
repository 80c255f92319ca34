// POST /servers: makes servers.

import { createServers } from '../../app/servers/create-server.ts';
import { resourceLinks } from '../links.ts';
import type { CallerOperation } from '../operation.ts';
import { LINKS, listOf, objectOf, STRING, titled } from '../reply-schema.ts';
import { booleanOf } from '../schemas.ts';
import type { CreateBody } from './create-body.ts';
import { wantedOf } from './create-body.ts';
import { CREATE_SCHEMAS, LEGACY_CREATE_SCHEMA } from './create-schemas.ts';
import * as rules from './rules.ts';

const CREATED = titled(
  'CreatedServer',
  objectOf({
    id: STRING,
    links: LINKS,
    'OS-DCF:diskConfig': STRING,
    security_groups: listOf(objectOf({ name: STRING })),
  }),
);

export const serversCreate: CallerOperation = {
  id: 'servers.create',
  root: 'compute',
  method: 'POST',
  path: '/servers',
  summary: 'Create servers',
  description:
    'A config drive is made where it is asked for, and where there is a key, user data or a file: there is no metadata service. `networks` is `none`, or `auto` for the network of the host. The hints `group`, `same_host` and `different_host` are heeded; others are kept.',
  success: 202,
  errors: [400, 401, 403],
  rules: [
    rules.CREATE,
    rules.CREATE_FORCED_HOST,
    rules.REQUESTED_DESTINATION,
    rules.CREATE_ATTACH_VOLUME,
    rules.CREATE_ATTACH_NETWORK,
    rules.CREATE_TRUSTED_CERTS,
  ],
  body: CREATE_SCHEMAS,
  legacyBody: LEGACY_CREATE_SCHEMA,
  reply: objectOf({}, { server: CREATED, reservation_id: STRING }),
  handle: async (request, deps) => {
    const body = request.body as unknown as CreateBody;
    const wanted = wantedOf(body, request.version, (rule) => deps.access.authorise(request.caller, rule.name));
    const { servers, reservationId } = await createServers(deps.servers, request, wanted);
    if (booleanOf(body.server.return_reservation_id)) return { body: { reservation_id: reservationId } };
    const server = servers[0];
    if (server === undefined) throw new Error('a request for at least one server made none');
    const links = resourceLinks(request.links, `servers/${server.id}`);
    return {
      body: {
        server: {
          id: server.id,
          links,
          'OS-DCF:diskConfig': server.diskConfig,
          security_groups: server.securityGroups.map((name) => ({ name })),
        },
      },
      headers: { location: links[0]?.href ?? '' },
    };
  },
};
