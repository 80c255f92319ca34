// A real Keystone behind the identity port. A token is asked about once and its answer kept for a while, under its hash;
// many requests with one token are one question; a Keystone that does not answer is 503, never 401.

import { createHash } from 'node:crypto';
import type { Clock } from '../../ports/clock.ts';
import type { Identity } from '../../ports/identity.ts';
import { IdentityUnavailable } from '../../ports/identity.ts';
import { BoundedCache } from './bounded-cache.ts';
import { Gate, GateFull } from './gate.ts';
import { Health } from './health.ts';
import { httpCaller } from './http-call.ts';
import type { ServiceUser } from './keystone-client.ts';
import { KeystoneClient } from './keystone-client.ts';
import { OwnToken } from './own-token.ts';
import type { KnownToken } from './read-token.ts';

/** How Keystone is used; times in ms. */
export interface KeystoneOptions {
  readonly clock: Clock;
  /** Keystone without its `/v3`. */
  readonly url: string;
  readonly user: ServiceUser;
  /** The service user's password, asked for at each sign-in. */
  readonly password: () => string;
  /** The authorities to trust in the place of the usual ones, PEM. */
  readonly ca: Buffer | null;
  /** How long an answer about a token is used again; 0 asks each time. A revocation is seen that much later. */
  readonly cacheMs: number;
  /** At most so many tokens are remembered. */
  readonly cacheSize: number;
  readonly timeoutMs: number;
  /** At most so many questions at once. */
  readonly parallel: number;
  /** A service token must hold one of these roles. */
  readonly serviceRoles: readonly string[];
  /** Told when Keystone stops or starts to answer: what is wrong, or null. */
  readonly onHealth: (problem: string | null) => void;
}

/** Keystone as an identity. */
export interface KeystoneIdentity extends Identity {
  /** What keeps Keystone from being asked, in words for an operator; null when it answers. Costs nothing. */
  healthy(): string | null;
  /** Ends what runs. */
  close(): void;
}

/** A token that is none today will not be one in a moment; a client that repeats itself must not cost Keystone a question each. */
const REFUSED_MS = 5_000;
/** So many requests may wait for each that is being answered. */
const LINE = 32;
/** What can be a token at all: visible ASCII, as a header's value can carry, of a length no Keystone exceeds. */
const PLAUSIBLE = /^[\x21-\x7e]{1,4096}$/;

/** Opens it. It asks Keystone for a token of its own at once, and does not mind when there is no answer yet. */
export function openKeystone(options: KeystoneOptions): KeystoneIdentity {
  const { clock, url, user, cacheMs, cacheSize, timeoutMs, parallel, ca } = options;
  const http = httpCaller({ clock, timeoutMs, connections: parallel, ca });
  const client = new KeystoneClient({ clock, http, url });
  const signIn = async () => client.signIn(user, options.password());
  const own = new OwnToken({ clock, signIn });
  const gate = new Gate(parallel, parallel * LINE);
  const probe = () => own.renew();
  const health = new Health({ clock, probe, onChange: options.onHealth }, `Keystone at ${url} has not answered yet`);
  const mono = () => clock.mono();
  const known = new BoundedCache<KnownToken>(cacheSize, mono);
  // Apart, so that a flood of junk does not push out those who are known.
  const refused = new BoundedCache<true>(cacheSize, mono);
  const asking = new Map<string, Promise<KnownToken | null>>();
  const serviceRoles = new Set(options.serviceRoles.map((role) => role.toLowerCase()));
  let closed = false;

  /** Asks Keystone; once more with a new token of our own when it refuses the one we have. */
  const ask = async (token: string, allowExpired: boolean): Promise<KnownToken | null> => {
    for (const last of [false, true]) {
      const secret = await own.get();
      const answer = await client.inspect(secret, token, allowExpired);
      if (answer.kind === 'known') return answer.token;
      if (answer.kind === 'unknown') return null;
      own.drop(secret);
      if (last) break;
    }
    throw new IdentityUnavailable('Keystone refuses the token it has just given the service user');
  };

  const question = async (key: string, token: string, allowExpired: boolean): Promise<KnownToken | null> => {
    try {
      const found = await gate.pass(() => ask(token, allowExpired));
      health.good();
      if (found === null || found.restricted || !lives(found, allowExpired)) {
        refused.put(key, true, Math.min(cacheMs, REFUSED_MS));
        return null;
      }
      const lifeMs = allowExpired ? cacheMs : Math.min(cacheMs, found.expiresAt - clock.wall());
      known.put(key, found, lifeMs);
      return found;
    } catch (error) {
      if (error instanceof GateFull) throw new IdentityUnavailable('too many tokens wait for Keystone');
      const problem = error instanceof Error ? error.message : String(error);
      if (!closed) health.bad(problem);
      throw error instanceof IdentityUnavailable ? error : new IdentityUnavailable(problem);
    }
  };

  const lives = (token: KnownToken, allowExpired: boolean) => allowExpired || clock.wall() < token.expiresAt;

  const check = async (token: string, allowExpired: boolean): Promise<KnownToken | null> => {
    if (!PLAUSIBLE.test(token)) return null;
    // What was said about an expired token holds only for who may use one.
    const key = `${createHash('sha256').update(token).digest('base64')}${allowExpired ? '+' : ''}`;
    const cached = known.get(key);
    // The wall clock may have been set, so that the time in the cache is not the token's.
    if (cached !== undefined) return lives(cached, allowExpired) ? cached : null;
    if (refused.get(key) === true) return null;
    let flight = asking.get(key);
    if (flight === undefined) {
      flight = question(key, token, allowExpired).finally(() => asking.delete(key));
      asking.set(key, flight);
    }
    return flight;
  };

  health.look();
  return {
    authenticate: async (token, serviceToken) => {
      if (serviceToken !== undefined) {
        const service = await check(serviceToken, false);
        if (service === null || !service.caller.roles.some((role) => serviceRoles.has(role))) return null;
      }
      return (await check(token, serviceToken !== undefined))?.caller ?? null;
    },
    healthy: () => health.problem,
    close: () => {
      closed = true;
      health.close();
      http.close();
    },
  };
}
