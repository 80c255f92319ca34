// The requests to one Ironic: who asks, which microversion, JSON both ways. Any status is an answer; no answer is IronicLost,
// which tells whether Ironic may have had the request. Nothing is sent twice, but what certainly did nothing.

import type { JsonValue } from '../../lib/json.ts';
import { type After, type ExchangeAnswer, HttpPeer } from './http-exchange.ts';
import type { IronicAuth } from './ironic-auth.ts';
import { IronicLost } from './ironic-lost.ts';

/** The microversion of every request: the one Nova's driver speaks, which has all that is used here. */
export const IRONIC_VERSION = '1.46';

/** What the client needs. */
export interface IronicClientDeps {
  readonly after: After;
  /** As the configuration has it: with or without `/v1` and a slash at its end. */
  readonly url: string;
  readonly auth: IronicAuth;
  /** How long an answer may take, where the request says nothing else, ms. */
  readonly timeoutMs: number;
  /** The authorities to trust in the place of the usual ones, PEM. */
  readonly ca: Buffer | null;
}

/** What else a request may have. */
export interface IronicAsk {
  readonly body?: JsonValue;
  readonly timeoutMs?: number;
  /** Called right before the request is written, each time it is; what it throws is thrown, unasked. */
  readonly justBefore?: () => void;
}

/** An answer of Ironic, or of what stands in front of it. */
export interface IronicAnswer {
  readonly status: number;
  readonly text: string;
  /** Undefined for a body that is no JSON, or none. */
  readonly json: JsonValue | undefined;
  /** The microversion it took the request for, and the first and last it speaks; null where it does not say. */
  readonly version: { readonly used: string | null; readonly first: string | null; readonly last: string | null };
}

/** An Ironic. */
export class IronicClient {
  /** How it is called in messages: `Ironic at http://ironic:6385`. */
  readonly name: string;
  readonly #root: string;
  readonly #deps: IronicClientDeps;
  readonly #peer: HttpPeer;

  constructor(deps: IronicClientDeps) {
    this.#deps = deps;
    this.#root = ironicRoot(deps.url);
    this.name = `Ironic at ${this.#root}`;
    const { after, ca } = deps;
    this.#peer = new HttpPeer({ after, ca, secure: this.#root.startsWith('https:'), name: this.name });
  }

  /** Asks for `path`, e.g. `/v1/nodes`. Throws IronicLost, and what `justBefore` throws. */
  async ask(method: 'GET' | 'PUT', path: string, more: IronicAsk = {}): Promise<IronicAnswer> {
    const credentials = await this.#credentials();
    const answer = await this.#send(method, path, more, credentials);
    if (answer.status !== 401) return read(answer);
    // Who may not ask is turned away in front of the API: a 401 did nothing, whatever was asked. So it may be asked again,
    // but only with other credentials than those that were refused.
    this.#deps.auth.refused();
    const renewed = await this.#credentials();
    return read(same(credentials, renewed) ? answer : await this.#send(method, path, more, renewed));
  }

  /** Ends what runs, as lost. */
  close(): void {
    this.#peer.close();
  }

  async #credentials(): Promise<Readonly<Record<string, string>>> {
    try {
      return await this.#deps.auth.headers();
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new IronicLost('credentials', 'no', `there are no credentials for ${this.name}: ${why}`, error);
    }
  }

  #send(
    method: string,
    path: string,
    { body, timeoutMs = this.#deps.timeoutMs, justBefore }: IronicAsk,
    credentials: Readonly<Record<string, string>>,
  ): Promise<ExchangeAnswer> {
    return this.#peer.exchange({
      method,
      url: `${this.#root}${path}`,
      headers: {
        accept: 'application/json',
        'x-openstack-ironic-api-version': IRONIC_VERSION,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...credentials,
      },
      body: body === undefined ? null : JSON.stringify(body),
      timeoutMs,
      ...(justBefore === undefined ? {} : { justBefore }),
    });
  }
}

/** An Ironic's address without what may be at its end (a slash, the version), and without a user in it. */
export function ironicRoot(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname.replace(/\/+$/, '').replace(/\/v1$/, '').replace(/\/+$/, '')}`;
}

function same(one: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function read({ status, headers, text }: ExchangeAnswer): IronicAnswer {
  const header = (end: string) => {
    const value = headers[`x-openstack-ironic-api-${end}`];
    return typeof value === 'string' ? value : null;
  };
  const version = { used: header('version'), first: header('minimum-version'), last: header('maximum-version') };
  return { status, text, json: parsed(text), version };
}

function parsed(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}
