// The HTTP server: listens, routes by the operations' declarations, and answers what no operation has.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { fastify } from 'fastify';
import type { ApiRoot, Operation } from '../api/operation.ts';
import { computeChoices } from '../api/versions/read.ts';
import { Fault, fault } from '../model/faults.ts';
import type { RequestId } from '../model/ids.ts';
import { asId } from '../model/ids.ts';
import type { Clock } from '../ports/clock.ts';
import type { Endpoint, Exchange, FrontDeps, Prepared } from './front.ts';
import { authenticate, originOf, plainHeaders, sendError, sendText, serve } from './front.ts';
import { openApiDocument } from './openapi.ts';
import { renderUnrouted } from './render-fault.ts';
import { operationValidator } from './validate.ts';

/** What the server needs. */
export interface HttpDeps extends FrontDeps {
  readonly clock: Clock;
  readonly operations: readonly Operation[];
  /** The program's version, for the OpenAPI document. */
  readonly version: string;
  /** A body larger than this is 413. Bytes. */
  readonly maxBodyBytes: number;
  /** Told of every answered request. */
  readonly onRequest: (line: RequestLine) => void;
}

/** One answered request, for the log. */
export interface RequestLine {
  readonly requestId: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly ms: number;
  readonly operation: string | null;
  readonly user: string | null;
  readonly project: string | null;
}

/** Where each root's operations are found; compute's with and without the project in the path. */
const PREFIXES: Record<ApiRoot, readonly string[]> = {
  versions: [''],
  compute: ['/v2.1', '/v2.1/:project_id(^[0-9a-f-]+$)', '/v2', '/v2/:project_id(^[0-9a-f-]+$)'],
  identity: ['/identity/v3'],
  image: ['/image/v2'],
  remnant: ['/remnant/v1'],
};

/** Makes the server; `listen` and `close` are fastify's. */
export function httpServer(deps: HttpDeps): FastifyInstance {
  const server = fastify({
    bodyLimit: deps.maxBodyBytes,
    exposeHeadRoutes: false,
    return503OnClosing: false,
    routerOptions: { maxParamLength: 4096 },
    frameworkErrors: (_error, request, reply) => {
      void unrouted(deps, request, reply);
    },
  });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

  const exchanges = new WeakMap<FastifyRequest, Exchange>();
  const begin = (request: FastifyRequest, reply: FastifyReply, root: ApiRoot): Exchange => {
    const requestId = asId<RequestId>(`req-${deps.clock.uuid()}`);
    if (root !== 'versions') reply.header('x-openstack-request-id', requestId);
    if (root === 'compute') reply.header('x-compute-request-id', requestId);
    const exchange: Exchange = { root, requestId, request, reply, caller: null, operation: null };
    exchanges.set(request, exchange);
    return exchange;
  };

  for (const [key, endpoint] of endpoints(deps.operations)) {
    const [method = 'GET', path = '/'] = key.split(' ');
    for (const url of urlsOf(endpoint.root, path)) {
      server.route({
        method,
        url,
        // An error before the handler (a body too large) must already have its request id.
        onRequest: (request, reply, done) => {
          begin(request, reply, endpoint.root);
          done();
        },
        handler: (request, reply) =>
          serve(deps, endpoint, exchanges.get(request) ?? begin(request, reply, endpoint.root)),
      });
    }
  }

  const document = JSON.stringify(openApiDocument(deps.operations, deps.version));
  server.get('/openapi.json', (_request, reply) => sendText(reply, 'application/json', document));
  server.setNotFoundHandler((request, reply) => unrouted(deps, request, reply, begin));
  server.setErrorHandler((error: unknown, request, reply) => {
    const exchange = exchanges.get(request) ?? begin(request, reply, 'compute');
    return sendError(deps, exchange, asFault(error));
  });
  server.addHook('onResponse', (request, reply, done) => {
    const exchange = exchanges.get(request);
    deps.onRequest({
      requestId: exchange?.requestId ?? '-',
      method: request.method,
      path: request.url,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 1000) / 1000,
      operation: exchange?.operation ?? null,
      user: exchange?.caller?.userId ?? null,
      project: exchange?.caller?.projectId ?? null,
    });
    done();
  });
  return server;
}

/** Operations by method and path; those with an action share one endpoint. */
function endpoints(operations: readonly Operation[]): Map<string, Endpoint> {
  const found = new Map<string, Endpoint>();
  const actions = new Map<string, Map<string, Prepared>>();
  for (const operation of operations) {
    const key = `${operation.method} ${operation.path} ${operation.root}`;
    const prepared = { operation, validator: operationValidator(operation) };
    if (operation.action === undefined) {
      if (found.has(key)) throw new Error(`two operations for ${key}`);
      found.set(key, { root: operation.root, one: prepared });
      continue;
    }
    const map = actions.get(key) ?? new Map<string, Prepared>();
    if (map.has(operation.action)) throw new Error(`two operations for ${key} ${operation.action}`);
    map.set(operation.action, prepared);
    actions.set(key, map);
    found.set(key, { root: operation.root, actions: map });
  }
  return found;
}

function urlsOf(root: ApiRoot, path: string): string[] {
  const below = path.replaceAll(/\{(\w+)\}/g, ':$1');
  const urls = PREFIXES[root].flatMap((prefix) => {
    const url = `${prefix}${below}`;
    // Version documents answer with and without the last slash; nothing else does.
    return below === '/' && prefix !== '' ? [prefix, url] : [url];
  });
  if (root === 'versions') return path === '/' ? ['/', '//'] : [path, `${path}/`];
  return below === '/' ? urls.filter((url) => !url.includes(':project_id')) : urls;
}

/** What no operation has: Nova's choices above the roots, its bare 404 below them. */
async function unrouted(
  deps: HttpDeps,
  request: FastifyRequest,
  reply: FastifyReply,
  begin?: (request: FastifyRequest, reply: FastifyReply, root: ApiRoot) => Exchange,
): Promise<FastifyReply> {
  const path = request.url.split('?')[0] ?? '/';
  const root = rootOf(path);
  if (request.method === 'OPTIONS') return reply.code(200).send();
  if (root === 'versions') {
    const body = computeChoices({ origin: deps.api.publicUrl ?? originOf(request), version: '', project: '' }, path);
    return sendText(reply.code(300), 'application/json', JSON.stringify(body));
  }
  const exchange = begin?.(request, reply, root);
  if (exchange !== undefined && root === 'compute') {
    try {
      exchange.caller = await authenticate(deps, plainHeaders(request));
    } catch (error) {
      return sendError(deps, exchange, error);
    }
  }
  const { body, contentType } = renderUnrouted(request.method === 'HEAD' ? 'text/html' : request.headers.accept);
  return sendText(reply.code(404), contentType, request.method === 'HEAD' ? '' : body);
}

function rootOf(path: string): ApiRoot {
  const [, head = '', next = ''] = path.split('/');
  if (head === 'v2.1' || head === 'v2') return 'compute';
  if (head === 'identity' && next === 'v3') return 'identity';
  if (head === 'image' && next === 'v2') return 'image';
  if (head === 'remnant' && next === 'v1') return 'remnant';
  return 'versions';
}

/** What fastify itself refuses: a body too large, a content type it cannot read, a body that is not as long as it says. */
function asFault(error: unknown): unknown {
  if (error instanceof Fault) return error;
  const status = (error as { statusCode?: number }).statusCode ?? 500;
  if (status === 413) return fault('body-too-large');
  if (status === 415) return fault('unsupported-content-type');
  return status >= 400 && status < 500 ? fault('malformed-body') : error;
}
