// Requests through the real front, in process, and answers as a client reads them.

import type { FastifyInstance, InjectOptions } from 'fastify';

/** A request. `body` that is not text is sent as JSON. */
export interface Ask {
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS';
  readonly path: string;
  readonly token?: string;
  /** The microversion, e.g. `2.17`. */
  readonly version?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** An answer; `body` is parsed when it is JSON, else text. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Body;
  /** The fault's text, in whatever form its API root writes it; empty without one. */
  readonly message: string;
}

/** A JSON value that tests may read into; what is not there is undefined. */
export type Body = { readonly [key: string]: Body } & string & readonly Body[];

/** Makes the function that sends requests to `server`. */
export function asker(server: FastifyInstance): (ask: Ask) => Promise<Answer> {
  return async ({ method = 'GET', path, token, version, headers = {}, body }) => {
    const request: InjectOptions = {
      method,
      url: path,
      headers: {
        accept: 'application/json',
        ...(token === undefined ? {} : { 'x-auth-token': token }),
        ...(version === undefined ? {} : { 'openstack-api-version': `compute ${version}` }),
        ...(body === undefined || typeof body === 'string' ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
    };
    const reply = await server.inject(request);
    const parsed = parse(reply.payload);
    return {
      status: reply.statusCode,
      headers: Object.fromEntries(
        Object.entries(reply.headers).map(([name, value]) => [
          name,
          Array.isArray(value) ? value.join(', ') : String(value),
        ]),
      ),
      body: parsed as Body,
      message: messageOf(parsed),
    };
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function messageOf(body: unknown): string {
  if (typeof body !== 'object' || body === null) return '';
  const [fault] = Object.values(body) as unknown[];
  const text = typeof fault === 'object' && fault !== null ? (fault as { message?: unknown }).message : undefined;
  return typeof text === 'string' ? text : '';
}
