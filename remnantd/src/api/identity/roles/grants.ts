// /identity/v3/projects/{id}/users/{id}/roles and /system/users/{id}/roles: the roles given to a user, each to be looked at,
// given and taken. The same five operations twice: only the scope differs.

import type { ScopeName } from '../../../access/identity-access.ts';
import type { Grant } from '../../../app/identity/grants.ts';
import { grantRole, notGiven, revokeRole } from '../../../app/identity/grants.ts';
import { isRole } from '../../../model/identity.ts';
import type { RuleDefault } from '../../../policy/rule-default.ts';
import type { ApiDeps } from '../../deps.ts';
import type { CallerOperation, CallerRequest } from '../../operation.ts';
import * as rules from '../rules.ts';
import { listBody, listReply } from '../shape.ts';
import { ROLE_REPLY, roleBody } from './read.ts';

interface Family {
  readonly noun: string;
  readonly path: string;
  readonly where: string;
  readonly scope: (request: CallerRequest) => ScopeName;
  readonly list: RuleDefault;
  readonly check: RuleDefault;
  readonly create: RuleDefault;
  readonly revoke: RuleDefault;
}

function grantOf(family: Family, request: CallerRequest): Grant {
  const { user_id: user = '', role_id: role = '' } = request.params;
  return { user, role, scope: family.scope(request) };
}

async function requireGiven(family: Family, request: CallerRequest, deps: ApiDeps): Promise<void> {
  const grant = grantOf(family, request);
  const given = await deps.access.identity.roles(request.caller, family.check.name, grant.user, grant.scope);
  if (!isRole(grant.role) || !given.includes(grant.role)) throw notGiven(grant);
}

function operations(family: Family): readonly CallerOperation[] {
  const { noun, where } = family;
  const path = `${family.path}/{role_id}`;
  const root = 'identity';
  const check: Omit<CallerOperation, 'id' | 'method' | 'open'> = {
    root,
    path,
    summary: `Check whether a user has a role ${where}`,
    success: 204,
    errors: [401, 403, 404],
    rules: [family.check],
    handle: async (request, deps) => {
      await requireGiven(family, request, deps);
      return {};
    },
  };
  return [
    {
      id: `${noun}.list`,
      root,
      method: 'GET',
      path: family.path,
      summary: `List a user's roles ${where}`,
      description: 'Those that were given; what they imply is not listed.',
      success: 200,
      errors: [401, 403, 404],
      rules: [family.list],
      reply: listReply('roles', ROLE_REPLY),
      handle: async (request, deps) => {
        const { user, scope } = grantOf(family, request);
        const given = await deps.access.identity.roles(request.caller, family.list.name, user, scope);
        const shown = given.map((role) => roleBody(request, role));
        const self = family.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => request.params[name] ?? '');
        return { body: listBody(request, 'roles', self, shown) };
      },
    },
    { ...check, id: `${noun}.check`, method: 'HEAD' },
    { ...check, id: `${noun}.show`, method: 'GET' },
    {
      id: `${noun}.create`,
      root,
      method: 'PUT',
      path,
      summary: `Give a user a role ${where}`,
      success: 204,
      errors: [401, 403, 404],
      rules: [family.create],
      handle: async (request, deps) => {
        await grantRole(deps.identity, request, grantOf(family, request));
        return {};
      },
    },
    {
      id: `${noun}.revoke`,
      root,
      method: 'DELETE',
      path,
      summary: `Take a role ${where} from a user`,
      success: 204,
      errors: [401, 403, 404, 409],
      rules: [family.revoke],
      handle: async (request, deps) => {
        await revokeRole(deps.identity, request, grantOf(family, request));
        return {};
      },
    },
  ];
}

/** Roles in projects. */
export const PROJECT_GRANTS = operations({
  noun: 'project-grants',
  path: '/projects/{project_id}/users/{user_id}/roles',
  where: 'in a project',
  scope: (request) => ({ project: request.params['project_id'] ?? '' }),
  list: rules.LIST_GRANTS,
  check: rules.CHECK_GRANT,
  create: rules.CREATE_GRANT,
  revoke: rules.REVOKE_GRANT,
});

/** Roles on the system. */
export const SYSTEM_GRANTS = operations({
  noun: 'system-grants',
  path: '/system/users/{user_id}/roles',
  where: 'on the system',
  scope: () => 'system',
  list: rules.LIST_SYSTEM_GRANTS,
  check: rules.CHECK_SYSTEM_GRANT,
  create: rules.CREATE_SYSTEM_GRANT,
  revoke: rules.REVOKE_SYSTEM_GRANT,
});
