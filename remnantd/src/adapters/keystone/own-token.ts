// The token that Remnant itself holds at Keystone: got when first needed, renewed well before its end or when Keystone
// refuses it, never asked for twice at once. It is in memory only.

import type { Clock } from '../../ports/clock.ts';
import type { SignedIn } from './keystone-client.ts';
import { ServiceUserRefused } from './keystone-client.ts';

/** What it needs. */
export interface OwnTokenDeps {
  readonly clock: Pick<Clock, 'mono'>;
  readonly signIn: () => Promise<SignedIn>;
}

/** Of its life, a token is used for this part. */
const USED_PART = 0.8;
/** After a refusal, how long nobody tries again, ms: Keystone may lock a user that fails too often. */
const REFUSED_MS = 5_000;

/** Our own token. */
export class OwnToken {
  readonly #deps: OwnTokenDeps;
  #held: { readonly secret: string; readonly until: number } | null = null;
  #refused: { readonly error: ServiceUserRefused; readonly until: number } | null = null;
  #signingIn: Promise<string> | null = null;

  constructor(deps: OwnTokenDeps) {
    this.#deps = deps;
  }

  /** A token that is good now, as far as we know. Throws IdentityUnavailable. */
  async get(): Promise<string> {
    const now = this.#deps.clock.mono();
    if (this.#held !== null && now < this.#held.until) return this.#held.secret;
    if (this.#refused !== null && now < this.#refused.until) throw this.#refused.error;
    return this.renew();
  }

  /** A new token, whatever is held. Throws IdentityUnavailable. */
  renew(): Promise<string> {
    this.#signingIn ??= this.#signIn().finally(() => {
      this.#signingIn = null;
    });
    return this.#signingIn;
  }

  /** `secret` is good no more; one that was renewed meanwhile stays. */
  drop(secret: string): void {
    if (this.#held?.secret === secret) this.#held = null;
  }

  async #signIn(): Promise<string> {
    const { clock, signIn } = this.#deps;
    try {
      const { secret, livesMs } = await signIn();
      this.#held = { secret, until: clock.mono() + livesMs * USED_PART };
      this.#refused = null;
      return secret;
    } catch (error) {
      if (error instanceof ServiceUserRefused) this.#refused = { error, until: clock.mono() + REFUSED_MS };
      throw error;
    }
  }
}
