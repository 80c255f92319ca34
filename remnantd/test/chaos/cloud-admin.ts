// The administrator of the cloud, at either of its API processes: signs in, makes servers on a chosen host, acts, reads.

import { waitFor } from '../harness/wait-for.ts';
import type { Cloud } from './cloud.ts';
import type { ApiName, CloudHost } from './cloud-config.ts';
import { HOSTS, KDUMP_IMAGE } from './cloud-config.ts';
import type { CloudAnswer, CloudCall } from './cloud-http.ts';

const VERSION = 'compute 2.90';
const EVERY_MS = 100;

/** A service as the Compute API shows it. */
export interface ShownService {
  readonly id: string;
  readonly host: string;
  readonly state: 'up' | 'down';
  readonly status: 'enabled' | 'disabled';
  readonly forced_down: boolean;
}

/** A server to be made. */
export interface ServerWish {
  readonly name: string;
  /** 1 is small, 2 what a real guest needs. */
  readonly flavor: '1' | '2';
  readonly metadata?: Readonly<Record<string, string>>;
}

/** The administrator. */
export class CloudAdmin {
  readonly #cloud: Cloud;
  #token = '';

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  /** Signs in; the token is good at both API processes. */
  async signIn(): Promise<void> {
    const domain = { id: 'default' };
    const password = { user: { name: 'admin', domain, password: this.#cloud.password() } };
    const scope = { project: { name: 'admin', domain } };
    const url = `${this.#cloud.url('api1')}/identity/v3/auth/tokens`;
    const given = await this.#cloud.http.ask(url, {
      json: { auth: { identity: { methods: ['password'], password }, scope } },
    });
    this.#token = given.headers['x-subject-token'] ?? '';
    if (this.#token === '') throw new Error(`no token: ${given.status} ${given.error} ${given.text}`);
  }

  /** Asks an API process; never throws for what comes of it. */
  ask(api: ApiName, path: string, call: CloudCall = {}): Promise<CloudAnswer> {
    const headers = { 'x-auth-token': this.#token, 'openstack-api-version': VERSION, ...call.headers };
    return this.#cloud.http.ask(`${this.#cloud.url(api)}${path}`, { ...call, headers });
  }

  /** Reads JSON. Throws when there is none. */
  async read<T>(api: ApiName, path: string): Promise<T> {
    const given = await this.ask(api, path);
    if (given.status !== 200) throw new Error(`${api} ${path}: ${given.status} ${given.error} ${given.text}`);
    return JSON.parse(given.text) as T;
  }

  /** Changes something. Throws when it was refused. */
  async change(api: ApiName, path: string, json: unknown, method = 'POST'): Promise<CloudAnswer> {
    const given = await this.ask(api, path, { method, json });
    if (given.status < 200 || given.status > 299)
      throw new Error(`${api} ${path}: ${given.status} ${given.error} ${given.text}`);
    return given;
  }

  /** The services as an API process shows them, by host. */
  async services(api: ApiName): Promise<ReadonlyMap<string, ShownService>> {
    const { services } = await this.read<{ services: ShownService[] }>(api, '/v2.1/os-services?binary=nova-compute');
    return new Map(services.map((service) => [service.host, service]));
  }

  /** Waits until an API process shows every host up. */
  async hostsUp(api: ApiName, timeoutMs = 90_000): Promise<void> {
    const all = async () => {
      const shown = await this.services(api).catch(() => new Map<string, ShownService>());
      return HOSTS.every((host) => shown.get(host)?.state === 'up');
    };
    await waitFor(`${api} to see every host up`, all, timeoutMs, EVERY_MS);
  }

  /**
   * Makes servers on `host`, several at a time, and gives back their ids once all of them run. One that a busy machine was too slow
   * for is made again.
   */
  async makeServers(host: CloudHost, wishes: readonly ServerWish[]): Promise<readonly string[]> {
    const others = [...(await this.services('api1')).values()].filter((service) => service.host !== host);
    const setAll = (status: string) =>
      Promise.all(others.map(({ id }) => this.change('api1', `/v2.1/os-services/${id}`, { status }, 'PUT')));
    await setAll('disabled');
    const ids: string[] = [];
    const left = [...wishes];
    const make = async () => {
      for (let wish = left.shift(); wish !== undefined; wish = left.shift()) {
        const id = await this.#make(wish);
        if (id === null) left.push(wish);
        else ids.push(id);
      }
    };
    await Promise.all([make(), make(), make(), make()]);
    await setAll('enabled');
    return ids;
  }

  // Null when its host did not take it in time.
  async #make({ name, flavor, metadata = {} }: ServerWish): Promise<string | null> {
    const server = { name, imageRef: KDUMP_IMAGE, flavorRef: flavor, networks: 'none', metadata };
    const { text } = await this.change('api1', '/v2.1/servers', { server });
    const { id } = (JSON.parse(text) as { server: { id: string } }).server;
    const made = await waitFor(
      `server ${id} to run`,
      async () => {
        const shown = await this.read<{ server: { status: string } }>('api1', `/v2.1/servers/${id}`);
        return ['ACTIVE', 'ERROR'].find((status) => status === shown.server.status);
      },
      120_000,
      EVERY_MS,
    );
    if (made === 'ACTIVE') return id;
    await this.ask('api1', `/v2.1/servers/${id}`, { method: 'DELETE' });
    return null;
  }

  /** Lets every paused server go on: what was asked of one waits for that, however long. */
  async resumeAll(): Promise<void> {
    const path = '/v2.1/servers?all_tenants=1&status=PAUSED&limit=1000';
    await waitFor(
      'no server to be paused',
      async () => {
        const { servers } = await this.read<{ servers: { id: string }[] }>('api1', path);
        await Promise.all(
          servers.map(({ id }) => this.ask('api1', `/v2.1/servers/${id}/action`, { json: { unpause: null } })),
        );
        return servers.length === 0;
      },
      60_000,
      1_000,
    );
  }
}
