// The rules other rules refer to, with the defaults of Nova's new roles: admin, manager, member, reader, service.
// Nova's source: policies/base.py. Keystone lets admin imply manager, member and reader.

import type { RuleDefault } from './rule-default.ts';

/** Check texts for the defaults of operations: `rule:` and the base rule's name. */
export const ADMIN = 'rule:context_is_admin';
/** The usual default of a write. */
export const PROJECT_MEMBER_OR_ADMIN = 'rule:project_member_or_admin';
/** For what even an admin of the cloud has no business with: members of the project itself. */
export const PROJECT_MEMBER = 'rule:project_member_api';
/** The usual default of a read. */
export const PROJECT_READER_OR_ADMIN = 'rule:project_reader_or_admin';

/** The base rules, in the order of the reference page. */
export const BASE_RULES: readonly RuleDefault[] = [
  base('context_is_admin', 'role:admin', 'Who passes an `is_admin:True` check: sees all projects, passes locks.'),
  base('admin_or_owner', 'is_admin:True or project_id:%(project_id)s', 'The old default of most operations.'),
  base('admin_api', 'is_admin:True', 'The old default of operations for admins.'),
  base('service_api', 'role:service', 'Other services.'),
  base('project_manager_api', 'role:manager and project_id:%(project_id)s', 'Managers of the project.'),
  base('project_member_api', 'role:member and project_id:%(project_id)s', 'Members of the project.'),
  base('project_reader_api', 'role:reader and project_id:%(project_id)s', 'Readers of the project.'),
  base('project_manager_or_admin', 'rule:project_manager_api or rule:context_is_admin', 'Its managers, or an admin.'),
  base('project_member_or_admin', 'rule:project_member_api or rule:context_is_admin', 'Its members, or an admin.'),
  base('project_reader_or_admin', 'rule:project_reader_api or rule:context_is_admin', 'Its readers, or an admin.'),
];

function base(name: string, check: string, description: string): RuleDefault {
  return { name, check, description, operations: [], scopeTypes: [] };
}
