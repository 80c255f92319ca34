// A Glance for tests, over real HTTP: images and their data as its API v2 has them, as far as a service reads them. It pages,
// wants a token where it is given some, counts what it is asked, and can be made to fail, to hang and to break off.

import { createHash, randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** An image to be. */
export interface FakeImage {
  readonly id?: string;
  readonly name?: string;
  readonly data?: Buffer;
  readonly format?: string;
  readonly more?: Readonly<Record<string, unknown>>;
}

/** Answers in the place of the real one: true when it did, or means to leave the question open. */
type Instead = (path: string, response: ServerResponse) => boolean;

const PAGE = 2;

/** A Glance under a test's control. */
export class FakeGlance {
  /** The paths it was asked for, in order. */
  readonly asked: string[] = [];
  /** The token it takes; null: any, and none. */
  token: string | null = null;
  instead: Instead = () => false;
  readonly #images = new Map<string, { readonly shown: Record<string, unknown>; data: Buffer }>();
  #server: http.Server | null = null;
  #port = 0;

  /** Starts one on a free port. */
  static async start(): Promise<FakeGlance> {
    const glance = new FakeGlance();
    await glance.start();
    return glance;
  }

  /** Without `/v2`. */
  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Listens, on the port it had before. */
  async start(): Promise<void> {
    const server = http.createServer((request, response) => this.#serve(request, response));
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (server.address() as AddressInfo).port;
  }

  /** Breaks every connection and listens no more. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    if (server === null) return;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }

  /** Adds an image; its id. The newest comes first in lists. */
  add({
    id = randomUUID(),
    name = 'image',
    data = Buffer.from('data'),
    format = 'raw',
    more = {},
  }: FakeImage = {}): string {
    const shown = {
      id,
      name,
      status: 'active',
      visibility: 'public',
      protected: false,
      os_hidden: false,
      os_hash_algo: 'sha512',
      os_hash_value: createHash('sha512').update(data).digest('hex'),
      checksum: createHash('md5').update(data).digest('hex'),
      container_format: 'bare',
      disk_format: format,
      size: data.length,
      virtual_size: null,
      min_disk: 0,
      min_ram: 0,
      created_at: '2026-01-02T03:04:05Z',
      updated_at: '2026-01-02T03:04:06Z',
      owner: 'a1a1a1a1',
      tags: [],
      self: `/v2/images/${id}`,
      file: `/v2/images/${id}/file`,
      schema: '/v2/schemas/image',
      ...more,
    };
    this.#images.set(id, { shown, data });
    return id;
  }

  /** What is sent as an image's data from now on, whatever is said of it. */
  damage(id: string, data: Buffer): void {
    const image = this.#images.get(id);
    if (image !== undefined) image.data = data;
  }

  /** How often it was asked for paths that end so. */
  count(end: string): number {
    return this.asked.filter((path) => path.endsWith(end)).length;
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? '';
    this.asked.push(path);
    if (this.instead(path, response)) return;
    if (this.token !== null && request.headers['x-auth-token'] !== this.token) {
      response.writeHead(401).end('This server could not verify that you are authorized');
      return;
    }
    const url = new URL(path, this.url);
    if (url.pathname === '/v2/images') return this.#list(url, response);
    const [, id = '', file] = /^\/v2\/images\/([^/]+)(\/file)?$/.exec(url.pathname) ?? [];
    const image = this.#images.get(id);
    if (image === undefined) response.writeHead(404).end('404 Not Found');
    else if (file === undefined) json(response, image.shown);
    else if (image.data.length === 0) response.writeHead(204).end();
    else response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(image.data);
  }

  #list(url: URL, response: ServerResponse): void {
    const all = [...this.#images.values()].map(({ shown }) => shown).toReversed();
    const marker = url.searchParams.get('marker');
    const from = marker === null ? 0 : all.findIndex((one) => one['id'] === marker) + 1;
    const images = all.slice(from, from + PAGE);
    const last = images.at(-1)?.['id'];
    const more = from + PAGE < all.length ? { next: `/v2/images?limit=${PAGE}&marker=${String(last)}` } : {};
    json(response, { images, first: '/v2/images', schema: '/v2/schemas/images', ...more });
  }
}

function json(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
