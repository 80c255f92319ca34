// What every request passes before an operation sees it, in Nova's order: token, microversion, content type, body, project
// in the URL, version window, schema. And what every answer carries.

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ApiDeps } from '../api/deps.ts';
import type { LinkBase } from '../api/links.ts';
import type { ApiRequest, ApiRoot, Operation, Reply } from '../api/operation.ts';
import type { PythonValue } from '../lib/python-json.ts';
import { plain } from '../lib/python-repr.ts';
import type { Caller } from '../model/caller.ts';
import { DatabaseAway } from '../model/database-away.ts';
import { Fault, fault } from '../model/faults.ts';
import type { RequestId } from '../model/ids.ts';
import { asId } from '../model/ids.ts';
import { MICROVERSIONS, minor, within } from '../model/microversion.ts';
import type { Identity } from '../ports/identity.ts';
import { IdentityUnavailable } from '../ports/identity.ts';
import { novaType } from './accept.ts';
import { actionOf, parseBody, requireContentType } from './body.ts';
import { handleOnce } from './handle-once.ts';
import { askedVersion, versionHeaders } from './microversion-headers.ts';
import type { OnceOnly } from './once.ts';
import { takesKey } from './once.ts';
import { readQuery, requireUtf8 } from './read-query.ts';
import type { Rendered } from './render-fault.ts';
import { renderFault, renderUnauthorized, renderUnavailable } from './render-fault.ts';
import type { Sending } from './send-stream.ts';
import { sendStream } from './send-stream.ts';
import type { OperationValidator } from './validate.ts';

/** What the front needs. */
export interface FrontDeps {
  readonly api: ApiDeps;
  readonly identity: Identity;
  /** Where who has no token is sent to get one; null is the built-in identity, where the request found us. */
  readonly wwwAuthenticateUri: string | null;
  /** Makes a caller of who was found behind a token: the policy says whether it is an admin. */
  readonly admit: (found: Omit<Caller, 'isAdmin'>) => Caller;
  /** Carries out requests with an Idempotency-Key. */
  readonly once: OnceOnly;
  readonly onError: (what: string, error: unknown) => void;
  /** Told, before the answer, of a change that somebody known was refused (403) or that could not be made (409). Throws nothing. */
  readonly onRefused?: (refused: Refused) => Promise<void>;
}

/** A change that was not made. */
export interface Refused {
  readonly caller: Caller;
  readonly requestId: RequestId;
  /** The operation's id. */
  readonly operation: string;
  /** The parameters of its path; not the caller's own project, which a Compute URL may begin with. */
  readonly params: Readonly<Record<string, string>>;
  readonly status: number;
  /** The fault's public text. */
  readonly reason: string;
}

/** An operation with its schemas compiled. */
export interface Prepared {
  readonly operation: Operation;
  readonly validator: OperationValidator;
}

/** The operations behind one method and path: one, or several told apart by the action in the body. */
export type Endpoint =
  | { readonly root: ApiRoot; readonly one: Prepared }
  | { readonly root: ApiRoot; readonly actions: ReadonlyMap<string, Prepared> };

/** What of a request is known however far it gets. */
export interface Exchange {
  readonly root: ApiRoot;
  readonly requestId: RequestId;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /** For the log, once known. */
  caller: Caller | null;
  operation: string | null;
  /** What becomes of an answer that is a stream. */
  sending: Sending | null;
}

const READS: ReadonlySet<string> = new Set(['GET', 'HEAD']);
type Headers = Record<string, string | undefined>;
const HIGHEST = minor(MICROVERSIONS.max);
const LOWEST = minor(MICROVERSIONS.min);

/** Serves one request of `endpoint`. */
export async function serve(deps: FrontDeps, endpoint: Endpoint, exchange: Exchange): Promise<FastifyReply> {
  const { request, reply } = exchange;
  const headers = plainHeaders(request);
  try {
    const params = (request.params ?? {}) as Record<string, string>;
    // A version is told to anybody; whoever names a project must be of it.
    const open = 'one' in endpoint && endpoint.one.operation.open === true && params['project_id'] === undefined;
    if (!open) exchange.caller = await authenticate(deps, headers);
    const version = microversion(endpoint.root, request, headers, reply);
    const { prepared, body } = selectOperation(endpoint, request, headers);
    const { operation, validator } = prepared;
    exchange.operation = operation.id;
    if (operation.root === 'compute') requireOwnProject(params['project_id'], exchange.caller);
    if (operation.root === 'compute' && !within(version, operation)) throw fault('version-hidden');
    const legacy = operation.root === 'compute' && isLegacy(request.url);
    validator.body(version, operation.action === undefined ? body : { [operation.action]: body }, {
      relaxed: legacy,
    });
    if (operation.root === 'remnant' || operation.query !== undefined) requireUtf8(request.url);
    const written = readQuery(request.url, { nova: operation.root === 'compute' });
    const query = validator.query(version, written, { legacy });
    const links = linkBase(deps.api.publicUrl, request, query, exchange.caller);
    const asked = {
      requestId: exchange.requestId,
      operation: operation.id,
      version,
      params,
      query,
      body: plain(body),
      headers,
      remoteAddress: request.ip,
      links,
    };
    const key = headers['idempotency-key'];
    const answer = operation.open
      ? await operation.handle({ ...asked, caller: exchange.caller }, deps.api)
      : key === undefined || !takesKey(operation)
        ? await operation.handle({ ...asked, caller: known(exchange.caller) }, deps.api)
        : await handleOnce(deps, exchange, operation, { ...asked, caller: known(exchange.caller) }, key);
    return send(exchange, operation, answer, headers['accept']);
  } catch (error) {
    await tellRefused(deps, endpoint, exchange, error);
    return sendError(deps, exchange, error);
  }
}

async function tellRefused(deps: FrontDeps, endpoint: Endpoint, exchange: Exchange, error: unknown): Promise<void> {
  const { caller, operation, requestId, request } = exchange;
  if (!(error instanceof Fault) || (error.status !== 403 && error.status !== 409)) return;
  if (deps.onRefused === undefined || caller === null || operation === null) return;
  const declared = ('one' in endpoint ? [endpoint.one] : [...endpoint.actions.values()])
    .map((one) => one.operation)
    .find((one) => one.id === operation);
  if (declared === undefined || (isRead(declared) && declared.guarded !== true)) return;
  const { project_id: project, ...others } = (request.params ?? {}) as Record<string, string>;
  const params = declared.root === 'compute' || project === undefined ? others : { ...others, project_id: project };
  await deps.onRefused({ caller, requestId, operation, params, status: error.status, reason: error.message });
}

function isRead({ readOnly, method }: Operation): boolean {
  return readOnly === true || READS.has(method);
}

/** The caller behind the token. Fault unauthorized, identity-unavailable. */
export async function authenticate(deps: Pick<FrontDeps, 'identity' | 'admit'>, headers: Headers): Promise<Caller> {
  const token = headers['x-auth-token'] ?? headers['x-storage-token'] ?? '';
  if (token === '') throw fault('unauthorized');
  let found: Omit<Caller, 'isAdmin'> | null;
  try {
    found = await deps.identity.authenticate(token, headers['x-service-token'] || undefined);
  } catch (error) {
    throw error instanceof IdentityUnavailable ? fault('identity-unavailable') : error;
  }
  if (found === null) throw fault('unauthorized');
  return deps.admit(found);
}

/** Answers with a fault, or with Nova's words for what should never happen. */
export function sendError(
  deps: Pick<FrontDeps, 'onError' | 'wwwAuthenticateUri'>,
  exchange: Exchange,
  error: unknown,
): FastifyReply {
  const { reply, root, requestId } = exchange;
  // Nobody's mistake; the store has told who runs the daemon.
  if (error instanceof DatabaseAway) return sendError(deps, exchange, fault('database-away'));
  if (error instanceof Fault) {
    reply.headers(error.headers);
    if (error.code === 'unauthorized' && root !== 'identity') {
      reply.removeHeader('openstack-api-version').removeHeader('x-openstack-nova-api-version').removeHeader('vary');
      reply.header(
        'www-authenticate',
        `Keystone uri="${deps.wwwAuthenticateUri ?? `${originOf(exchange.request)}/identity`}"`,
      );
      return sendRendered(reply, 401, renderUnauthorized());
    }
    if (error.code === 'identity-unavailable' && root !== 'identity') {
      return sendRendered(reply, 503, renderUnavailable(exchange.request.headers.accept, error.message));
    }
    return sendRendered(
      reply,
      error.status,
      renderFault(root, { status: error.status, message: error.message, requestId }),
    );
  }
  deps.onError(`request ${requestId}`, error);
  const message = `Unexpected API Error. It has been logged under ${requestId}.`;
  return sendRendered(reply, 500, renderFault(root, { status: 500, message, requestId }));
}

/** Request headers as they were sent, one value each. */
export function plainHeaders(request: FastifyRequest): Headers {
  const headers: Headers = {};
  for (const [name, value] of Object.entries(request.raw.headers))
    headers[name] = Array.isArray(value) ? value.join(',') : value;
  return headers;
}

/** Scheme, host and port as the client wrote them. */
export function originOf(request: FastifyRequest): string {
  return `${request.protocol}://${request.headers.host ?? 'localhost'}`;
}

function sendRendered(reply: FastifyReply, status: number, { body, contentType }: Rendered): FastifyReply {
  return sendText(reply.code(status), contentType, body);
}

/** Sends text as bytes: to a string, fastify adds a charset that Nova does not write. */
export function sendText(reply: FastifyReply, contentType: string, text: string): FastifyReply {
  return reply.header('content-type', contentType).send(Buffer.from(text));
}

function send(exchange: Exchange, operation: Operation, answer: Reply, accept: string | undefined): FastifyReply {
  const { reply, request } = exchange;
  const status = answer.status ?? operation.success;
  const type = isNovas(operation) ? novaType(accept, pathOf(request.url)) : 'application/json';
  reply.code(status).header('content-type', type);
  for (const [name, value] of Object.entries(answer.headers ?? {})) reply.header(name, value);
  if (answer.stream !== undefined) {
    exchange.sending = sendStream(reply, answer.stream);
    return reply;
  }
  if (answer.json !== undefined) return reply.send(answer.json);
  if (answer.body !== undefined) return reply.send(Buffer.from(JSON.stringify(answer.body)));
  if (status !== 204 && status !== 304) return reply.send(Buffer.alloc(0));
  // Nova says JSON even of nothing, the others say nothing of it.
  return (isNovas(operation) ? reply : reply.removeHeader('content-type')).send();
}

/** True for what Nova itself answers: the Compute API and the list of its versions. */
function isNovas({ root, path }: Operation): boolean {
  return root === 'compute' || (root === 'versions' && path === '/');
}

/** The microversion, with its headers set. `/v2` knows none. */
function microversion(root: ApiRoot, request: FastifyRequest, headers: Headers, reply: FastifyReply): number {
  if (root !== 'compute') return HIGHEST;
  if (isLegacy(request.url)) return LOWEST;
  const asked = askedVersion(headers);
  if (asked.echo !== null) reply.headers(versionHeaders(asked.echo));
  if (!asked.ok) throw asked.fault;
  return asked.version;
}

function selectOperation(
  endpoint: Endpoint,
  request: FastifyRequest,
  headers: Headers,
): { prepared: Prepared; body: PythonValue } {
  const raw = Buffer.isBuffer(request.body) ? request.body : null;
  if ('one' in endpoint) {
    const { body } = endpoint.one.operation;
    // Nova looks at the type before it knows whether anything will be read.
    if (body !== undefined || isNovas(endpoint.one.operation)) requireContentType(headers['content-type']);
    if (body === undefined) return { prepared: endpoint.one, body: null };
    const absent = endpoint.one.operation.emptyBody === true && (raw === null || raw.length === 0);
    return { prepared: endpoint.one, body: absent ? {} : parseBody(raw) };
  }
  requireContentType(headers['content-type']);
  const { action, argument } = actionOf(raw);
  const prepared = endpoint.actions.get(action);
  if (prepared === undefined) throw fault('no-such-action', { action });
  return { prepared, body: argument };
}

/** Nova refuses a URL that names another project than the token's, even to an admin. */
function requireOwnProject(inUrl: string | undefined, caller: Caller | null): void {
  if (inUrl === undefined || caller === null || caller.projectId === asId(inUrl)) return;
  throw fault('wrong-project', { url: inUrl, context: caller.projectId ?? 'None' });
}

function known(caller: Caller | null): Caller {
  if (caller === null) throw fault('unauthorized');
  return caller;
}

function linkBase(
  publicUrl: string | null,
  request: FastifyRequest,
  query: ApiRequest['query'],
  caller: Caller | null,
): LinkBase {
  const project = caller?.projectId ?? '';
  // Nova looks for the caller's project anywhere in the URL; parameters it does not know are gone from there by then.
  const parameters = Object.entries(query).flatMap(([name, values]) => [name, ...values]);
  const isNamed = [pathOf(request.url), ...parameters].some((part) => part.includes(project));
  return {
    origin: publicUrl ?? originOf(request),
    version: isLegacy(request.url) ? '/v2' : '/v2.1',
    project: project !== '' && isNamed ? `/${project}` : '',
  };
}

/** A URL without its query. */
export function pathOf(url: string): string {
  return url.split('?')[0] ?? '/';
}

function isLegacy(url: string): boolean {
  return /^\/v2(\/|\?|$)/.test(url);
}
