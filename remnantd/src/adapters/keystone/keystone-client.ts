// The two requests a service makes of Keystone: sign in, and ask about a token. What goes wrong on the way is tried again a
// few times; what stays wrong is IdentityUnavailable, in words that hold no secret.

import { isObject, type JsonValue } from '../../lib/json.ts';
import type { Clock } from '../../ports/clock.ts';
import { IdentityUnavailable } from '../../ports/identity.ts';
import type { Call, CallAnswer, HttpCaller } from './http-call.ts';
import { CallTimeout } from './http-call.ts';
import type { KnownToken } from './read-token.ts';
import { readToken } from './read-token.ts';

/** Who signs in, and where to. */
export interface ServiceUser {
  readonly name: string;
  /** Names of domains. */
  readonly domain: string;
  readonly project: string;
  readonly projectDomain: string;
}

/** What the client needs. */
export interface KeystoneClientDeps {
  readonly clock: Pick<Clock, 'after'>;
  readonly http: HttpCaller;
  /** Keystone without its `/v3`, e.g. `http://keystone:5000`. */
  readonly url: string;
}

/** A token of our own. */
export interface SignedIn {
  readonly secret: string;
  /** How long it is good from now, ms. */
  readonly livesMs: number;
}

/** Keystone refused our own user or its rights: no fault of who asked, and nothing that another try would mend. */
export class ServiceUserRefused extends IdentityUnavailable {}

/** What Keystone says about a token. `refused-us` is about our own token, not about the one in question. */
export type Inspection =
  | { readonly kind: 'known'; readonly token: KnownToken }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'refused-us' };

/** Pauses before the second and the third try, ms: a connection that was closed while idle is made anew at once. */
const PAUSES = [0, 200];

/** A Keystone as a service sees it. */
export class KeystoneClient {
  readonly #deps: KeystoneClientDeps;

  constructor(deps: KeystoneClientDeps) {
    this.#deps = deps;
  }

  /** A token for `user`, scoped to its project. Throws IdentityUnavailable, ServiceUserRefused. */
  async signIn(user: ServiceUser, password: string): Promise<SignedIn> {
    const body = JSON.stringify({
      auth: {
        identity: {
          methods: ['password'],
          password: { user: { name: user.name, domain: { name: user.domain }, password } },
        },
        scope: { project: { name: user.project, domain: { name: user.projectDomain } } },
      },
    });
    const headers = { 'content-type': 'application/json', accept: 'application/json' };
    const answer = await this.#send({ method: 'POST', url: this.#tokens(''), headers, body });
    const secret = answer.headers['x-subject-token'];
    if (answer.status === 201 && typeof secret === 'string') {
      const { issuedAt, expiresAt } = this.#read(answer);
      return { secret, livesMs: expiresAt - issuedAt };
    }
    if (answer.status === 401 || answer.status === 403) {
      throw new ServiceUserRefused(
        `Keystone refuses the service user "${user.name}" for the project "${user.project}": ${answer.status}`,
      );
    }
    throw this.#unavailable(`answered ${answer.status} to a sign-in`);
  }

  /** What is behind `subject`, asked with our token `own`. Throws IdentityUnavailable, ServiceUserRefused. */
  async inspect(own: string, subject: string, allowExpired: boolean): Promise<Inspection> {
    // The catalogue is the largest part of the answer, and nobody here reads it.
    const answer = await this.#send({
      method: 'GET',
      url: this.#tokens(allowExpired ? '?nocatalog&allow_expired=1' : '?nocatalog'),
      headers: { 'x-auth-token': own, 'x-subject-token': subject, accept: 'application/json' },
    });
    switch (answer.status) {
      case 200:
        return { kind: 'known', token: this.#read(answer) };
      case 404:
        return { kind: 'unknown' };
      // A proxy before Keystone that cannot take such a header: of all of the request, only the token is the asker's.
      case 400:
      case 413:
      case 431:
        return { kind: 'unknown' };
      case 401:
        return { kind: 'refused-us' };
      case 403:
        throw new ServiceUserRefused(
          'Keystone does not let the service user check tokens: it needs the role "service"',
        );
      default:
        throw this.#unavailable(`answered ${answer.status} about a token`);
    }
  }

  #tokens(query: string): string {
    return `${this.#deps.url}/v3/auth/tokens${query}`;
  }

  async #send(call: Call): Promise<CallAnswer> {
    for (let tried = 0; ; tried += 1) {
      const pause = PAUSES[tried];
      try {
        const answer = await this.#deps.http.send(call);
        if (answer.status < 500 || pause === undefined) return answer;
      } catch (error) {
        if (pause === undefined || error instanceof CallTimeout) throw this.#unavailable(reasonOf(error));
      }
      await new Promise<void>((resolve) => this.#deps.clock.after(pause, resolve));
    }
  }

  #read(answer: CallAnswer): KnownToken {
    try {
      return readToken(JSON.parse(answer.body) as JsonValue);
    } catch (error) {
      // JSON.parse quotes the text it stumbles over; a token's description is nobody's business.
      const why = error instanceof SyntaxError ? 'it is not JSON' : (error as Error).message;
      throw this.#unavailable(`gave an answer that is no Keystone's: ${why}`);
    }
  }

  #unavailable(what: string): IdentityUnavailable {
    return new IdentityUnavailable(`Keystone at ${this.#deps.url} ${what}`);
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof Error && error.message !== '') return `cannot be reached: ${error.message}`;
  // Where a name has several addresses, Node tells of all in one error without words.
  const code = isObject(error) ? error['code'] : undefined;
  return `cannot be reached: ${typeof code === 'string' ? code : 'no connection'}`;
}
