// Tokens by their hashes: rows in, rows out. A token that is not here is worth nothing.

import type { Selectable } from 'kysely';
import type { RoleScope, Token, TokenScope } from '../model/identity.ts';
import type { UserId } from '../model/ids.ts';
import { asId } from '../model/ids.ts';
import type { TokensTable } from './owner-tables.ts';
import type { Db } from './store.ts';

const SYSTEM = 'system';
/** Between audit ids, which are base64url. */
const BETWEEN = ',';

/** The column value of a scope; null is unscoped. */
function scopeColumn(scope: TokenScope): string | null {
  switch (scope.kind) {
    case 'project':
      return scope.project;
    case 'system':
      return SYSTEM;
    case 'unscoped':
      return null;
  }
}

function toScope(column: string | null): TokenScope {
  if (column === null) return { kind: 'unscoped' };
  return column === SYSTEM ? { kind: 'system' } : { kind: 'project', project: asId(column) };
}

function toToken(row: Selectable<TokensTable>): Token {
  return {
    hash: row.hash,
    userId: asId(row.user_id),
    scope: toScope(row.scope),
    methods: JSON.parse(row.methods) as string[],
    auditIds: row.audit_id.split(BETWEEN),
    issuedAt: row.issued_at,
    expiresAt: row.expires_at,
  };
}

/** Keeps a token. */
export async function insertToken(db: Db, token: Token): Promise<void> {
  await db
    .insertInto('tokens')
    .values({
      hash: token.hash,
      user_id: token.userId,
      scope: scopeColumn(token.scope),
      methods: JSON.stringify(token.methods),
      audit_id: token.auditIds.join(BETWEEN),
      issued_at: token.issuedAt,
      expires_at: token.expiresAt,
    })
    .execute();
}

/** A token by its hash, expired ones too; null if there is none. */
export async function findToken(db: Db, hash: string): Promise<Token | null> {
  const row = await db.selectFrom('tokens').selectAll().where('hash', '=', hash).executeTakeFirst();
  return row === undefined ? null : toToken(row);
}

/** Forgets a token: from now on it is unknown. */
export async function deleteToken(db: Db, hash: string): Promise<boolean> {
  const done = await db.deleteFrom('tokens').where('hash', '=', hash).executeTakeFirst();
  return done.numDeletedRows > 0n;
}

/** Forgets every token of a user. */
export async function deleteTokensOf(db: Db, user: UserId): Promise<void> {
  await db.deleteFrom('tokens').where('user_id', '=', user).execute();
}

/** Forgets every token for a scope. */
export async function deleteTokensFor(db: Db, scope: RoleScope): Promise<void> {
  await db.deleteFrom('tokens').where('scope', '=', scope).execute();
}

/** Forgets every token that expired before `at`. */
export async function deleteExpiredTokens(db: Db, at: number): Promise<void> {
  await db.deleteFrom('tokens').where('expires_at', '<', at).execute();
}
