// Users, projects and what roles they hold: the built-in identity's words.

import type { ProjectId, UserId } from './ids.ts';

/** The one domain of the built-in identity, as Keystone's bootstrap names it. */
export const DEFAULT_DOMAIN = { id: 'default', name: 'Default' } as const;

/** Roles, each implying the ones behind it (Keystone's bootstrap: admin > member > reader). */
export const ROLES = ['admin', 'member', 'reader'] as const;
/** A role. */
export type Role = (typeof ROLES)[number];

/** True if there is a role of this name. A role's id is its name: the set is fixed. */
export function isRole(name: string): name is Role {
  return (ROLES as readonly string[]).includes(name);
}

/** `role` and all it implies. */
export function impliedRoles(role: Role): readonly Role[] {
  return ROLES.slice(ROLES.indexOf(role));
}

/** Where a role is held: in a project, or on the system as a whole. */
export type RoleScope = ProjectId | 'system';

/** A project: what servers belong to. */
export interface Project {
  readonly id: ProjectId;
  readonly name: string;
  readonly description: string;
  /** False: no token is good for it. */
  readonly enabled: boolean;
}

/** A user. */
export interface User {
  readonly id: UserId;
  readonly name: string;
  /** scrypt, with its parameters and salt; never shown. Empty: there is no password that is right. */
  readonly passwordHash: string;
  readonly description: string;
  readonly email: string | null;
  /** False: no sign-in, and no token of theirs is good. */
  readonly enabled: boolean;
  /** What a token is for that is asked for without a scope; null: for nothing. */
  readonly defaultProjectId: ProjectId | null;
}

/** A role somebody was given. */
export interface RoleAssignment {
  readonly userId: UserId;
  readonly scope: RoleScope;
  readonly role: Role;
}

/** What a token is good for. */
export type TokenScope =
  | { readonly kind: 'project'; readonly project: ProjectId }
  | { readonly kind: 'system' }
  | { readonly kind: 'unscoped' };

/** A token as stored: by its hash, so that the database gives nobody a token. */
export interface Token {
  readonly hash: string;
  readonly userId: UserId;
  readonly scope: TokenScope;
  readonly methods: readonly string[];
  /** Its own, then that of the first token of its chain, if it was got with a token (Keystone's audit_ids). */
  readonly auditIds: readonly string[];
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** A token with everything its answer shows. */
export interface TokenFacts {
  readonly token: Token;
  readonly user: User;
  readonly project: Project | null;
  readonly roles: readonly Role[];
}
