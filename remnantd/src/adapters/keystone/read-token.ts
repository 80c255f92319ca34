// Keystone's description of a token, read into what Remnant wants of it. What is not such a description is an error: the
// answer came from something that is not a Keystone.

import type { JsonObject, JsonValue } from '../../lib/json.ts';
import { isObject } from '../../lib/json.ts';
import type { Caller } from '../../model/caller.ts';
import type { ProjectId, UserId } from '../../model/ids.ts';
import { asId } from '../../model/ids.ts';

/** A token Keystone vouches for. */
export interface KnownToken {
  readonly caller: Omit<Caller, 'isAdmin'>;
  /** Wall clock, ms. */
  readonly issuedAt: number;
  readonly expiresAt: number;
  /** Made by an application credential that may be used for some requests only. */
  readonly restricted: boolean;
}

/** The token in the body of `GET` or `POST /v3/auth/tokens`. Throws Error. */
export function readToken(body: JsonValue): KnownToken {
  const token = object(object(body, 'the answer')['token'], 'token');
  const user = object(token['user'], 'token.user');
  const project = token['project'] === undefined ? null : object(token['project'], 'token.project');
  const domain = token['domain'] === undefined ? null : object(token['domain'], 'token.domain');
  const roles = token['roles'] ?? [];
  if (!Array.isArray(roles)) throw new Error('token.roles is not a list');
  const credential = token['application_credential'];
  return {
    caller: {
      userId: asId<UserId>(text(user['id'], 'token.user.id')),
      userName: text(user['name'], 'token.user.name'),
      projectId: project === null ? null : asId<ProjectId>(text(project['id'], 'token.project.id')),
      projectName: project === null ? null : text(project['name'], 'token.project.name'),
      // Keystone has already added what each role implies.
      roles: roles.map((role) => text(object(role, 'a role')['name'], "a role's name").toLowerCase()),
      systemScope: isObject(token['system']) && token['system']['all'] === true ? 'all' : null,
      domainScope: domain === null ? null : text(domain['id'], 'token.domain.id'),
    },
    issuedAt: time(token['issued_at'], 'token.issued_at'),
    expiresAt: time(token['expires_at'], 'token.expires_at'),
    restricted: isObject(credential) && Array.isArray(credential['access_rules']),
  };
}

function object(value: JsonValue | undefined, what: string): JsonObject {
  if (!isObject(value)) throw new Error(`${what} is not an object`);
  return value;
}

function text(value: JsonValue | undefined, what: string): string {
  if (typeof value !== 'string' || value === '') throw new Error(`${what} is not a text`);
  return value;
}

function time(value: JsonValue | undefined, what: string): number {
  const ms = Date.parse(text(value, what));
  if (Number.isNaN(ms)) throw new Error(`${what} is not a time`);
  return ms;
}
