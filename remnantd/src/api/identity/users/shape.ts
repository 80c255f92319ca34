// A user as Keystone v3 shows it. What was never set is left out, as Keystone does.

import type { User } from '../../../model/identity.ts';
import { DEFAULT_DOMAIN } from '../../../model/identity.ts';
import type { ApiRequest } from '../../operation.ts';
import { FLAG, objectOf, STRING, STRING_OR_NULL, titled } from '../../reply-schema.ts';
import { SELF_LINK, urlOf } from '../shape.ts';

/** A user, for the OpenAPI document. */
export const USER_REPLY = titled(
  'User',
  objectOf(
    {
      id: STRING,
      name: STRING,
      domain_id: STRING,
      enabled: FLAG,
      password_expires_at: STRING_OR_NULL,
      options: { type: 'object' },
      links: SELF_LINK,
    },
    { description: STRING, email: STRING, default_project_id: STRING },
  ),
);

/** A user's object. */
export function userBody(request: ApiRequest, user: User): object {
  return {
    id: user.id,
    name: user.name,
    domain_id: DEFAULT_DOMAIN.id,
    enabled: user.enabled,
    password_expires_at: null,
    options: {},
    ...(user.description === '' ? {} : { description: user.description }),
    ...(user.email === null ? {} : { email: user.email }),
    ...(user.defaultProjectId === null ? {} : { default_project_id: user.defaultProjectId }),
    links: { self: urlOf(request, `/users/${user.id}`) },
  };
}
