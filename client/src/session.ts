// A session: signs in when it must, finds services in the catalogue, and sends calls with their microversion. A token that
// is refused is renewed once for each call; two calls that find it refused share one renewal.

import type { Cloud } from './cloud.ts';
import { canRenew, identityUrl, isTokenAlone, signInBody } from './cloud.ts';
import { downloadOf, openingFetch, rangeHeaders } from './download.ts';
import type { CatalogEntry } from './endpoints.ts';
import { callUrl, cut, endpointOf } from './endpoints.ts';
import { faultText, RemnantApiError, RemnantConnectionError } from './errors.ts';
import type { Answer, Asked, Exchange } from './fetcher.ts';
import { fetchAnswer, requestIdOf } from './fetcher.ts';
import type { QueryValue } from './generated/types.ts';
import type { Call, CallOptions, Download, DownloadOptions, Issued, Receipt, Transport } from './transport.ts';
import type { VersionRange } from './versions.ts';
import { choose, requireMicroversion, versionRange } from './versions.ts';

/** How a session behaves; everything has a default. */
export interface SessionOptions {
  /** For calls that choose none: `2.N` or `latest`. Default: the highest that both the types and the service know. */
  readonly microversion?: string;
  /** A request without an answer for this long fails, ms. Default 30 s. */
  readonly timeoutMs?: number;
  /** How often a read is sent again when the network or the service is away for a moment. Default 2. */
  readonly retries?: number;
  /** Instead of the global fetch. */
  readonly fetch?: typeof fetch;
  /** Is told of every request, with neither tokens nor passwords. */
  readonly onExchange?: (exchange: Exchange) => void;
}

interface SignedIn {
  readonly token: string;
  readonly catalog: readonly CatalogEntry[];
}

const TIMEOUT_MS = 30_000;
const RETRIES = 2;
/** Nobody: for calls that want no token, to what needs no catalogue. */
const NOBODY: SignedIn = { token: '', catalog: [] };

/** Sends the calls of one account on one cloud. */
export class Session implements Transport {
  readonly #cloud: Cloud;
  readonly #options: SessionOptions;
  #signedIn: Promise<SignedIn> | null = null;
  #spoken: Promise<VersionRange> | null = null;

  /** Takes a cloud as clouds.yaml has it; nothing is sent yet. Throws TypeError for a microversion that is none. */
  constructor(cloud: Cloud, options: SessionOptions = {}) {
    if (options.microversion !== undefined) requireMicroversion(options.microversion);
    this.#cloud = cloud;
    this.#options = options;
  }

  async ask<T>(call: Call, options: CallOptions): Promise<T> {
    return bodyOf<T>(call.id, await this.#call(call, options));
  }

  async send(call: Call, options: CallOptions): Promise<Receipt> {
    return receiptOf(await this.#call(call, options));
  }

  async act<T>(call: Call, options: CallOptions): Promise<T & Receipt> {
    const answer = await this.#call(call, options);
    return { ...bodyOf<T>(call.id, answer), ...receiptOf(answer) };
  }

  async issue<T>(call: Call, options: CallOptions): Promise<T & Issued> {
    const answer = await this.#call(call, options);
    return { ...bodyOf<T>(call.id, answer), subjectToken: answer.headers.get('x-subject-token') ?? '' };
  }

  async open(call: Call, options: DownloadOptions): Promise<Download> {
    const opening = openingFetch(this.#options.fetch ?? fetch);
    const headers = { accept: '*/*', ...rangeHeaders(options) };
    const answer = await this.#call({ ...call, headers }, options, opening.fetch);
    const timeoutMs = options.timeoutMs ?? this.#options.timeoutMs ?? TIMEOUT_MS;
    return downloadOf(call.id, answer, opening.body(), { ...options, timeoutMs });
  }

  async #call(call: Call, options: CallOptions, send?: typeof fetch): Promise<Answer> {
    if (options.microversion !== undefined) requireMicroversion(options.microversion);
    if (call.open === true && call.service === 'identity') {
      return accepted(call.id, await this.#ask(NOBODY, call, options));
    }
    const first = this.#current(options);
    const answer = await this.#ask(await first, call, options, send);
    if (answer.status !== 401 || !canRenew(this.#cloud)) return accepted(call.id, answer);
    // Somebody else may have renewed it meanwhile.
    if (this.#signedIn === first) this.#signedIn = null;
    return accepted(call.id, await this.#ask(await this.#current(options), call, options, send));
  }

  async #ask(signedIn: SignedIn, call: Call, options: CallOptions, send?: typeof fetch): Promise<Answer> {
    const headers: Record<string, string> = { accept: 'application/json', ...call.headers };
    if (call.open !== true) {
      headers['x-auth-token'] = signedIn.token;
      if (call.service === 'compute') Object.assign(headers, await this.#versionHeaders(signedIn, call, options));
    }
    if (call.body !== undefined) headers['content-type'] = 'application/json';
    if (options.idempotencyKey !== undefined) headers['idempotency-key'] = options.idempotencyKey;
    const url = `${callUrl(this.#cloud, signedIn.catalog, call)}${queryText(call.query)}`;
    const body = call.body === undefined ? {} : { body: JSON.stringify(call.body) };
    const secret = call.service === 'identity';
    return this.#fetched({ operation: call.id, method: call.method, url, headers, ...body, secret }, options, send);
  }

  async #versionHeaders(signedIn: SignedIn, call: Call, options: CallOptions): Promise<Record<string, string>> {
    const asked = options.microversion ?? this.#options.microversion;
    const version = choose(call.id, asked, call.since, await this.#range(signedIn, options));
    // Nova before 2.27 knows only the second.
    return { 'openstack-api-version': `compute ${version}`, 'x-openstack-nova-api-version': version };
  }

  /** What the Compute API speaks, asked once. */
  #range(signedIn: SignedIn, options: CallOptions): Promise<VersionRange> {
    return (this.#spoken ??= this.#kept(this.#discover(signedIn, alone(options)), () => (this.#spoken = null)));
  }

  async #discover(signedIn: SignedIn, options: CallOptions): Promise<VersionRange> {
    const url = `${cut(endpointOf(this.#cloud, signedIn.catalog, 'compute'), 'version')}/`;
    const headers = { accept: 'application/json' };
    const answer = await this.#fetched(
      { operation: 'versions.show', method: 'GET', url, headers, secret: false },
      options,
    );
    return versionRange(accepted('versions.show', answer).text, url);
  }

  /** The token and catalogue, got once. */
  #current(options: CallOptions): Promise<SignedIn> {
    return (this.#signedIn ??= this.#kept(this.#signIn(alone(options)), (failed) => {
      if (this.#signedIn === failed) this.#signedIn = null;
    }));
  }

  /** What several calls wait for; `forget` makes the next call try a failed one anew. */
  #kept<T>(attempt: Promise<T>, forget: (failed: Promise<T>) => void): Promise<T> {
    attempt.catch(() => forget(attempt));
    return attempt;
  }

  async #signIn(options: CallOptions): Promise<SignedIn> {
    const { auth } = this.#cloud;
    if (isTokenAlone(this.#cloud)) return { token: auth.token ?? '', catalog: [] };
    const url = `${identityUrl(auth)}/auth/tokens`;
    const headers = { accept: 'application/json', 'content-type': 'application/json' };
    const body = JSON.stringify(signInBody(this.#cloud));
    const request = { operation: 'tokens.issue', method: 'POST', url, headers, body, secret: true };
    const answer = accepted('tokens.issue', await this.#fetched(request, options));
    const { token } = bodyOf<{ token?: { catalog?: readonly CatalogEntry[] } }>('tokens.issue', answer);
    const issued = answer.headers.get('x-subject-token');
    if (issued === null || token === undefined) throw new RemnantConnectionError(`${url} is no identity service`);
    return { token: issued, catalog: token.catalog ?? [] };
  }

  #fetched(request: Asked, options: CallOptions, send = this.#options.fetch ?? fetch): Promise<Answer> {
    const timeoutMs = options.timeoutMs ?? this.#options.timeoutMs ?? TIMEOUT_MS;
    return fetchAnswer(
      { ...request, timeoutMs, signal: options.signal },
      {
        fetch: send,
        retries: this.#options.retries ?? RETRIES,
        onExchange: this.#options.onExchange,
      },
    );
  }
}

/** One caller's signal must not end what others wait for. */
function alone(options: CallOptions): CallOptions {
  const { signal: _, ...shared } = options;
  return shared;
}

function receiptOf({ status, headers }: Answer): Receipt {
  return { status, requestId: requestIdOf(headers) };
}

function bodyOf<T>(operation: string, answer: Answer): T {
  try {
    return JSON.parse(answer.text) as T;
  } catch (error) {
    throw new RemnantConnectionError(`the answer to ${operation} is not JSON`, { cause: error });
  }
}

/** The answer; a 300 is how version documents are told. Throws RemnantApiError for a refusal. */
function accepted(operation: string, answer: Answer): Answer {
  if (answer.status >= 200 && answer.status <= 300) return answer;
  const { status, headers, text } = answer;
  throw new RemnantApiError(operation, status, faultText(status, text), requestIdOf(headers));
}

function queryText(query: Readonly<Record<string, QueryValue>> = {}): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((one): [string, string] => [name, String(one)]),
  );
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs).toString()}`;
}
