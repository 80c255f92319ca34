// Tokens of the built-in identity: issued for a password or for another token, kept by their hash, good until they expire
// or are revoked.

import { createHash } from 'node:crypto';
import {
  deleteExpiredTokens,
  deleteToken,
  findProject,
  findToken,
  findUser,
  insertToken,
  rolesOf,
} from '../../db/identity.ts';
import type { Db, Store } from '../../db/store.ts';
import type { Token, TokenFacts, TokenScope, User } from '../../model/identity.ts';
import { impliedRoles } from '../../model/identity.ts';
import type { Clock } from '../../ports/clock.ts';
import { hashPassword, passwordMatches } from './passwords.ts';

/** What issuing and checking tokens needs. */
export interface TokenDeps {
  readonly store: Store;
  readonly clock: Clock;
  /** How long a token is good, ms. */
  readonly ttlMs: number;
}

/** How a caller says who it is. Names are looked up in the default domain. */
export type Credential =
  | { readonly method: 'password'; readonly user: { id: string } | { name: string }; readonly password: string }
  | { readonly method: 'token'; readonly token: string };

/** What a caller wants the token for; `default` keeps the scope of the token it comes with, else none. */
export type WantedScope =
  | { readonly kind: 'project'; readonly project: { id: string } | { name: string } }
  | { readonly kind: 'system' }
  | { readonly kind: 'unscoped' }
  | { readonly kind: 'default' };

/** The hash a token is kept under. */
export function tokenHash(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** Issues a token; null when the credential is wrong or the scope is not the user's. */
export async function issueToken(
  deps: TokenDeps,
  credential: Credential,
  wanted: WantedScope,
): Promise<{ secret: string; facts: TokenFacts } | null> {
  const known = await authenticate(deps, credential);
  if (known === null) return null;
  const scope = await resolveScope(deps.store.read, known, wanted);
  if (scope === null) return null;
  const issuedAt = deps.clock.wall();
  const secret = deps.clock.secret(32);
  const token: Token = {
    hash: tokenHash(secret),
    userId: known.user.id,
    scope,
    methods: [...new Set([...known.methods, credential.method])],
    auditId: deps.clock.secret(16),
    issuedAt,
    // A token got with a token lives no longer than that one.
    expiresAt: Math.min(issuedAt + deps.ttlMs, known.expiresAt ?? Infinity),
  };
  const facts = await factsOf(deps.store.read, token);
  if (facts === null || (scope.kind !== 'unscoped' && facts.roles.length === 0)) return null;
  await deps.store.transaction((tx) => insertToken(tx, token));
  return { secret, facts };
}

/** Everything about a token; null when it is unknown, expired, or its user is gone. */
export async function inspectToken(deps: TokenDeps, secret: string): Promise<TokenFacts | null> {
  const token = await findToken(deps.store.read, tokenHash(secret));
  if (token === null || token.expiresAt <= deps.clock.wall()) return null;
  return factsOf(deps.store.read, token);
}

/** Revokes a token: it is unknown from now on. */
export async function revokeToken(deps: TokenDeps, secret: string): Promise<void> {
  await deps.store.transaction((tx) => deleteToken(tx, tokenHash(secret)));
}

/** Forgets the tokens that are no use to anybody any more. */
export async function forgetExpiredTokens(deps: TokenDeps): Promise<void> {
  await deps.store.transaction((tx) => deleteExpiredTokens(tx, deps.clock.wall()));
}

interface Known {
  readonly user: User;
  readonly methods: readonly string[];
  readonly scope: TokenScope | null;
  readonly expiresAt: number | null;
}

let decoy: Promise<string> | null = null;

async function authenticate(deps: TokenDeps, credential: Credential): Promise<Known | null> {
  if (credential.method === 'token') {
    const facts = await inspectToken(deps, credential.token);
    if (facts === null) return null;
    const { user, token } = facts;
    return { user, methods: token.methods, scope: token.scope, expiresAt: token.expiresAt };
  }
  const user = await findUser(deps.store.read, credential.user);
  // An unknown user costs the same work, so that the time taken does not tell who exists.
  decoy ??= hashPassword(deps.clock, deps.clock.secret(16));
  const right = await passwordMatches(credential.password, user?.passwordHash ?? (await decoy));
  return user !== null && right ? { user, methods: [], scope: null, expiresAt: null } : null;
}

async function resolveScope(db: Db, known: Known, wanted: WantedScope): Promise<TokenScope | null> {
  switch (wanted.kind) {
    case 'project': {
      const project = await findProject(db, wanted.project);
      return project === null ? null : { kind: 'project', project: project.id };
    }
    case 'system':
    case 'unscoped':
      return { kind: wanted.kind };
    case 'default':
      return known.scope ?? { kind: 'unscoped' };
  }
}

async function factsOf(db: Db, token: Token): Promise<TokenFacts | null> {
  const user = await findUser(db, { id: token.userId });
  if (user === null) return null;
  const project = token.scope.kind === 'project' ? await findProject(db, { id: token.scope.project }) : null;
  if (token.scope.kind === 'project' && project === null) return null;
  const given = await rolesOf(db, user.id, token.scope);
  return { token, user, project, roles: [...new Set(given.flatMap(impliedRoles))] };
}
