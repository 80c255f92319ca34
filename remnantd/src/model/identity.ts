// Users, projects and what roles they hold: the built-in identity's words.

import type { ProjectId, UserId } from './ids.ts';

/** The one domain of the built-in identity, as Keystone's bootstrap names it. */
export const DEFAULT_DOMAIN = { id: 'default', name: 'Default' } as const;

/** Roles, each implying the ones behind it (Keystone's bootstrap: admin > member > reader). */
export const ROLES = ['admin', 'member', 'reader'] as const;
/** A role. */
export type Role = (typeof ROLES)[number];

/** `role` and all it implies. */
export function impliedRoles(role: Role): readonly Role[] {
  return ROLES.slice(ROLES.indexOf(role));
}

/** A project: what servers belong to. */
export interface Project {
  readonly id: ProjectId;
  readonly name: string;
}

/** A user. */
export interface User {
  readonly id: UserId;
  readonly name: string;
  /** scrypt, with its parameters and salt; never shown. */
  readonly passwordHash: string;
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
  readonly auditId: string;
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
