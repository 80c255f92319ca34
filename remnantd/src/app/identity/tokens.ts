// Tokens of the built-in identity: kept by their hash, good until they expire or are revoked, or their user, project or
// last role is gone or disabled. What a token is worth is looked up here; `known-tokens.ts` remembers it while nothing changes.

import { createHash } from 'node:crypto';
import { findProject, findUser } from '../../db/identity.ts';
import { rolesOf } from '../../db/role-assignments.ts';
import type { Db, Store } from '../../db/store.ts';
import { deleteExpiredTokens, deleteToken, findToken } from '../../db/tokens.ts';
import type { Token, TokenFacts } from '../../model/identity.ts';
import { impliedRoles } from '../../model/identity.ts';
import type { Clock } from '../../ports/clock.ts';
import { recordChange } from '../record-change.ts';
import type { RequestContext } from '../request-context.ts';

/** What looking at tokens needs. */
export interface TokenDeps {
  readonly store: Store;
  readonly clock: Clock;
}

/** The hash a token is kept under. */
export function tokenHash(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** Everything about a token; null when it is worth nothing. */
export function inspectToken(deps: TokenDeps, secret: string): Promise<TokenFacts | null> {
  return inspectIn(deps.store.read, deps.clock, secret);
}

/** The same, inside a transaction. */
export async function inspectIn(db: Db, clock: Clock, secret: string): Promise<TokenFacts | null> {
  const token = await findToken(db, tokenHash(secret));
  return token === null || token.expiresAt <= clock.wall() ? null : factsOf(db, token);
}

/** What a token is worth now; null if nothing. */
export async function factsOf(db: Db, token: Token): Promise<TokenFacts | null> {
  const { scope } = token;
  const user = await findUser(db, { id: token.userId });
  if (user === null || !user.enabled) return null;
  if (scope.kind === 'unscoped') return { token, user, project: null, roles: [] };
  const project = scope.kind === 'project' ? await findProject(db, { id: scope.project }) : null;
  if (scope.kind === 'project' && project?.enabled !== true) return null;
  const given = await rolesOf(db, user.id, scope.kind === 'project' ? scope.project : 'system');
  if (given.length === 0) return null;
  return { token, user, project, roles: [...new Set(given.flatMap(impliedRoles))] };
}

/** Revokes a token: it is unknown from now on. One's own is a sign-out; somebody else's is a change, and recorded as one. */
export async function revokeToken(
  { store, clock }: TokenDeps,
  context: RequestContext,
  { token, user }: Pick<TokenFacts, 'token' | 'user'>,
): Promise<void> {
  await store.transaction(async (tx) => {
    const was = await deleteToken(tx, token.hash);
    if (!was || user.id === context.caller.userId) return;
    await recordChange(tx, clock, context, { target: `user ${user.id}` });
  });
}

/** Forgets the tokens that are no use to anybody any more. */
export async function forgetExpiredTokens(deps: TokenDeps): Promise<void> {
  await deps.store.transaction((tx) => deleteExpiredTokens(tx, deps.clock.wall()));
}
