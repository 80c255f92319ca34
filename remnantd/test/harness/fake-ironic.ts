// An Ironic for tests, over real HTTP, as a real one answered (test/golden/ironic, which it is held to): nodes in pages, power,
// provisioning, NMIs, microversions, http_basic and tokens. It notes every request, and can be made to fail in many ways.

import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { FakeConductor, type FakeNmi, type FakePace } from './fake-ironic-acts.ts';
import {
  basicError,
  conductorGone,
  FakeError,
  ironicError,
  noConductor,
  noNode,
  pythonJson,
  unsupported,
  webServerError,
} from './fake-ironic-errors.ts';
import { type FakeNode, fieldsOf, newFakeNode, nodeJson, statesJson } from './fake-ironic-node.ts';

/** A request that came in. */
export interface FakeRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

/** What happens to a request in the place of an answer: its connection is broken once it was read, or nothing ever comes. */
export type FakeTrouble = 'drop' | 'silence';

/** Who may ask: anybody, a user with a password, or who holds a token. */
export type FakeAuth =
  | { readonly kind: 'none' }
  | { readonly kind: 'basic'; readonly user: string; readonly password: string }
  | { readonly kind: 'token'; readonly token: string };

interface Version {
  readonly minor: number;
}

/** An answer in the making. */
interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const MAX_LIMIT = 1000;
const LISTED = ['uuid', 'instance_uuid', 'maintenance', 'power_state', 'provision_state', 'name'];
const NODE = /^\/v1\/nodes\/([^/]+)(?:\/(.+))?$/;
const PUBLIC = ['/', '/v1', '/v1/'];

/** An Ironic under a test's control. */
export class FakeIronic {
  /** Every request, in order. */
  readonly journal: FakeRequest[] = [];
  auth: FakeAuth = { kind: 'none' };
  /** The last minor microversion it speaks, of 1. */
  lastMinor = 82;
  /** `gone`: it died a moment ago. `dead`: everybody knows. */
  conductor: 'alive' | 'gone' | 'dead' = 'alive';
  readonly pace: FakePace = { powerMs: 0, tearDownMs: 0, lockMs: 0 };
  /** The trouble a request meets; null: none. */
  trouble: (request: FakeRequest) => FakeTrouble | null = () => null;
  /** Answers in its place: true when it did. */
  instead: (request: FakeRequest, response: ServerResponse) => boolean = () => false;
  readonly #conductor = new FakeConductor(this.pace);
  readonly #nodes = new Map<string, FakeNode>();
  #server: http.Server | null = null;
  #port = 0;

  /** Starts one on a free port. */
  static async start(): Promise<FakeIronic> {
    const ironic = new FakeIronic();
    await ironic.start();
    return ironic;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Listens, on the port it had before. */
  async start(): Promise<void> {
    const server = http.createServer((request, response) => void this.#serve(request, response));
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (server.address() as AddressInfo).port;
  }

  /** Breaks every connection and refuses new ones. Its nodes stay. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    if (server === null) return;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }

  /** Stops it for good. */
  async close(): Promise<void> {
    this.#conductor.stop();
    await this.stop();
  }

  /** Adds a node that runs a server, with `more` changed. What is given back is the node itself: a test may change it. */
  add(more: Partial<FakeNode> = {}): FakeNode {
    const node = newFakeNode(more);
    this.#nodes.set(node.uuid, node);
    return node;
  }

  /** A node by its UUID or name; a test may change it. */
  node(ident: string): FakeNode {
    return this.#find(ident);
  }

  /** Ironic forgets a node. */
  remove(uuid: string): void {
    this.#nodes.delete(uuid);
  }

  /** The NMIs that reached a machine, in order. */
  get nmis(): readonly FakeNmi[] {
    return this.#conductor.nmis;
  }

  /** What a machine does when an NMI reaches it. */
  onNmi(run: (node: FakeNode) => void): void {
    this.#conductor.onNmi = run;
  }

  /** How often it was asked so: `PUT` and the end of a path. */
  count(method: string, end: string): number {
    return this.journal.filter((one) => one.method === method && one.path.endsWith(end)).length;
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of incoming) chunks.push(chunk as Buffer);
    } catch {
      return; // It was broken off before it was whole.
    }
    const { method = '', url: path = '', headers } = incoming;
    const request: FakeRequest = { method, path, headers, body: Buffer.concat(chunks).toString('utf8') };
    this.journal.push(request);
    if (this.instead(request, response)) return;
    const trouble = this.trouble(request);
    if (trouble === 'drop') return void incoming.socket.destroy();
    if (trouble === 'silence') return;
    try {
      this.#authorise(request);
      const version = this.#versionOf(request, response);
      const { status, body, headers: more = {} } = await this.#answer(request, version);
      const type = body === undefined ? {} : { 'content-type': 'application/json' };
      const text = body === undefined ? '' : pythonJson(body);
      response.writeHead(status, { ...about(), ...more, ...type, 'content-length': Buffer.byteLength(text) }).end(text);
    } catch (error) {
      if (!(error instanceof FakeError)) throw error;
      // The web server refuses a method before anybody thinks about versions.
      if (error.status === 405) for (const name of response.getHeaderNames()) response.removeHeader(name);
      const type = { ...about(), ...(error.status === 401 ? this.#wants() : {}), 'content-type': 'application/json' };
      response.writeHead(error.status, type).end(error.body);
    }
  }

  #authorise({ headers, path }: FakeRequest): void {
    const { auth } = this;
    if (auth.kind === 'none' || PUBLIC.includes(path)) return;
    if (auth.kind === 'token') {
      if (headers['x-auth-token'] !== auth.token)
        throw basicError('The request you have made requires authentication.');
      return;
    }
    if (headers.authorization === undefined) throw basicError('Authorization required');
    const good = `Basic ${Buffer.from(`${auth.user}:${auth.password}`).toString('base64')}`;
    if (headers.authorization !== good) throw basicError('Incorrect username or password');
  }

  #wants(): Record<string, string> {
    const how = this.auth.kind === 'basic' ? 'Basic realm="Baremetal API"' : 'Keystone uri="http://127.0.0.1:5000"';
    return { 'www-authenticate': how };
  }

  #versionOf({ headers, path }: FakeRequest, response: ServerResponse): Version {
    const asked = headers['x-openstack-ironic-api-version'] ?? '1.1';
    const last = `1.${this.lastMinor}`;
    const [, minor] = asked === 'latest' ? ['', String(this.lastMinor)] : (/^1\.(\d+)$/.exec(String(asked)) ?? []);
    if (minor === undefined) {
      throw webServerError(406, 'Not Acceptable', 'Invalid value for X-OpenStack-Ironic-API-Version header');
    }
    // The web server's own answers say nothing of versions.
    if (path === '/' || !/^\/v1(\/nodes(\/|\?|$)|\/?$)/.test(path)) return { minor: Number(minor) };
    response.setHeader('x-openstack-ironic-api-minimum-version', '1.1');
    response.setHeader('x-openstack-ironic-api-maximum-version', last);
    if (Number(minor) < 1 || Number(minor) > this.lastMinor) {
      const range = `The supported version range is: [1.1, ${last}].`;
      const why = `Version ${String(asked)} was requested but the minor version is not supported by this service. ${range}`;
      throw webServerError(406, 'Not Acceptable', why);
    }
    response.setHeader('x-openstack-ironic-api-version', `1.${minor}`);
    return { minor: Number(minor) };
  }

  async #answer(request: FakeRequest, version: Version): Promise<Answer> {
    const url = new URL(request.path, this.url);
    const { pathname } = url;
    if (pathname === '/') return { status: 200, body: this.#root() };
    if (pathname === '/v1/nodes' && request.method === 'GET') return { status: 200, body: this.#list(url) };
    if (pathname === '/v1/nodes/detail' && request.method === 'GET') return { status: 200, body: this.#list(url) };
    const [, ident = '', below = ''] = NODE.exec(pathname) ?? [];
    if (ident === '') throw webServerError(404, 'Not Found');
    return this.#ofNode(request, version, decodeURIComponent(ident), below, url);
  }

  async #ofNode(request: FakeRequest, { minor }: Version, ident: string, below: string, url: URL): Promise<Answer> {
    const done: Answer = { status: 202, body: undefined };
    const begun = { ...done, headers: { location: `${this.url}/v1/nodes/${ident}/states` } };
    switch (`${request.method} ${below}`.trim()) {
      case 'GET': {
        const fields = url.searchParams.get('fields');
        const all = nodeJson(this.#find(ident), this.url);
        return { status: 200, body: fields === null ? all : fieldsOf(all, fields.split(',')) };
      }
      case 'GET states':
        return { status: 200, body: statesJson(this.#find(ident)) };
      case 'GET states/console': {
        const { console, driver } = this.#find(ident);
        if (console === null) throw unsupported(driver, 'console');
        return { status: 200, body: { console_enabled: true, console_info: console } };
      }
      case 'PUT states/power':
        await this.#conductor.power(this.#reach(ident), ident, bodyOf(request)['target']);
        return begun;
      case 'PUT states/provision':
        await this.#conductor.provision(this.#reach(ident), bodyOf(request)['target']);
        return begun;
      case 'PUT maintenance':
        Object.assign(this.#reach(ident), { maintenance: true, maintenanceReason: bodyOf(request)['reason'] ?? null });
        return done;
      case 'DELETE maintenance':
        Object.assign(this.#reach(ident), { maintenance: false, maintenanceReason: null });
        return done;
      case 'GET management/boot_device':
        return { status: 200, body: await this.#conductor.bootDevice(this.#reach(ident)) };
      case 'PUT management/inject_nmi': {
        const [extra] = Object.keys(bodyOf(request));
        if (extra !== undefined) throw ironicError(400, `Unexpected arguments: ${extra}`);
        if (minor < 29) throw ironicError(404, 'Resource could not be found.');
        await this.#conductor.injectNmi(this.#reach(ident));
        return { status: 204, body: undefined };
      }
      default:
        throw webServerError(405, 'Method Not Allowed');
    }
  }

  #find(ident: string): FakeNode {
    const node = [...this.#nodes.values()].find(({ uuid, name }) => uuid === ident || name === ident);
    if (node === undefined) throw noNode(ident);
    return node;
  }

  /** A node, for what a conductor has to do. */
  #reach(ident: string): FakeNode {
    const node = this.#find(ident);
    if (this.conductor === 'gone') throw conductorGone();
    if (this.conductor === 'dead') throw noConductor();
    return node;
  }

  #list(url: URL): Record<string, unknown> {
    const ask = (key: string) => url.searchParams.get(key);
    const fields = ask('fields')?.split(',') ?? (url.pathname.endsWith('/detail') ? null : LISTED);
    const limit = Math.min(Number(ask('limit') ?? MAX_LIMIT), MAX_LIMIT);
    const marker = ask('marker');
    const all = [...this.#nodes.values()].filter(
      (node) =>
        (ask('instance_uuid') === null || node.instanceUuid === ask('instance_uuid')) &&
        (ask('conductor_group') === null || node.conductorGroup === ask('conductor_group')) &&
        (ask('associated') === null || (node.instanceUuid !== null) === (ask('associated')?.toLowerCase() === 'true')),
    );
    const from = marker === null ? 0 : all.indexOf(this.#find(marker)) + 1;
    const page = all.slice(from, from + limit);
    const nodes = page.map((node) => {
      const json = nodeJson(node, this.url);
      return fields === null ? json : fieldsOf(json, fields);
    });
    const last = page.at(-1);
    // A full page has a next one, even if nothing is on it.
    if (last === undefined || page.length < limit) return { nodes };
    const shown = fields === null || ask('fields') === null ? '' : `&fields=${fields.join(',')}`;
    return {
      nodes,
      next: `${this.url}${url.pathname}?sort_key=id&sort_dir=asc${shown}&limit=${limit}&marker=${last.uuid}`,
    };
  }

  #root(): Record<string, unknown> {
    const links = [{ href: `${this.url}/v1/`, rel: 'self' }];
    const one = { id: 'v1', links, status: 'CURRENT', min_version: '1.1', version: `1.${this.lastMinor}` };
    const description =
      'Ironic is an OpenStack project which enables the provision and management of baremetal machines.';
    return { name: 'OpenStack Ironic API', description, default_version: one, versions: [one] };
  }
}

function about(): Record<string, string> {
  return { 'openstack-request-id': `req-${randomUUID()}` };
}

function bodyOf({ body }: FakeRequest): Record<string, unknown> {
  return body === '' ? {} : (JSON.parse(body) as Record<string, unknown>);
}
