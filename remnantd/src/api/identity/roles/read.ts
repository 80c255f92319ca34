// /identity/v3/roles and /role_inferences: the fixed set of roles, and which implies which. A role's id is its name.

import { fault } from '../../../model/faults.ts';
import type { Role } from '../../../model/identity.ts';
import { impliedRoles, isRole, ROLES } from '../../../model/identity.ts';
import type { ApiRequest, CallerOperation } from '../../operation.ts';
import { last, querySchema, TEXT } from '../../query.ts';
import { listOf, objectOf, STRING, STRING_OR_NULL, titled } from '../../reply-schema.ts';
import * as rules from '../rules.ts';
import { listBody, listReply, SELF_LINK, urlOf } from '../shape.ts';

/** A role, for the OpenAPI document. */
export const ROLE_REPLY = titled(
  'Role',
  objectOf({
    id: STRING,
    name: STRING,
    domain_id: STRING_OR_NULL,
    description: STRING_OR_NULL,
    options: { type: 'object' },
    links: SELF_LINK,
  }),
);

/** A role's object. */
export function roleBody(request: ApiRequest, role: Role): object {
  const links = { self: urlOf(request, `/roles/${role}`) };
  return { id: role, name: role, domain_id: null, description: null, options: {}, links };
}

const read = { root: 'identity', method: 'GET', success: 200 } as const;

export const rolesList: CallerOperation = {
  ...read,
  id: 'roles.list',
  path: '/roles',
  summary: 'List roles',
  errors: [400, 401, 403],
  rules: [rules.LIST_ROLES],
  query: [{ schema: querySchema({ name: TEXT, domain_id: TEXT }) }],
  reply: listReply('roles', ROLE_REPLY),
  handle: (request, deps) => {
    deps.access.identity.authorise(request.caller, rules.LIST_ROLES.name);
    const name = last(request.query, 'name');
    // Roles of a domain's own are another thing in Keystone, and there are none.
    const wanted = last(request.query, 'domain_id') === null ? ROLES : [];
    const shown = wanted.filter((role) => name === null || role === name).map((role) => roleBody(request, role));
    return Promise.resolve({ body: listBody(request, 'roles', '/roles', shown) });
  },
};

export const rolesShow: CallerOperation = {
  ...read,
  id: 'roles.show',
  path: '/roles/{role_id}',
  summary: 'Show a role',
  errors: [401, 403, 404],
  rules: [rules.GET_ROLE],
  reply: objectOf({ role: ROLE_REPLY }),
  handle: (request, deps) => {
    deps.access.identity.authorise(request.caller, rules.GET_ROLE.name);
    const id = request.params['role_id'] ?? '';
    if (!isRole(id)) throw fault('identity-not-found', { what: `role: ${id}` });
    return Promise.resolve({ body: { role: roleBody(request, id) } });
  },
};

const named = (request: ApiRequest, role: Role) => ({
  id: role,
  name: role,
  description: null,
  links: { self: urlOf(request, `/roles/${role}`) },
});
const NAMED = objectOf({ id: STRING, name: STRING, description: STRING_OR_NULL, links: SELF_LINK });

export const rolesInferences: CallerOperation = {
  ...read,
  id: 'roles.inferences',
  path: '/role_inferences',
  summary: 'List which role implies which',
  errors: [401, 403],
  rules: [rules.LIST_ROLE_INFERENCES],
  reply: listReply('role_inferences', objectOf({ prior_role: NAMED, implies: listOf(NAMED) })),
  handle: (request, deps) => {
    deps.access.identity.authorise(request.caller, rules.LIST_ROLE_INFERENCES.name);
    // Each implies the next; the rest follows from that.
    const shown = ROLES.flatMap((role) => {
      const [, next] = impliedRoles(role);
      return next === undefined ? [] : [{ prior_role: named(request, role), implies: [named(request, next)] }];
    });
    return Promise.resolve({ body: listBody(request, 'role_inferences', '/role_inferences', shown) });
  },
};
