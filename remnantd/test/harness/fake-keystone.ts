// A Keystone for tests, over real HTTP: `/v3/auth/tokens` as far as a service uses it, with the answers of a real one
// (Keystone 22, seen). It can be stopped and started on its port, made to hang or to fail, and it counts what it is asked.

import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';

/** What a token is for. */
export interface Grant {
  readonly user: string;
  readonly project?: string;
  readonly domain?: string;
  readonly system?: boolean;
  readonly roles?: readonly string[];
  readonly livesMs?: number;
  /** As an application credential that may do some things only has it. */
  readonly accessRules?: readonly object[];
}

/** A question it was asked. */
export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly subject: string | null;
}

interface Held extends Grant {
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** Answers in the place of the real one: true when it did (or means to leave the question open). */
type Instead = (asked: Asked, response: ServerResponse) => boolean;

/** A Keystone under a test's control. Its service user is `remnant` with the password `secret`, in the project `service`. */
export class FakeKeystone {
  readonly asked: Asked[] = [];
  /** Roles of the service user. */
  serviceRoles: readonly string[] = ['service'];
  password = 'secret';
  /** How long tokens live, ms. */
  livesMs = 3_600_000;
  instead: Instead = () => false;
  /** The most questions that were open at a time. */
  mostOpen = 0;
  #open = 0;
  readonly #now: () => number;
  readonly #held = new Map<string, Held>();
  readonly #tls: https.ServerOptions | null;
  #server: http.Server | null = null;
  #port = 0;

  private constructor(now: () => number, tls: https.ServerOptions | null) {
    this.#now = now;
    this.#tls = tls;
  }

  /** Starts one on a free port; `now` is its wall clock. */
  static async start(now: () => number, tls: https.ServerOptions | null = null): Promise<FakeKeystone> {
    const keystone = new FakeKeystone(now, tls);
    await keystone.start();
    return keystone;
  }

  /** Without `/v3`. */
  get url(): string {
    return `${this.#tls === null ? 'http' : 'https'}://127.0.0.1:${this.#port}`;
  }

  /** Listens, on the port it had before. */
  async start(): Promise<void> {
    const serve = (request: IncomingMessage, response: ServerResponse) => void this.#serve(request, response);
    const server = this.#tls === null ? http.createServer(serve) : https.createServer(this.#tls, serve);
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.#port, '127.0.0.1', resolve);
    });
    this.#port = (server.address() as AddressInfo).port;
  }

  /** Breaks every connection and listens no more; what it knows stays. */
  async stop(): Promise<void> {
    const server = this.#server;
    if (server === null) return;
    this.#server = null;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }

  /** A token. */
  issue(grant: Grant): string {
    const secret = `gAAAAA${randomBytes(60).toString('base64url')}`;
    const issuedAt = this.#now();
    this.#held.set(secret, { ...grant, issuedAt, expiresAt: issuedAt + (grant.livesMs ?? this.livesMs) });
    return secret;
  }

  revoke(token: string): void {
    this.#held.delete(token);
  }

  /** Every token of the service user, as when its password changes. */
  revokeOwn(): void {
    for (const [secret, held] of this.#held) if (held.user === 'remnant') this.#held.delete(secret);
  }

  /** How often it was asked about `token`; without one, about any. */
  questions(token?: string): number {
    return this.asked.filter((one) => one.method === 'GET' && (token === undefined || one.subject === token)).length;
  }

  /** How often somebody signed in or tried to. */
  signIns(): number {
    return this.asked.filter((one) => one.method === 'POST').length;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked: Asked = {
      method: request.method ?? '',
      url: request.url ?? '',
      subject: headerOf(request.headers['x-subject-token']),
    };
    this.asked.push(asked);
    this.#open += 1;
    this.mostOpen = Math.max(this.mostOpen, this.#open);
    response.on('close', () => {
      this.#open -= 1;
    });
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    if (this.instead(asked, response)) return;
    const url = new URL(asked.url, this.url);
    if (url.pathname !== '/v3/auth/tokens') return refuse(response, 404, 'Could not find resource.');
    if (asked.method === 'POST') return this.#signIn(response, Buffer.concat(chunks).toString());
    this.#inspect(response, asked, headerOf(request.headers['x-auth-token']), url.searchParams.has('allow_expired'));
  }

  #signIn(response: ServerResponse, text: string): void {
    const { auth } = JSON.parse(text) as { auth: SignIn };
    const { user } = auth.identity.password;
    const rightUser = user.name === 'remnant' && user.domain.name === 'Default' && user.password === this.password;
    if (!rightUser || auth.scope.project.name !== 'service' || auth.scope.project.domain.name !== 'Default') {
      return refuse(response, 401, 'The request you have made requires authentication.');
    }
    const secret = this.issue({ user: 'remnant', project: 'service', roles: this.serviceRoles });
    answer(response, 201, describe(this.#held.get(secret) as Held), { 'x-subject-token': secret });
  }

  #inspect(response: ServerResponse, { subject }: Asked, own: string | null, allowExpired: boolean): void {
    const asker = this.#held.get(own ?? '');
    if (asker === undefined || asker.expiresAt <= this.#now()) {
      return refuse(response, 401, 'The request you have made requires authentication.');
    }
    const held = this.#held.get(subject ?? '');
    // A real one looks for the token before it asks its policy.
    if (held === undefined) return refuse(response, 404, 'Could not recognize Fernet token');
    if (!(asker.roles ?? []).includes('service')) {
      return refuse(response, 403, 'You are not authorized to perform the requested action: identity:validate_token.');
    }
    // One that may do some things only is shown to those who say that they know of such.
    if (held.accessRules !== undefined) return refuse(response, 404, `Could not find token: ${subject}.`);
    if (held.expiresAt <= this.#now() && !allowExpired) {
      return refuse(response, 404, `Could not find token: ${subject}.`);
    }
    answer(response, 200, describe(held), { 'x-subject-token': subject ?? '' });
  }
}

interface SignIn {
  readonly identity: {
    readonly password: {
      readonly user: { readonly name: string; readonly password: string; readonly domain: { readonly name: string } };
    };
  };
  readonly scope: { readonly project: { readonly name: string; readonly domain: { readonly name: string } } };
}

const DEFAULT = { id: 'default', name: 'Default' };

/** The body of an answer about a token. */
function describe(held: Held): object {
  const { user, project, domain, system, roles = [], accessRules } = held;
  return {
    token: {
      methods: ['password'],
      user: { domain: DEFAULT, id: `${user}-id`, name: user, password_expires_at: null },
      audit_ids: ['QT5LiTxYTRK47IcY_jgwqw'],
      issued_at: new Date(held.issuedAt).toISOString().replace('Z', '000Z'),
      expires_at: new Date(held.expiresAt).toISOString().replace('Z', '000Z'),
      ...(project === undefined
        ? {}
        : { project: { domain: DEFAULT, id: `${project}-id`, name: project }, is_domain: false }),
      ...(domain === undefined ? {} : { domain: { id: `${domain}-id`, name: domain } }),
      ...(system === true ? { system: { all: true } } : {}),
      ...(roles.length === 0 ? {} : { roles: roles.map((name) => ({ id: randomUUID(), name })) }),
      ...(accessRules === undefined ? {} : { application_credential: { id: 'c', access_rules: accessRules } }),
    },
  };
}

function answer(response: ServerResponse, status: number, body: object, headers: http.OutgoingHttpHeaders = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', vary: 'X-Auth-Token', ...headers });
  response.end(JSON.stringify(body));
}

function refuse(response: ServerResponse, code: number, message: string): void {
  answer(response, code, { error: { code, message, title: http.STATUS_CODES[code] } });
}

function headerOf(header: string | string[] | undefined): string | null {
  return Array.isArray(header) ? (header[0] ?? null) : (header ?? null);
}
