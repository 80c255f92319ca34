// The tables of people and of what is theirs, as Kysely sees them: projects, users and their roles; keys, groups and limits. In
// the words of tables.ts.

import type { Generated } from 'kysely';

type Flag = 0 | 1;

/** Projects of the built-in identity. */
export interface ProjectsTable {
  id: string;
  name: string;
  description: Generated<string>;
  enabled: Generated<Flag>;
}

/** Its users. */
export interface UsersTable {
  id: string;
  name: string;
  password_hash: string;
  default_project_id: string | null;
  description: Generated<string>;
  email: string | null;
  enabled: Generated<Flag>;
}

/** Who has which role where. */
export interface RoleAssignmentsTable {
  user_id: string;
  /** A project's id, or `system`. */
  scope: string;
  role: string;
}

/** Tokens by their hashes. */
export interface TokensTable {
  hash: string;
  user_id: string;
  /** A project's id, `system`, or null for an unscoped token. */
  scope: string | null;
  methods: string;
  audit_id: string;
  issued_at: number;
  expires_at: number;
}

/** Public keys that users put into their servers. */
export interface KeypairsTable {
  seq: Generated<number>;
  user_id: string;
  name: string;
  type: string;
  fingerprint: string;
  public_key: string;
  created_at: number;
}

/** Groups of servers with a wish about their hosts; `servers.group_id` has who is in one. */
export interface ServerGroupsTable {
  seq: Generated<number>;
  id: string;
  project_id: string;
  user_id: string;
  name: string;
  policy: string;
  /** Null where the policy has no such rule, or its default holds. */
  max_server_per_host: number | null;
  created_at: number;
}

/** Limits of projects, and of users within them, that differ from the class `default`. */
export interface QuotasTable {
  project_id: string;
  /** Empty: of the project itself. */
  user_id: string;
  resource: string;
  hard_limit: number;
}

/** Limits of quota classes that differ from the configured ones. */
export interface QuotaClassesTable {
  class: string;
  resource: string;
  hard_limit: number;
}
