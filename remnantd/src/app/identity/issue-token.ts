// Issues a token for a password or for another token, for a project, the system, or nothing. What it is issued for is
// looked at again in the transaction that keeps it: who was shut out meanwhile gets none.

import { findProject, findUser } from '../../db/identity.ts';
import type { Db } from '../../db/store.ts';
import { insertToken } from '../../db/tokens.ts';
import type { TokenFacts, TokenScope, User } from '../../model/identity.ts';
import type { CheckPasswordDeps } from './check-password.ts';
import { checkPassword } from './check-password.ts';
import { factsOf, inspectIn, inspectToken, tokenHash } from './tokens.ts';

/** What issuing needs. */
export interface IssueTokenDeps extends CheckPasswordDeps {
  /** How long a token is good, ms. */
  readonly ttlMs: number;
}

/** How somebody or something is named: by id, or by a name in the one domain. Null: in another domain, where nothing is. */
export type Named = { readonly id: string } | { readonly name: string } | null;

/** How a caller says who it is. */
export type Credential =
  | { readonly method: 'password'; readonly user: Named; readonly password: string }
  | { readonly method: 'token'; readonly token: string };

/** What a caller wants the token for; `default` is the user's default project if it can be had, else nothing. */
export type WantedScope =
  | { readonly kind: 'project'; readonly project: Named }
  | { readonly kind: 'system' }
  | { readonly kind: 'unscoped' }
  | { readonly kind: 'default' };

/** A wish for a token. */
export interface TokenWish {
  /** All must be right, and of the same user. */
  readonly credentials: readonly Credential[];
  readonly scope: WantedScope;
  /** The address it came from. */
  readonly from: string;
}

/** A token as it is issued: the only time its secret is known. */
export interface IssuedToken {
  readonly secret: string;
  readonly facts: TokenFacts;
}

/** Issues a token; null when a credential is wrong or the scope is not the user's. Faults too-many-attempts, server-busy. */
export async function issueToken(deps: IssueTokenDeps, wish: TokenWish): Promise<IssuedToken | null> {
  const known = await authenticate(deps, wish);
  if (known === null) return null;
  // Never begins with a hyphen, which a command would take for an option of its own.
  const secret = `r${deps.clock.secret(32)}`;
  const issuedAt = deps.clock.wall();
  const kept = await deps.store.transaction(async (tx) => {
    if (!(await isStillSo(tx, deps, known))) return 'changed';
    for (const scope of await scopesFor(tx, known.user, wish.scope)) {
      const facts = await factsOf(tx, {
        hash: tokenHash(secret),
        userId: known.user.id,
        scope,
        methods: known.methods,
        auditIds: [deps.clock.secret(16), ...known.chain],
        issuedAt,
        // A token got with a token lives no longer than that one.
        expiresAt: Math.min(issuedAt + deps.ttlMs, known.expiresAt),
      });
      if (facts === null) continue;
      await insertToken(tx, facts.token);
      return facts;
    }
    return null;
  });
  if (kept === 'changed') return issueToken(deps, wish);
  return kept === null ? null : { secret, facts: kept };
}

/** Who it is, and what of the tokens it came with goes on into the new one. */
interface Known {
  readonly user: User;
  readonly methods: readonly string[];
  /** The first audit id of the chain, if there is one. */
  readonly chain: readonly string[];
  readonly expiresAt: number;
  /** The hash of the password that was right; null without one. */
  readonly passwordHash: string | null;
  readonly tokens: readonly string[];
}

async function authenticate(deps: IssueTokenDeps, { credentials, from }: TokenWish): Promise<Known | null> {
  let known: Known | null = null;
  for (const credential of credentials) {
    const next =
      credential.method === 'password'
        ? await byPassword(deps, credential.user, credential.password, from)
        : await byToken(deps, credential.token);
    if (next === null || (known !== null && known.user.id !== next.user.id)) return null;
    known = known === null ? next : both(known, next);
  }
  return known;
}

async function byPassword(deps: IssueTokenDeps, by: Named, password: string, from: string): Promise<Known | null> {
  const user = await checkPassword(deps, { user: by, password, from });
  if (user === null) return null;
  const { passwordHash } = user;
  return { user, methods: ['password'], chain: [], expiresAt: Infinity, passwordHash, tokens: [] };
}

async function byToken(deps: IssueTokenDeps, secret: string): Promise<Known | null> {
  const facts = await inspectToken(deps, secret);
  if (facts === null) return null;
  const { user, token } = facts;
  const methods = [...new Set([...token.methods, 'token'])];
  return {
    user,
    methods,
    chain: token.auditIds.slice(-1),
    expiresAt: token.expiresAt,
    passwordHash: null,
    tokens: [secret],
  };
}

function both(a: Known, b: Known): Known {
  return {
    user: a.user,
    methods: [...new Set([...a.methods, ...b.methods])],
    chain: [...a.chain, ...b.chain].slice(0, 1),
    expiresAt: Math.min(a.expiresAt, b.expiresAt),
    passwordHash: a.passwordHash ?? b.passwordHash,
    tokens: [...a.tokens, ...b.tokens],
  };
}

/** False if a password or a token that was right a moment ago no longer is. */
async function isStillSo(tx: Db, deps: IssueTokenDeps, known: Known): Promise<boolean> {
  for (const secret of known.tokens) {
    if ((await inspectIn(tx, deps.clock, secret)) === null) return false;
  }
  const user = known.passwordHash === null ? null : await findUser(tx, { id: known.user.id });
  return known.passwordHash === null || user?.passwordHash === known.passwordHash;
}

/** The scopes to try, in order: the first that is worth something is the token's. */
async function scopesFor(tx: Db, user: User, wanted: WantedScope): Promise<TokenScope[]> {
  switch (wanted.kind) {
    case 'project': {
      const project = wanted.project === null ? null : await findProject(tx, wanted.project);
      return project === null ? [] : [{ kind: 'project', project: project.id }];
    }
    case 'system':
    case 'unscoped':
      return [{ kind: wanted.kind }];
    case 'default': {
      const first = user.defaultProjectId;
      return [...(first === null ? [] : [{ kind: 'project', project: first } as const]), { kind: 'unscoped' }];
    }
  }
}
