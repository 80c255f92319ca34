// A token's answer as Keystone v3 gives it, with the catalogue of this cloud.

import type { TokenFacts } from '../../model/identity.ts';
import { DEFAULT_DOMAIN } from '../../model/identity.ts';

import { FLAG, listOf, MOMENT, objectOf, STRING, titled } from '../reply-schema.ts';

const NAMED = { id: STRING, name: STRING };
const DOMAIN = objectOf(NAMED);
const ENDPOINT = titled(
  'Endpoint',
  objectOf({ id: STRING, interface: STRING, region: STRING, region_id: STRING, url: STRING }),
);
const CATALOG = listOf(titled('CatalogService', objectOf({ ...NAMED, type: STRING, endpoints: listOf(ENDPOINT) })));

/** A token, for the OpenAPI document. */
export const TOKEN_REPLY = objectOf({
  token: titled(
    'Token',
    objectOf(
      {
        methods: listOf(STRING),
        user: objectOf({ ...NAMED, domain: DOMAIN }),
        audit_ids: listOf(STRING),
        issued_at: MOMENT,
        expires_at: MOMENT,
      },
      {
        project: objectOf({ ...NAMED, domain: DOMAIN }),
        is_domain: FLAG,
        system: objectOf({ all: FLAG }),
        roles: listOf(objectOf(NAMED)),
        catalog: CATALOG,
      },
    ),
  ),
});

const micro = (ms: number) => new Date(ms).toISOString().replace(/(\.\d{3})Z$/, '$1000Z');

/** The endpoints of this cloud, as the catalogue lists them. */
export function catalogue(origin: string, region: string): object[] {
  const service = (type: string, name: string, path: string) => ({
    id: name,
    type,
    name,
    endpoints: ['public', 'internal', 'admin'].map((face) => ({
      id: `${name}-${face}`,
      interface: face,
      region,
      region_id: region,
      url: `${origin}${path}`,
    })),
  });
  return [
    service('compute', 'nova', '/v2.1'),
    service('identity', 'keystone', '/identity'),
    service('image', 'glance', '/image'),
    service('crash-dump', 'remnant', '/remnant/v1'),
  ];
}

/** The body of a token's answer. */
export function tokenBody(facts: TokenFacts, origin: string, region: string): object {
  const { token, user, project, roles } = facts;
  const scoped = token.scope.kind !== 'unscoped';
  return {
    token: {
      methods: token.methods,
      user: { id: user.id, name: user.name, domain: DEFAULT_DOMAIN, password_expires_at: null },
      audit_ids: [token.auditId],
      issued_at: micro(token.issuedAt),
      expires_at: micro(token.expiresAt),
      ...(project === null
        ? {}
        : { project: { id: project.id, name: project.name, domain: DEFAULT_DOMAIN }, is_domain: false }),
      ...(token.scope.kind === 'system' ? { system: { all: true } } : {}),
      ...(scoped ? { roles: roles.map((name) => ({ id: name, name })), catalog: catalogue(origin, region) } : {}),
    },
  };
}
