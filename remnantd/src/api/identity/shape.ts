// A token's answer as Keystone v3 gives it, and what all answers of the identity share.

import type { TokenFacts } from '../../model/identity.ts';
import { DEFAULT_DOMAIN } from '../../model/identity.ts';
import type { ApiRequest, Reply } from '../operation.ts';
import { querySchema, TEXT } from '../query.ts';
import type { ReplySchema } from '../reply-schema.ts';
import { FLAG, listOf, MOMENT, objectOf, STRING, STRING_OR_NULL, titled } from '../reply-schema.ts';
import { microTime } from '../times.ts';
import { CATALOG_SERVICE_REPLY, catalogue } from './catalogue.ts';

const NAMED = { id: STRING, name: STRING };
const DOMAIN = objectOf(NAMED);

/** What may be asked of a token's answer. */
export const TOKEN_QUERY = [{ schema: querySchema({ nocatalog: TEXT }) }];

/** A token, for the OpenAPI document. */
export const TOKEN_REPLY = objectOf({
  token: titled(
    'Token',
    objectOf(
      {
        methods: listOf(STRING),
        user: objectOf({ ...NAMED, domain: DOMAIN, password_expires_at: STRING_OR_NULL }),
        audit_ids: listOf(STRING),
        issued_at: MOMENT,
        expires_at: MOMENT,
      },
      {
        project: objectOf({ ...NAMED, domain: DOMAIN }),
        is_domain: FLAG,
        system: objectOf({ all: FLAG }),
        roles: listOf(objectOf(NAMED)),
        catalog: listOf(CATALOG_SERVICE_REPLY),
      },
    ),
  ),
});

/** A token's answer; without the catalogue where the request says `nocatalog`. */
export function tokenReply(facts: TokenFacts, secret: string, request: ApiRequest, region: string): Reply {
  return {
    body: tokenBody(facts, request, region),
    headers: { 'x-subject-token': secret, vary: 'X-Auth-Token' },
  };
}

function tokenBody(facts: TokenFacts, request: ApiRequest, region: string): object {
  const { token, user, project, roles } = facts;
  const scoped = token.scope.kind !== 'unscoped';
  const wantsCatalogue = scoped && request.query['nocatalog'] === undefined;
  return {
    token: {
      methods: token.methods,
      user: { id: user.id, name: user.name, domain: DEFAULT_DOMAIN, password_expires_at: null },
      audit_ids: token.auditIds,
      issued_at: `${microTime(token.issuedAt)}Z`,
      expires_at: `${microTime(token.expiresAt)}Z`,
      ...(project === null
        ? {}
        : { project: { id: project.id, name: project.name, domain: DEFAULT_DOMAIN }, is_domain: false }),
      ...(token.scope.kind === 'system' ? { system: { all: true } } : {}),
      ...(scoped ? { roles: roles.map((name) => ({ id: name, name })) } : {}),
      ...(wantsCatalogue ? { catalog: catalogue(request.links.origin, region) } : {}),
    },
  };
}

/** Where something of the identity is, e.g. `/users/ID`. */
export function urlOf(request: ApiRequest, path: string): string {
  return `${request.links.origin}/identity/v3${path}`;
}

/** A whole list: Keystone's links of it say that there is no other page. */
export function listBody(request: ApiRequest, name: string, path: string, items: readonly object[]): object {
  return { [name]: items, links: { next: null, self: urlOf(request, path), previous: null } };
}

/** Links of a thing, for the OpenAPI document. */
export const SELF_LINK = objectOf({ self: STRING });

/** Links of a whole list, for the OpenAPI document. */
const LIST_LINKS = objectOf({ next: STRING_OR_NULL, self: STRING, previous: STRING_OR_NULL });

/** What `listBody` gives, for the OpenAPI document. */
export function listReply(name: string, item: ReplySchema): ReplySchema {
  return objectOf({ [name]: listOf(item), links: LIST_LINKS });
}
