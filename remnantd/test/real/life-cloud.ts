// An all-in-one server on two simulated hosts, and the unmodified clients run against it as its users would.

import type { ClientShell, Ended } from './client-shell.ts';
import { openClientShell } from './client-shell.ts';
import { CloudUser } from './cloud-user.ts';
import { DemoCloud } from './demo-cloud.ts';

/** Who acts: the cloud's admin, and the owner of the servers. */
export type Who = 'admin' | 'demo';

/** A cloud of a test's own. Close it. */
export class LifeCloud {
  readonly #cloud: DemoCloud;
  readonly #shell: ClientShell;
  readonly #logins: Readonly<Record<Who, Readonly<Record<string, string>>>>;
  readonly #user: CloudUser;

  private constructor(
    cloud: DemoCloud,
    shell: ClientShell,
    logins: Readonly<Record<Who, Readonly<Record<string, string>>>>,
    user: CloudUser,
  ) {
    this.#cloud = cloud;
    this.#shell = shell;
    this.#logins = logins;
    this.#user = user;
  }

  /** Starts it, and the process that the clients run in. */
  static async up(): Promise<LifeCloud> {
    const cloud = await DemoCloud.up(2);
    try {
      const logins = { admin: await cloud.credentials('admin'), demo: await cloud.credentials('demo') };
      const url = new URL(logins.demo['OS_AUTH_URL'] ?? '').origin;
      const user = await CloudUser.signIn(url, 'demo', logins.demo['OS_PASSWORD'] ?? '', 'demo');
      return new LifeCloud(cloud, openClientShell(cloud.cloudsFile), logins, user);
    } catch (error) {
      await cloud.close();
      throw error;
    }
  }

  /** Where it keeps everything: a folder for files of the test, too. */
  get folder(): string {
    return this.#cloud.state;
  }

  /** Runs `openstack` and gives what it printed. It must exit 0. */
  async openstack(who: Who, version: string, ...words: string[]): Promise<string> {
    const all = ['--os-cloud', who, '--os-compute-api-version', version, ...words];
    return fine(words, await this.#shell.run({ program: 'openstack', words: all, env: {} }));
  }

  /** The same, with what it printed read as JSON. */
  async json<T>(who: Who, version: string, ...words: string[]): Promise<T> {
    return JSON.parse(await this.openstack(who, version, ...words, '-f', 'json')) as T;
  }

  /** Runs `openstack`, which must not exit 0, and gives what it complained of. */
  async refused(who: Who, version: string, ...words: string[]): Promise<string> {
    const all = ['--os-cloud', who, '--os-compute-api-version', version, ...words];
    const { code, out, err } = await this.#shell.run({ program: 'openstack', words: all, env: {} });
    if (code === 0) throw new Error(`openstack ${words.join(' ')} was not refused:\n${out}`);
    return err.trim();
  }

  /** Runs `nova` and gives what it printed. It must exit 0. */
  async nova(who: Who, ...words: string[]): Promise<string> {
    return fine(words, await this.#shell.run({ program: 'nova', words, env: this.#logins[who] }));
  }

  /** Runs a script of openstacksdk with the clouds.yaml of the cloud. It must exit 0. */
  async script(path: string): Promise<string> {
    return fine([path], await this.#shell.run({ program: path, words: [], env: {} }));
  }

  /** Waits until a server has this status. */
  until(id: string, status: string): Promise<void> {
    return this.#user.until(id, status);
  }

  /** Stops everything and removes it. */
  async close(): Promise<void> {
    await this.#shell.close();
    await this.#cloud.close();
  }
}

function fine(words: readonly string[], { code, out, err }: Ended): string {
  if (code !== 0) throw new Error(`${words.join(' ')} ended in ${code}:\n${err}${out}`);
  return out.trim();
}
