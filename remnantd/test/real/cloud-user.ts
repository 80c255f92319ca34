// A user of a cloud at its APIs: signs in, makes servers do things, and reads what came of their dumps.

import { writeFile } from 'node:fs/promises';
import { waitFor } from '../harness/wait-for.ts';

const EVERY_MS = 250;

/** A JSON answer. */
export interface Reply {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A dump as the API shows it. */
export interface ShownDump {
  readonly id: string;
  readonly phase: string;
  readonly verdict: string | null;
  readonly reason: string | null;
  readonly reaction: string | null;
  readonly waits_for: string | null;
  readonly nmi: string | null;
  readonly bytes: number;
  readonly evidence: readonly { readonly kind: string; readonly detail: string }[];
  readonly artefacts: readonly ShownArtefact[];
  /** Of one who asked for evidence. */
  readonly vitals?: Readonly<Record<string, unknown>> | null;
}

/** A file of a dump as the API shows it. */
export interface ShownArtefact {
  readonly id: string;
  readonly source: string;
  readonly format: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** A user. */
export class CloudUser {
  readonly #url: string;
  readonly #version: string;
  #token = '';

  private constructor(url: string, version: string) {
    this.#url = url;
    this.#version = version;
  }

  /** Signs in with a password, for a project; speaks the Compute API's `version`. */
  static async signIn(
    url: string,
    name: string,
    password: string,
    project: string,
    version = '2.17',
  ): Promise<CloudUser> {
    const user = new CloudUser(url, version);
    const domain = { id: 'default' };
    const reply = await user.fetch('POST', '/identity/v3/auth/tokens', {
      auth: {
        identity: { methods: ['password'], password: { user: { name, domain, password } } },
        scope: { project: { name: project, domain } },
      },
    });
    user.#token = reply.headers.get('x-subject-token') ?? '';
    if (user.#token === '') throw new Error(`no token: ${reply.status}`);
    return user;
  }

  /** Makes a server, and waits until it runs. */
  async makeServer(name: string, imageRef: string, flavorRef: string): Promise<string> {
    const made = await this.ask('POST', '/v2.1/servers', { server: { name, imageRef, flavorRef } });
    if (made.status !== 202) throw new Error(`no server: ${made.status} ${JSON.stringify(made.body)}`);
    const { id } = made.body['server'] as { id: string };
    await this.until(id, 'ACTIVE');
    return id;
  }

  /** Sends an action as the owner. */
  async act(id: string, action: object): Promise<void> {
    const reply = await this.ask('POST', `/v2.1/servers/${id}/action`, action);
    if (reply.status !== 202)
      throw new Error(`${JSON.stringify(action)}: ${reply.status} ${JSON.stringify(reply.body)}`);
  }

  /** Waits until the server has this status. */
  async until(id: string, status: string): Promise<void> {
    await waitFor(
      `server ${id} to be ${status}`,
      async () => {
        const server = (await this.read(`/v2.1/servers/${id}`))['server'] as {
          status: string;
          fault?: { message: string };
        };
        if (server.status === 'ERROR') throw new Error(`the server is in error: ${server.fault?.message ?? ''}`);
        return server.status === status;
      },
      120_000,
      EVERY_MS,
    );
  }

  /** The newest dump of a server, once `over` says so of it. */
  async dump(id: string, over: (dump: ShownDump) => boolean, seconds = 300): Promise<ShownDump> {
    const path = `/remnant/v1/servers/${id}/dumps`;
    return waitFor(
      `the dump of ${id} to come so far`,
      async () => {
        const [newest] = (await this.read(path))['dumps'] as ShownDump[];
        if (newest === undefined || !over(newest)) return false;
        return (await this.read(`${path}/${newest.id}`))['dump'] as ShownDump;
      },
      seconds * 1000,
      EVERY_MS,
    );
  }

  /** Downloads a file of a dump as its owner does, to a file of their own. */
  async download(id: string, dump: ShownDump, artefact: ShownArtefact, path: string): Promise<void> {
    const reply = await this.fetch('GET', `/remnant/v1/servers/${id}/dumps/${dump.id}/artefacts/${artefact.id}`);
    if (reply.status !== 200 || reply.body === null) throw new Error(`no download: ${reply.status}`);
    await writeFile(path, reply.body, { mode: 0o600 });
  }

  /** Waits until the host has looked into a guest that is healthy. */
  async isLearnt(id: string): Promise<void> {
    await waitFor(
      `the guest of ${id} to be looked into`,
      async () => {
        const body = await this.read(`/remnant/v1/servers/${id}/readiness?refresh=true`);
        const { items } = body['readiness'] as { items: readonly { item: string; state: string }[] };
        return items.some(({ item, state }) => item === 'guest_agent' && state === 'green');
      },
      120_000,
      EVERY_MS,
    );
  }

  /** Deletes a server: its guest needs the processor no more. */
  async remove(id: string): Promise<void> {
    const reply = await this.ask('DELETE', `/v2.1/servers/${id}`);
    if (reply.status !== 204) throw new Error(`not deleted: ${reply.status}`);
  }

  /** Sends a request as the owner of the servers. */
  async ask(method: string, path: string, body?: object): Promise<Reply> {
    const reply = await this.fetch(method, path, body);
    const text = await reply.text();
    return { status: reply.status, body: text === '' ? {} : (JSON.parse(text) as Reply['body']) };
  }

  /** What can be read at `path`. */
  async read(path: string): Promise<Reply['body']> {
    const { status, body } = await this.ask('GET', path);
    if (status !== 200) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`);
    return body;
  }

  /** Sends a request, and gives the answer as it comes. */
  fetch(method: string, path: string, body?: object): Promise<Response> {
    const headers = {
      'content-type': 'application/json',
      'openstack-api-version': `compute ${this.#version}`,
      ...(this.#token === '' ? {} : { 'x-auth-token': this.#token }),
    };
    return fetch(`${this.#url}${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }
}
