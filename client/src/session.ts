// A session: signs in when it must, finds services in the catalogue, and sends calls with their microversion. A token that
// is refused is renewed once for each call; two calls that find it refused share one renewal.

import type { Cloud } from './cloud.ts';
import { canRenew, signInBody, tokensUrl } from './cloud.ts';
import { faultText, RemnantApiError, RemnantConnectionError } from './errors.ts';
import type { QueryValue } from './generated/types.ts';
import { MICROVERSIONS } from './generated/types.ts';
import type { Call, CallOptions, Receipt, ServiceType, Transport } from './transport.ts';

/** How a session behaves; everything has a default. */
export interface SessionOptions {
  /** For calls that choose none: `2.N`. Default: the highest the types know. */
  readonly microversion?: string;
  /** A call without an answer for this long fails, ms. Default 30 s. */
  readonly timeoutMs?: number;
  /** Instead of the global fetch. */
  readonly fetch?: typeof fetch;
}

interface SignedIn {
  readonly token: string;
  readonly catalog: readonly CatalogEntry[];
}

interface CatalogEntry {
  readonly type: string;
  readonly endpoints: readonly { readonly interface: string; readonly region: string; readonly url: string }[];
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

const TIMEOUT_MS = 30_000;

/** Sends the calls of one account on one cloud. */
export class Session implements Transport {
  readonly #cloud: Cloud;
  readonly #fetch: typeof fetch;
  readonly #microversion: string;
  readonly #timeoutMs: number;
  #signedIn: Promise<SignedIn> | null = null;

  /** Takes a cloud as clouds.yaml has it; nothing is sent yet. */
  constructor(cloud: Cloud, options: SessionOptions = {}) {
    this.#cloud = cloud;
    this.#fetch = options.fetch ?? fetch;
    this.#microversion = options.microversion ?? MICROVERSIONS.max;
    this.#timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  }

  async ask<T>(call: Call, options: CallOptions): Promise<T> {
    const answer = await this.#call(call, options);
    try {
      return JSON.parse(answer.text) as T;
    } catch (error) {
      throw new RemnantConnectionError(`the answer to ${call.id} is not JSON`, { cause: error });
    }
  }

  async send(call: Call, options: CallOptions): Promise<Receipt> {
    const { status, headers } = await this.#call(call, options);
    return { status, requestId: requestIdOf(headers) };
  }

  async #call(call: Call, options: CallOptions): Promise<Answer> {
    const first = this.#current(options);
    const answer = await this.#ask(await first, call, options);
    if (answer.status !== 401 || !canRenew(this.#cloud.auth)) return accepted(call.id, answer);
    // Somebody else may have renewed it meanwhile.
    if (this.#signedIn === first) this.#signedIn = null;
    return accepted(call.id, await this.#ask(await this.#current(options), call, options));
  }

  #ask(signedIn: SignedIn, call: Call, options: CallOptions): Promise<Answer> {
    const headers: Record<string, string> = { accept: 'application/json', 'x-auth-token': signedIn.token };
    if (call.body !== undefined) headers['content-type'] = 'application/json';
    if (call.service === 'compute') {
      const asked = options.microversion ?? this.#microversion;
      headers['openstack-api-version'] = `compute ${call.since === undefined ? asked : later(asked, call.since)}`;
    }
    const url = `${this.#endpoint(signedIn, call.service)}${call.path}${queryText(call.query)}`;
    const body = call.body === undefined ? {} : { body: JSON.stringify(call.body) };
    return this.#fetched(url, { method: call.method, headers, ...body }, options);
  }

  /** The token and catalogue, got once. A failed sign-in is tried anew by the next call. */
  #current(options: CallOptions): Promise<SignedIn> {
    if (this.#signedIn !== null) return this.#signedIn;
    // One caller's signal must not end a sign-in that others wait for.
    const { signal: _, ...shared } = options;
    const attempt = this.#signIn(shared);
    this.#signedIn = attempt;
    attempt.catch(() => {
      if (this.#signedIn === attempt) this.#signedIn = null;
    });
    return attempt;
  }

  async #signIn(options: CallOptions): Promise<SignedIn> {
    const { auth } = this.#cloud;
    const headers = { accept: 'application/json', 'content-type': 'application/json' };
    const request = { method: 'POST', headers, body: JSON.stringify(signInBody(auth)) };
    const answer = accepted('tokens.issue', await this.#fetched(tokensUrl(auth.auth_url), request, options));
    const { token } = JSON.parse(answer.text) as { token: { catalog?: readonly CatalogEntry[] } };
    return { token: answer.headers.get('x-subject-token') ?? '', catalog: token.catalog ?? [] };
  }

  #endpoint({ catalog }: SignedIn, service: ServiceType): string {
    const own = this.#cloud.endpoint_override?.[service];
    if (own !== undefined) return own.replace(/\/+$/, '');
    const { region_name: region, interface: face = 'public' } = this.#cloud;
    const found = catalog
      .filter((entry) => entry.type === service)
      .flatMap((entry) => entry.endpoints)
      .find((one) => one.interface === face.replace(/URL$/, '') && (region === undefined || one.region === region));
    if (found !== undefined) return found.url.replace(/\/+$/, '');
    const where = region === undefined ? '' : ` in region ${region}`;
    throw new RemnantConnectionError(`the cloud's catalogue has no ${service} service${where}`);
  }

  async #fetched(url: string, request: RequestInit, options: CallOptions): Promise<Answer> {
    const timeoutMs = options.timeoutMs ?? this.#timeoutMs;
    const limit = AbortSignal.timeout(timeoutMs);
    const signal = options.signal === undefined ? limit : AbortSignal.any([limit, options.signal]);
    try {
      const response = await this.#fetch(url, { ...request, signal, redirect: 'error' });
      return { status: response.status, headers: response.headers, text: await response.text() };
    } catch (error) {
      if (options.signal?.aborted === true) throw error;
      const { origin } = new URL(url);
      if (limit.aborted) {
        const message = `${origin} did not answer within ${timeoutMs / 1000} s`;
        throw new RemnantConnectionError(message, { timedOut: true, cause: error });
      }
      throw new RemnantConnectionError(`${origin} cannot be reached: ${causeOf(error)}`, { cause: error });
    }
  }
}

function accepted(operation: string, answer: Answer): Answer {
  if (answer.status >= 200 && answer.status < 300) return answer;
  const { status, headers, text } = answer;
  throw new RemnantApiError(operation, status, faultText(status, text), requestIdOf(headers));
}

function requestIdOf(headers: Headers): string | null {
  return headers.get('x-openstack-request-id') ?? headers.get('x-compute-request-id');
}

function queryText(query: Readonly<Record<string, QueryValue>> = {}): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((one): [string, string] => [name, String(one)]),
  );
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs).toString()}`;
}

/** The later of two microversions of one major version. */
function later(a: string, b: string): string {
  return a === 'latest' || Number(a.split('.')[1]) >= Number(b.split('.')[1]) ? a : b;
}

/** fetch says only that it failed; why is in the cause. */
function causeOf(error: unknown): string {
  const cause = (error as { cause?: unknown }).cause ?? error;
  const { code, message } = cause as { code?: string; message?: string };
  return message !== undefined && message !== '' ? message : (code ?? String(cause));
}
