// The listening server under fastify: plain or TLS, bounded in connections, bytes and time. Bytes that are no request are
// answered here; a connection too many is not cut off but told so on its first request, as long as there are not far too many.

import type { Server as HttpServer, RequestListener, ServerOptions } from 'node:http';
import { createServer as createPlain } from 'node:http';
import { createServer as createTls, type Server as HttpsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { HttpLimits, TlsMaterial } from './limits.ts';

/** What a connection may do: be served, or be told that there are too many, in all or of its client. */
export type Admission = 'served' | 'too-many' | 'too-many-of-client';

/** The listener. One per process. */
export class Listener {
  readonly #limits: HttpLimits;
  readonly #tls: TlsMaterial | null;
  readonly #open = new Map<Socket, Admission>();
  readonly #byClient = new Map<string, number>();
  /** Requests worked on, by connection; one that never had any is not in it. */
  readonly #requests = new WeakMap<Socket, number>();
  #served = 0;
  #server: HttpServer | null = null;

  /** `tls` null listens in plain HTTP. */
  constructor(limits: HttpLimits, tls: TlsMaterial | null) {
    this.#limits = limits;
    this.#tls = tls;
  }

  /** Makes the server; it does not listen yet. */
  create(handler: RequestListener): HttpServer {
    const { headerBytes, headerMs, requestMs, keepAliveMs, idleMs, connections } = this.#limits;
    const options: ServerOptions = {
      insecureHTTPParser: false,
      maxHeaderSize: headerBytes,
      headersTimeout: Math.min(headerMs, requestMs),
      requestTimeout: requestMs,
      keepAliveTimeout: keepAliveMs,
      connectionsCheckingInterval: Math.max(50, Math.min(headerMs / 4, 1_000)),
    };
    const server: HttpServer | HttpsServer =
      this.#tls === null
        ? createPlain(options, handler)
        : createTls({ ...options, ...contextOf(this.#tls), handshakeTimeout: headerMs }, handler);
    // Ours is the bound on headers; Node's would leave headers out and say nothing.
    server.maxHeadersCount = 0;
    server.setTimeout(idleMs);
    server.maxConnections = connections + Math.max(16, Math.ceil(connections / 10));
    server.on(this.#tls === null ? 'connection' : 'secureConnection', (socket: Socket) => this.#admit(socket));
    this.#server = server;
    return server;
  }

  /** Serves new connections with another certificate; those that are open keep theirs. */
  setTls(material: TlsMaterial): void {
    (this.#server as HttpsServer | null)?.setSecureContext(contextOf(material));
  }

  /** Connections that are open. */
  connections(): number {
    return this.#open.size;
  }

  /** What a connection may do; one that did not come through the listener (a test's) is served. */
  admission(socket: Socket): Admission {
    return this.#open.get(socket) ?? 'served';
  }

  /** Counts a request of `socket` as begun; false when it has too many under way. */
  begin(socket: Socket): boolean {
    const now = (this.#requests.get(socket) ?? 0) + 1;
    this.#requests.set(socket, now);
    return now <= this.#limits.pipelined;
  }

  /** Counts a request of `socket` as over. */
  end(socket: Socket): void {
    this.#requests.set(socket, (this.#requests.get(socket) ?? 1) - 1);
  }

  /** Closes connections that have sent nothing: Node takes them for busy. */
  closeSilent(): void {
    for (const socket of this.#open.keys()) if (socket.bytesRead === 0) socket.destroy();
  }

  /** Closes every connection, whatever it is at. */
  closeAll(): void {
    this.#server?.closeAllConnections();
  }

  #admit(socket: Socket): void {
    const client = socket.remoteAddress ?? '';
    const ofClient = (this.#byClient.get(client) ?? 0) + 1;
    const { connections, connectionsPerClient } = this.#limits;
    const admission: Admission =
      this.#served >= connections
        ? 'too-many'
        : connectionsPerClient !== null && ofClient > connectionsPerClient
          ? 'too-many-of-client'
          : 'served';
    this.#open.set(socket, admission);
    this.#byClient.set(client, ofClient);
    if (admission === 'served') this.#served += 1;
    socket.once('close', () => {
      this.#open.delete(socket);
      if (admission === 'served') this.#served -= 1;
      const left = (this.#byClient.get(client) ?? 1) - 1;
      if (left > 0) this.#byClient.set(client, left);
      else this.#byClient.delete(client);
    });
  }
}

function contextOf({ cert, key }: TlsMaterial) {
  return { cert, key, minVersion: 'TLSv1.2' } as const;
}
