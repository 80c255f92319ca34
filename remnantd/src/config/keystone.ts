// The section about a real Keystone in the place of the built-in identity.

import type { Static } from 'typebox';
import { Type } from 'typebox';
import { URL_PATTERN } from './sign-in.ts';

const text = (description: string, more: object = {}) => Type.String({ description, minLength: 1, ...more });
const url = { pattern: URL_PATTERN };

const section = Type.Object(
  {
    auth_url: text('Keystone, with or without its /v3, as this machine reaches it.', url),
    www_authenticate_uri: Type.Union([text('', url), Type.Null()], {
      description: 'Keystone as clients reach it: where a 401 sends them. Null is auth_url.',
      default: null,
    }),
    user: text('Name of the service user that checks tokens; it needs the role service.'),
    user_domain: text('Name of its domain.', { default: 'Default' }),
    project: text('Name of the project it holds that role in.', { default: 'service' }),
    project_domain: text("Name of the project's domain.", { default: 'Default' }),
    password_file: text(
      'File whose first line is its password, readable by its owner only (chmod 600). Read at each sign-in, so a new password needs no restart.',
    ),
    ca_file: Type.Union([Type.String({ minLength: 1 }), Type.Null()], {
      description: 'The authorities to trust for an auth_url of https. PEM; null are the usual ones.',
      default: null,
    }),
    cache_time: Type.Number({
      description:
        'How long what Keystone said about a token is used again; 0 asks for each request. A revoked token, and a disabled user, get in up to this much longer. Seconds.',
      minimum: 0,
      default: 300,
    }),
    cache_size: Type.Integer({
      description: 'So many good tokens are remembered, and as many bad ones; the longest unused goes first.',
      minimum: 1,
      default: 10_000,
    }),
    timeout: Type.Number({
      description: 'How long an answer of Keystone may take; then the request is 503. Seconds.',
      exclusiveMinimum: 0,
      default: 5,
    }),
    parallel: Type.Integer({
      description: 'Keystone is asked at most this many questions at once; others wait, 32 for each.',
      minimum: 1,
      default: 16,
    }),
    service_token_roles: Type.Array(Type.String({ minLength: 1 }), {
      description: 'An X-Service-Token must hold one of these roles; an expired token that comes with it is good.',
      minItems: 1,
      default: ['service'],
    }),
  },
  { additionalProperties: false },
);

/** Keystone. */
export const keystone = Type.Union([section, Type.Null()], {
  description:
    'A real Keystone in the place of the built-in identity: no /identity/v3 here, no accounts. Null is the built-in one.',
  default: null,
});

/** The settings of a Keystone. */
export type KeystoneConfig = Static<typeof section>;

/** Keystone's address without the slash and the version at its end. */
export function keystoneRoot({ auth_url: authUrl }: Pick<KeystoneConfig, 'auth_url'>): string {
  return authUrl.replace(/\/+$/, '').replace(/\/v3$/, '').replace(/\/+$/, '');
}
