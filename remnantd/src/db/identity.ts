// Projects, users, role assignments and tokens of the built-in identity: rows in, rows out.

import type { Selectable } from 'kysely';
import type { Project, Role, Token, TokenScope, User } from '../model/identity.ts';
import type { ProjectId, UserId } from '../model/ids.ts';
import { asId } from '../model/ids.ts';
import type { Db } from './store.ts';
import type { TokensTable } from './tables.ts';

const SYSTEM = 'system';

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
    auditId: row.audit_id,
    issuedAt: row.issued_at,
    expiresAt: row.expires_at,
  };
}

/** A user by id or name; null if there is none. */
export async function findUser(db: Db, by: { id: string } | { name: string }): Promise<User | null> {
  const rows = db.selectFrom('users').selectAll();
  const row = await ('id' in by ? rows.where('id', '=', by.id) : rows.where('name', '=', by.name)).executeTakeFirst();
  return row === undefined ? null : { id: asId(row.id), name: row.name, passwordHash: row.password_hash };
}

/** A project by id or name; null if there is none. */
export async function findProject(db: Db, by: { id: string } | { name: string }): Promise<Project | null> {
  const rows = db.selectFrom('projects').selectAll();
  const row = await ('id' in by ? rows.where('id', '=', by.id) : rows.where('name', '=', by.name)).executeTakeFirst();
  return row === undefined ? null : { id: asId(row.id), name: row.name };
}

/** Adds a project. */
export async function insertProject(db: Db, project: Project): Promise<void> {
  await db.insertInto('projects').values(project).execute();
}

/** Adds a user. */
export async function insertUser(db: Db, user: User): Promise<void> {
  await db
    .insertInto('users')
    .values({ id: user.id, name: user.name, password_hash: user.passwordHash, default_project_id: null })
    .execute();
}

/** Gives a user a role in a project or the system; giving it again changes nothing. */
export async function assignRole(db: Db, user: UserId, scope: ProjectId | 'system', role: Role): Promise<void> {
  await db
    .insertInto('role_assignments')
    .values({ user_id: user, scope, role })
    .onConflict((c) => c.columns(['user_id', 'scope', 'role']).doNothing())
    .execute();
}

/** The roles a user was given in a scope, implied ones not included; an unscoped one gives none. */
export async function rolesOf(db: Db, user: UserId, scope: TokenScope): Promise<Role[]> {
  const column = scopeColumn(scope);
  if (column === null) return [];
  const rows = await db
    .selectFrom('role_assignments')
    .select('role')
    .where('user_id', '=', user)
    .where('scope', '=', column)
    .execute();
  return rows.map((row) => row.role as Role);
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
      audit_id: token.auditId,
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
export async function deleteToken(db: Db, hash: string): Promise<void> {
  await db.deleteFrom('tokens').where('hash', '=', hash).execute();
}

/** Forgets every token that expired before `at`. */
export async function deleteExpiredTokens(db: Db, at: number): Promise<void> {
  await db.deleteFrom('tokens').where('expires_at', '<', at).execute();
}
