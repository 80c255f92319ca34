// What tokens were found to be worth, for as long as nothing that it hangs on has changed: one small read in the place of four. A
// token that was revoked, or whose user lost a role, is worth nothing at its next showing, whichever process did it.

import { identityHead } from '../../db/heads.ts';
import { LruMap } from '../../lib/lru-map.ts';
import type { TokenFacts } from '../../model/identity.ts';
import type { TokenDeps } from './tokens.ts';
import { inspectToken, tokenHash } from './tokens.ts';

/** Of so many tokens it is remembered: those shown last. */
const MOST = 1_000;

/** Tokens that were looked up. */
export class KnownTokens {
  readonly #deps: TokenDeps;
  readonly #head: () => Promise<number>;
  readonly #known = new LruMap<string, { readonly head: number; readonly facts: TokenFacts }>(MOST);

  /** `deps`: where tokens are looked up, and the time they expire by. */
  constructor(deps: TokenDeps) {
    this.#deps = deps;
    this.#head = identityHead(deps.store.read);
  }

  /** Everything about a token, as inspectToken gives it; null when it is worth nothing. */
  async inspect(secret: string): Promise<TokenFacts | null> {
    const { clock } = this.#deps;
    const hash = tokenHash(secret);
    // First: of what changes while the rest is read, the next showing hears.
    const head = await this.#head();
    const known = this.#known.get(hash);
    if (known?.head === head) return known.facts.token.expiresAt <= clock.wall() ? null : known.facts;
    const facts = await inspectToken(this.#deps, secret);
    if (facts === null) this.#known.delete(hash);
    else this.#known.set(hash, { head, facts });
    return facts;
  }
}
