// The policy rules of the built-in identity, by Keystone's names and in the sense of its defaults: an admin may everything, a
// reader of the system may look, and everybody may look at themselves. Tokens of any scope count, unscoped ones too.

import { ADMIN } from '../../policy/base-rules.ts';
import type { RuleDefault } from '../../policy/rule-default.ts';
import { rule as ruleOfProjects } from '../rule.ts';

const SYSTEM_READER = 'role:reader and system_scope:all';
const LOOK = `${ADMIN} or (${SYSTEM_READER})`;
const SELF = 'user_id:%(target.user.id)s';
const TOKEN_SUBJECT = 'user_id:%(target.token.user_id)s';

function rule(name: string, check: string, description: string, ...operations: readonly string[]): RuleDefault {
  return { ...ruleOfProjects(`identity:${name}`, check, description, ...operations), scopeTypes: [] };
}

const TOKENS = '/v3/auth/tokens';
export const VALIDATE_TOKEN = rule('validate_token', `${LOOK} or ${TOKEN_SUBJECT}`, 'Show a token', `GET ${TOKENS}`);
export const CHECK_TOKEN = rule('check_token', `${LOOK} or ${TOKEN_SUBJECT}`, 'Check a token', `HEAD ${TOKENS}`);
export const REVOKE_TOKEN = rule('revoke_token', `${ADMIN} or ${TOKEN_SUBJECT}`, 'Revoke a token', `DELETE ${TOKENS}`);

export const LIST_DOMAINS = rule('list_domains', LOOK, 'List domains', 'GET /v3/domains');
export const GET_DOMAIN = rule('get_domain', '', 'Show a domain', 'GET /v3/domains/{domain_id}');

const USER = '/v3/users/{user_id}';
export const LIST_USERS = rule('list_users', LOOK, 'List users', 'GET /v3/users');
export const GET_USER = rule('get_user', `${LOOK} or ${SELF}`, 'Show a user', `GET ${USER}`);
export const CREATE_USER = rule('create_user', ADMIN, 'Create a user', 'POST /v3/users');
export const UPDATE_USER = rule('update_user', ADMIN, 'Change a user, its password among it', `PATCH ${USER}`);
export const DELETE_USER = rule('delete_user', ADMIN, 'Delete a user', `DELETE ${USER}`);
export const CHANGE_PASSWORD = rule(
  'change_password',
  SELF,
  'Change a password, for who knows the one before',
  `POST ${USER}/password`,
);
export const LIST_USER_PROJECTS = rule(
  'list_user_projects',
  `${LOOK} or ${SELF}`,
  'List the projects a user has a role in',
  `GET ${USER}/projects`,
);

const PROJECT = '/v3/projects/{project_id}';
export const LIST_PROJECTS = rule('list_projects', LOOK, 'List projects', 'GET /v3/projects');
export const GET_PROJECT = rule(
  'get_project',
  `${LOOK} or project_id:%(target.project.id)s`,
  'Show a project',
  `GET ${PROJECT}`,
);
export const CREATE_PROJECT = rule('create_project', ADMIN, 'Create a project', 'POST /v3/projects');
export const UPDATE_PROJECT = rule('update_project', ADMIN, 'Change a project', `PATCH ${PROJECT}`);
export const DELETE_PROJECT = rule('delete_project', ADMIN, 'Delete a project', `DELETE ${PROJECT}`);

export const LIST_ROLES = rule('list_roles', LOOK, 'List roles', 'GET /v3/roles');
export const GET_ROLE = rule('get_role', LOOK, 'Show a role', 'GET /v3/roles/{role_id}');
export const LIST_ROLE_INFERENCES = rule(
  'list_role_inference_rules',
  LOOK,
  'List which role implies which',
  'GET /v3/role_inferences',
);
export const LIST_ROLE_ASSIGNMENTS = rule(
  'list_role_assignments',
  LOOK,
  'List who has which role where',
  'GET /v3/role_assignments',
);

const GRANTS = `${PROJECT}/users/{user_id}/roles`;
export const LIST_GRANTS = rule('list_grants', LOOK, "List a user's roles in a project", `GET ${GRANTS}`);
export const CHECK_GRANT = rule(
  'check_grant',
  LOOK,
  'Check whether a user has a role in a project',
  `HEAD ${GRANTS}/{role_id}`,
  `GET ${GRANTS}/{role_id}`,
);
export const CREATE_GRANT = rule('create_grant', ADMIN, 'Give a role in a project', `PUT ${GRANTS}/{role_id}`);
export const REVOKE_GRANT = rule('revoke_grant', ADMIN, 'Take a role in a project', `DELETE ${GRANTS}/{role_id}`);

const SYSTEM = '/v3/system/users/{user_id}/roles';
export const LIST_SYSTEM_GRANTS = rule(
  'list_system_grants_for_user',
  LOOK,
  "List a user's roles on the system",
  `GET ${SYSTEM}`,
);
export const CHECK_SYSTEM_GRANT = rule(
  'check_system_grant_for_user',
  LOOK,
  'Check whether a user has a role on the system',
  `HEAD ${SYSTEM}/{role_id}`,
  `GET ${SYSTEM}/{role_id}`,
);
export const CREATE_SYSTEM_GRANT = rule(
  'create_system_grant_for_user',
  ADMIN,
  'Give a role on the system',
  `PUT ${SYSTEM}/{role_id}`,
);
export const REVOKE_SYSTEM_GRANT = rule(
  'revoke_system_grant_for_user',
  ADMIN,
  'Take a role on the system',
  `DELETE ${SYSTEM}/{role_id}`,
);
