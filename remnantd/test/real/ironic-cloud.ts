// A cloud of bare metal: the daemon as a process of its own, over a real Ironic with machines behind BMCs, and the unmodified
// `openstack` command. Everything lies in the Ironic's folder; `close` ends and removes all.

import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { freePort } from '../harness/child-daemon.ts';
import { waitFor } from '../harness/wait-for.ts';
import { type ClientShell, openClientShell } from './client-shell.ts';
import { CloudUser, type ShownDump } from './cloud-user.ts';
import { IronicLab, type IronicLabOptions } from './ironic-lab.ts';
import type { IronicNode, NodeOptions } from './ironic-node.ts';
import { RemnantDaemon } from './remnant-daemon.ts';

/** The name of the host that speaks for the Ironic. */
export const HOST = 'iron';
const PATIENCE_MS = 120_000;
const EVERY_MS = 200;
const ADMIN = 'admin';

/** How a host is, as far as tests look at it. */
export interface SeenHost {
  readonly status: string;
  readonly state: string;
  readonly cause: string;
  readonly disabled: boolean;
  readonly nodes: readonly { readonly id: string; readonly maintenance: boolean; readonly server: string | null }[];
}

/** The cloud. */
export class IronicCloud {
  readonly lab: IronicLab;
  /** Its admin, who owns the servers. */
  readonly user: CloudUser;
  readonly #daemon: RemnantDaemon;
  readonly #shell: ClientShell;
  readonly #login: string;

  private constructor(lab: IronicLab, user: CloudUser, daemon: RemnantDaemon, shell: ClientShell, login: string) {
    this.lab = lab;
    this.user = user;
    this.#daemon = daemon;
    this.#shell = shell;
    this.#login = login;
  }

  /** Installs what is missing, and starts all of it, without machines. */
  static async open(options: IronicLabOptions): Promise<IronicCloud> {
    const lab = await IronicLab.open(options);
    let daemon: RemnantDaemon | null = null;
    try {
      const state = join(lab.folder, 'remnant');
      await mkdir(state, { mode: 0o700 });
      const port = await freePort();
      const url = `http://127.0.0.1:${port}`;
      daemon = await RemnantDaemon.start(lab.folder, configuration(lab.url, state, port), `${url}/healthz`);
      const cloudsFile = join(state, 'clouds.yaml');
      const { clouds } = parse(await readFile(cloudsFile, 'utf8')) as {
        clouds: Record<string, { auth: { password: string } }>;
      };
      const [[login, { auth }] = ['', { auth: { password: '' } }]] = Object.entries(clouds);
      const user = await CloudUser.signIn(url, ADMIN, auth.password, ADMIN, '2.96');
      return new IronicCloud(lab, user, daemon, openClientShell(cloudsFile), login);
    } catch (error) {
      await daemon?.stop();
      await lab.close();
      throw error;
    }
  }

  /** Adds a machine, and waits until it is a server; gives both. */
  async machine(options: NodeOptions = {}): Promise<{ readonly node: IronicNode; readonly id: string }> {
    const node = await this.lab.node(options);
    const id = node.instance ?? node.uuid;
    const there = async () => (await this.user.ask('GET', `/v2.1/servers/${id}`)).status === 200;
    await waitFor(`${node.name} to be a server`, there, PATIENCE_MS, EVERY_MS);
    if (options.on !== false) await this.until(id, 'ACTIVE');
    return { node, id };
  }

  /** Runs `openstack` and gives what it printed. It must exit 0. */
  async openstack(version: string, ...words: string[]): Promise<string> {
    const all = ['--os-cloud', this.#login, '--os-compute-api-version', version, ...words];
    const { code, out, err } = await this.#shell.run({ program: 'openstack', words: all, env: {} });
    if (code !== 0) throw new Error(`${words.join(' ')} ended in ${code}:\n${err}${out}`);
    return out.trim();
  }

  /** The same, with what it printed read as JSON. */
  async json<T>(version: string, ...words: string[]): Promise<T> {
    return JSON.parse(await this.openstack(version, ...words, '-f', 'json')) as T;
  }

  /** Asks for an NMI and waits for the answer: why it came to nothing; null when it did not. */
  async nmi(id: string): Promise<string | null> {
    const { status, body } = await this.user.ask('POST', `/v2.1/servers/${id}/action`, { inject_nmi: null });
    if (status === 202) return null;
    return (body['badRequest'] as { message: string } | undefined)?.message ?? `${status} ${JSON.stringify(body)}`;
  }

  /** The newest dump of a server, once it is over. */
  ended(id: string): Promise<ShownDump> {
    return this.user.dump(id, ({ phase }) => phase === 'ended');
  }

  /** How the host is. */
  async host(): Promise<SeenHost> {
    return (await this.user.read(`/remnant/v1/hosts/${HOST}`))['host'] as SeenHost;
  }

  /** Waits until the host is so. */
  async hostIs(status: string): Promise<SeenHost> {
    return waitFor(
      `the host to be ${status}`,
      async () => {
        const host = await this.host();
        return host.status === status && host;
      },
      PATIENCE_MS,
      EVERY_MS,
    );
  }

  /** Waits until the server has this status. */
  until(id: string, status: string): Promise<void> {
    return this.user.until(id, status);
  }

  /** Ends everything and removes it. */
  async close(): Promise<void> {
    await this.#shell.close();
    await this.#daemon.stop();
    await this.lab.close();
  }
}

function configuration(url: string, state: string, port: number): object {
  return {
    state_dir: state,
    api: { port },
    identity: { accounts: [{ user: ADMIN, project: ADMIN, role: 'admin' }] },
    adopt: { project: ADMIN, user: ADMIN },
    dumps: { react: 20, crash_kernel: 10 },
    hosts: [{ name: HOST, driver: 'ironic', ironic: { url, poll: 2 } }],
  };
}
