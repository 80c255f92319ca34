// GET /identity/v3/role_assignments: who has which role where; with `effective` the implied roles too.

import type { Role, RoleAssignment } from '../../../model/identity.ts';
import { DEFAULT_DOMAIN, impliedRoles } from '../../../model/identity.ts';
import type { ApiRequest, CallerOperation } from '../../operation.ts';
import type { Query } from '../../query.ts';
import { last, querySchema, TEXT } from '../../query.ts';
import { FLAG, objectOf, STRING, titled } from '../../reply-schema.ts';
import { flagOf } from '../fields.ts';
import * as rules from '../rules.ts';
import { listBody, listReply, urlOf } from '../shape.ts';

const DOMAIN = objectOf({ id: STRING, name: STRING });
const PLACED = objectOf({ id: STRING }, { name: STRING, domain: DOMAIN });
const ASSIGNMENT_REPLY = titled(
  'RoleAssignment',
  objectOf({
    role: objectOf({ id: STRING }, { name: STRING }),
    user: PLACED,
    scope: objectOf({}, { project: PLACED, system: objectOf({ all: FLAG }) }),
    links: objectOf({ assignment: STRING }, { prior_role: STRING }),
  }),
);

/** An assignment, or what one implies. */
interface Shown extends RoleAssignment {
  readonly given: Role;
}

export const roleAssignmentsList: CallerOperation = {
  id: 'role-assignments.list',
  root: 'identity',
  method: 'GET',
  path: '/role_assignments',
  summary: 'List who has which role where',
  success: 200,
  errors: [400, 401, 403],
  rules: [rules.LIST_ROLE_ASSIGNMENTS],
  query: [
    {
      schema: querySchema({
        'user.id': TEXT,
        'role.id': TEXT,
        'group.id': TEXT,
        'scope.project.id': TEXT,
        'scope.domain.id': TEXT,
        'scope.system': TEXT,
        'scope.OS-INHERIT:inherited_to': TEXT,
        effective: TEXT,
        include_names: TEXT,
      }),
    },
  ],
  reply: listReply('role_assignments', ASSIGNMENT_REPLY),
  handle: async (request, deps) => {
    const { caller, query } = request;
    const project = last(query, 'scope.project.id');
    const filter = { user: last(query, 'user.id'), scope: project ?? (isSystem(query) ? 'system' : null) };
    const found = await deps.access.identity.assignments(caller, rules.LIST_ROLE_ASSIGNMENTS.name, filter);
    const role = last(query, 'role.id');
    const shown = (isNowhere(query) ? [] : found)
      // The system is no project, whatever a project's id is asked to be.
      .filter(({ scope }) => project === null || scope !== 'system')
      .flatMap((one): Shown[] =>
        (flagOf(query, 'effective') === true ? impliedRoles(one.role) : [one.role]).map((each) => ({
          ...one,
          role: each,
          given: one.role,
        })),
      )
      .filter((one) => role === null || one.role === role);
    const names = flagOf(query, 'include_names') === true ? await deps.access.identity.names() : null;
    const bodies = shown.map((one) => bodyOf(request, one, names));
    return { body: listBody(request, 'role_assignments', '/role_assignments', bodies) };
  },
};

const isSystem = (query: Query) => flagOf(query, 'scope.system') === true;

/** True if the filters ask for what there is none of: groups, roles in domains, inherited roles, two scopes at once. */
function isNowhere(query: Query): boolean {
  const foreign = ['group.id', 'scope.domain.id', 'scope.OS-INHERIT:inherited_to'];
  return (
    foreign.some((name) => query[name] !== undefined) || (isSystem(query) && query['scope.project.id'] !== undefined)
  );
}

interface Names {
  readonly users: ReadonlyMap<string, string>;
  readonly projects: ReadonlyMap<string, string>;
}

function bodyOf(request: ApiRequest, { userId, scope, role, given }: Shown, names: Names | null): object {
  const placed = (id: string, known: ReadonlyMap<string, string> | undefined) => ({
    id,
    ...(known === undefined ? {} : { name: known.get(id) ?? '', domain: DEFAULT_DOMAIN }),
  });
  const where = scope === 'system' ? '/system' : `/projects/${scope}`;
  return {
    role: { id: role, ...(names === null ? {} : { name: role }) },
    user: placed(userId, names?.users),
    scope: scope === 'system' ? { system: { all: true } } : { project: placed(scope, names?.projects) },
    links: {
      assignment: urlOf(request, `${where}/users/${userId}/roles/${given}`),
      ...(given === role ? {} : { prior_role: urlOf(request, `/roles/${given}`) }),
    },
  };
}
