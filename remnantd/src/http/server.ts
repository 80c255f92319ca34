// The HTTP server: listens, routes by the operations' declarations, and answers what no operation has.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { fastify } from 'fastify';
import type { ApiRoot, Operation } from '../api/operation.ts';
import { computeChoices, computeVersions } from '../api/versions/read.ts';
import { Fault, fault } from '../model/faults.ts';
import type { RequestId } from '../model/ids.ts';
import { asId } from '../model/ids.ts';
import type { Clock } from '../ports/clock.ts';
import { novaType } from './accept.ts';
import { actionOf } from './body.ts';
import type { Endpoint, Exchange, FrontDeps, Prepared } from './front.ts';
import { authenticate, originOf, pathOf, plainHeaders, sendError, sendText, serve } from './front.ts';
import { guard } from './guard.ts';
import type { HttpLimits, TlsMaterial } from './limits.ts';
import { Listener } from './listener.ts';
import { methodsAt } from './methods-at.ts';
import { openApiDocument } from './openapi.ts';
import type { Probes } from './probes.ts';
import { addProbes, PROBE_PATHS } from './probes.ts';
import type { Refusal } from './refuse-bytes.ts';
import { refuseBytes } from './refuse-bytes.ts';
import { renderUnrouted } from './render-fault.ts';
import type { RequestLine } from './request-line.ts';
import { requestLine } from './request-line.ts';
import { operationValidator } from './validate.ts';

/** What the server needs. */
export interface HttpDeps extends FrontDeps {
  readonly clock: Clock;
  readonly operations: readonly Operation[];
  /** The program's version, for the OpenAPI document. */
  readonly version: string;
  readonly limits: HttpLimits;
  /** The certificate to listen with; null for plain HTTP. */
  readonly tls: TlsMaterial | null;
  readonly probes: Probes;
  /** Told of every answered request. */
  readonly onRequest: (line: RequestLine) => void;
  /** Told of every connection that was ended before it made a request. */
  readonly onRefusal: (why: Refusal, client: string) => void;
}

/** The HTTP side of a process. */
export interface HttpFront {
  /** `listen` is fastify's. */
  readonly server: FastifyInstance;
  /** Connections that are open. */
  connections(): number;
  /** Requests that are worked on. */
  inFlight(): number;
  /** Serves new connections with another certificate. */
  setTls(material: TlsMaterial): void;
  /** Takes no new connection, answers the requests that are there, and cuts what is left after `graceMs`; gives back how many that were. */
  stop(graceMs: number): Promise<number>;
}

const ANY_BYTES = 'application/octet-stream';
const SERVED = { admission: 'served', inTurn: true } as const;
/** Every method there is a route for. */
const EVERY_METHOD = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
/** What is logged for a request whose client did not wait for the answer; nobody is sent it. */
const CLIENT_GONE = 499;

/** Where each root's operations are found; compute's with and without the project in the path. */
const PREFIXES: Record<ApiRoot, readonly string[]> = {
  versions: [''],
  compute: ['/v2.1', '/v2.1/:project_id(^[0-9a-f-]+$)', '/v2', '/v2/:project_id(^[0-9a-f-]+$)'],
  identity: ['/identity/v3'],
  image: ['/image/v2'],
  remnant: ['/remnant/v1'],
};

/** Makes it; it does not listen yet. */
export function httpServer(deps: HttpDeps): HttpFront {
  const listener = new Listener(deps.limits, deps.tls);
  const server = fastify({
    serverFactory: (handler) => listener.create(handler),
    bodyLimit: deps.limits.bodyBytes,
    exposeHeadRoutes: false,
    return503OnClosing: false,
    routerOptions: { maxParamLength: 4096 },
    frameworkErrors: (_error, request, reply) => {
      void unrouted(deps, request, reply, begin);
    },
    clientErrorHandler: (error, socket) => {
      const why = refuseBytes(error, socket);
      if (why !== null) deps.onRefusal(why, socket.remoteAddress ?? '');
    },
  });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

  const exchanges = new WeakMap<FastifyRequest, Exchange>();
  const begin = (request: FastifyRequest, reply: FastifyReply, root: ApiRoot): Exchange => {
    const requestId = asId<RequestId>(`req-${deps.clock.uuid()}`);
    if (root !== 'versions') reply.header('x-openstack-request-id', requestId);
    if (root === 'compute') reply.header('x-compute-request-id', requestId);
    const exchange: Exchange = { root, requestId, request, reply, caller: null, operation: null, sending: null };
    exchanges.set(request, exchange);
    return exchange;
  };
  const probeOf = (request: FastifyRequest): string | null => PROBE_PATHS[request.routeOptions.url ?? ''] ?? null;

  const inFlight = new Set<FastifyReply>();
  const over = (request: FastifyRequest, reply: FastifyReply, status: number) => {
    if (!inFlight.delete(reply)) return;
    listener.end(request.raw.socket);
    deps.onRequest(requestLine(request, reply, status, exchanges.get(request) ?? null, probeOf(request)));
  };
  server.addHook('onRequest', (request, reply, done) => {
    inFlight.add(reply);
    // Of the type of a body our front judges, in Nova's order; fastify would refuse what it cannot read before.
    if (request.raw.headers['content-type'] !== undefined) request.headers = { 'content-type': ANY_BYTES };
    const { socket } = request.raw;
    const inTurn = listener.begin(socket);
    // fastify says nothing of a client that went away before its answer.
    reply.raw.once('close', () => over(request, reply, CLIENT_GONE));
    // Whoever looks whether we live must be told so in a crowd too.
    const at = probeOf(request) === null ? { admission: listener.admission(socket), inTurn } : SERVED;
    const refused = guard(request.raw, deps.limits, at);
    // Nothing of a refused request is read, so nothing can come after it.
    if (refused !== null) reply.header('connection', 'close');
    if (refused === null) done();
    else done(refused);
  });

  for (const [key, endpoint] of endpoints(deps.operations)) {
    const [method = 'GET', path = '/'] = key.split(' ');
    for (const url of urlsOf(endpoint.root, path)) {
      server.route({
        method: isVersionDocument(endpoint.root, path, url) ? EVERY_METHOD : method,
        url,
        // An error before the handler (a body too large) must already have its request id.
        onRequest: (request, reply, done) => {
          begin(request, reply, endpoint.root);
          done();
        },
        handler: (request, reply) =>
          isRouted(request, endpoint)
            ? serve(deps, endpoint, exchanges.get(request) ?? begin(request, reply, endpoint.root))
            : unrouted(deps, request, reply, () => exchanges.get(request) ?? begin(request, reply, endpoint.root)),
      });
    }
  }

  // Made when it is first asked for: a start does not wait for it.
  let document: string | null = null;
  server.get('/openapi.json', (_request, reply) => {
    document ??= JSON.stringify(openApiDocument(deps.operations, deps.version));
    return sendText(reply, 'application/json', document);
  });
  server.setNotFoundHandler((request, reply) => unrouted(deps, request, reply, begin));
  server.setErrorHandler((error: unknown, request, reply) => {
    const exchange = exchanges.get(request) ?? begin(request, reply, rootOf(pathOf(request.url)));
    return sendError(deps, exchange, asFault(error));
  });
  addProbes(server, deps.probes);
  server.addHook('onResponse', (request, reply, done) => {
    over(request, reply, reply.statusCode);
    done();
  });
  return {
    server,
    connections: () => listener.connections(),
    inFlight: () => inFlight.size,
    setTls: (material) => listener.setTls(material),
    stop: async (graceMs) => {
      let cut = 0;
      // An answer that says so lets the client close first, and not send on a connection that is about to go.
      for (const reply of inFlight) if (!reply.raw.headersSent) reply.header('connection', 'close');
      const cancel = deps.clock.after(graceMs, () => {
        cut = inFlight.size;
        listener.closeAll();
      });
      const closed = server.close();
      listener.closeSilent();
      await closed;
      cancel();
      return cut;
    },
  };
}

/** False for what fastify's router finds here and Nova's does not. */
function isRouted(request: FastifyRequest, endpoint: Endpoint): boolean {
  // `/servers/` is no server with an empty id; and nothing has an id with a NUL, which databases do not keep in a text.
  const params = Object.values((request.params ?? {}) as Record<string, string>);
  if (params.some((param) => param === '' || param.includes('\0'))) return false;
  if (endpoint.root !== 'compute') return true;
  // To Nova an encoded slash is a slash.
  if (/%2f/i.test(pathOf(request.url))) return false;
  // Nova's actions are POSTs; by another method there are only ours.
  return 'one' in endpoint || request.method === 'POST' || endpoint.actions.has(actionIn(request) ?? '');
}

/** An action of ours by another method than POST has no more to say; whoever asks may be anybody, and is to cost little. */
const LONGEST_ACTION = 4_096;

/** The action a request's body names; null when it names none. */
function actionIn({ body }: FastifyRequest): string | null {
  if (!Buffer.isBuffer(body) || body.length > LONGEST_ACTION) return null;
  try {
    return actionOf(body).action;
  } catch (error) {
    if (error instanceof Fault) return null;
    throw error;
  }
}

/** True for a URL at which Nova tells a version, or its versions, whatever the method is. */
function isVersionDocument(root: ApiRoot, path: string, url: string): boolean {
  return path === '/' && (root === 'versions' || (root === 'compute' && !url.includes(':project_id')));
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
  if (root === 'versions') return path === '/' ? ['/', '//'] : [path, `${path}/`];
  return PREFIXES[root].flatMap((prefix) => {
    const url = `${prefix}${below}`;
    if (below !== '/' || prefix.includes(':project_id')) return [url];
    // Version documents answer with and without the last slash, Nova's with two as well; nothing else does.
    return root === 'compute' ? [prefix, url, `${url}/`] : [prefix, url];
  });
}

/** What no operation has: Nova's choices above the roots, its bare 404 below them, a fault below Remnant's own. */
async function unrouted(
  deps: HttpDeps,
  request: FastifyRequest,
  reply: FastifyReply,
  begin?: (request: FastifyRequest, reply: FastifyReply, root: ApiRoot) => Exchange,
): Promise<FastifyReply> {
  const path = pathOf(request.url);
  const root = rootOf(path);
  const { accept } = request.headers;
  if (request.method === 'OPTIONS') return reply.code(200).send();
  if (root === 'versions') {
    const base = { origin: deps.api.publicUrl ?? originOf(request), version: '', project: '' };
    // At the root Nova lists its versions whatever the method is.
    if (/^\/+$/.test(path)) return sendText(reply, novaType(accept, path), JSON.stringify(computeVersions(base)));
    return sendText(
      reply.code(300),
      novaType(accept, path),
      JSON.stringify(computeChoices(base, path.replace(/\/$/, ''))),
    );
  }
  const exchange = begin?.(request, reply, root);
  if (exchange !== undefined && root === 'remnant')
    return sendError(deps, exchange, noRoute(deps, request.method, path));
  if (exchange !== undefined && root === 'compute') {
    try {
      exchange.caller = await authenticate(deps, plainHeaders(request));
    } catch (error) {
      return sendError(deps, exchange, error);
    }
  }
  const { body, contentType } = renderUnrouted(request.method === 'HEAD' ? 'text/html' : accept);
  return sendText(reply.code(404), contentType, request.method === 'HEAD' ? '' : body);
}

/** Why Remnant's own root has nothing there. */
function noRoute({ operations }: HttpDeps, method: string, path: string): Fault {
  const allowed = methodsAt(operations, path.slice(PREFIXES.remnant[0]?.length) || '/');
  if (allowed.length === 0 || allowed.includes(method)) return fault('no-such-path');
  return fault('method-not-allowed', { method, allowed: allowed.join(', ') });
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
