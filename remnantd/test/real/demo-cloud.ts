// A demo cloud of a test's own, as `make up` starts it, and commands run against it as a user would run them.

import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';

const root = join(import.meta.dirname, '../../..');
const run = promisify(execFile);

/** A cloud on a free port, in a folder that `close` removes with everything that ran in it. */
export class DemoCloud {
  readonly state: string;
  readonly #env: NodeJS.ProcessEnv;

  private constructor(state: string, env: NodeJS.ProcessEnv) {
    this.state = state;
    this.#env = { ...env, OS_CLIENT_CONFIG_FILE: this.cloudsFile };
  }

  /** How its users sign in. */
  get cloudsFile(): string {
    return join(this.state, 'clouds.yaml');
  }

  /** Starts it. `sim`: so many simulated hosts; null: real libvirt. `env` reaches the lab's script. */
  static async up(sim: number | null, env: Readonly<Record<string, string>> = {}): Promise<DemoCloud> {
    const state = await mkdtemp(join(tmpdir(), 'up-'));
    // The scripts find the Node of this very test run first.
    const path = `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`;
    const cloud = new DemoCloud(state, { ...process.env, ...env, PATH: path });
    try {
      await cloud.#lab('up', state, '0', sim === null ? '' : String(sim));
    } catch (error) {
      await cloud.close();
      throw error;
    }
    return cloud;
  }

  /** Runs the unmodified `openstack` as `user` with this compute API version and gives back what it printed. */
  async openstack(user: string, version: string, ...words: string[]): Promise<string> {
    const { stdout } = await run('openstack', ['--os-cloud', user, '--os-compute-api-version', version, ...words], {
      env: this.#env,
    });
    return stdout.trim();
  }

  /** The same, read as JSON. */
  async openstackJson<T>(user: string, version: string, ...words: string[]): Promise<T> {
    return JSON.parse(await this.openstack(user, version, ...words, '-f', 'json')) as T;
  }

  /** Runs it with the environment that says who signs in, instead of clouds.yaml. */
  async openstackAs(env: Readonly<Record<string, string>>, ...words: string[]): Promise<string> {
    const { stdout } = await run('openstack', words, { env: { ...this.#env, OS_CLIENT_CONFIG_FILE: '', ...env } });
    return stdout.trim();
  }

  /** Runs the unmodified `nova`, which knows no clouds.yaml, with the environment it wants. */
  async nova(env: Readonly<Record<string, string>>, ...words: string[]): Promise<string> {
    const { stdout } = await run('nova', words, { env: { ...this.#env, ...env } });
    return stdout.trim();
  }

  /** What `nova` wants in its environment to sign in as `user`. */
  async credentials(user: string): Promise<Record<string, string>> {
    const { clouds } = parse(await readFile(this.cloudsFile, 'utf8')) as {
      clouds: Record<string, { auth: Record<string, string> }>;
    };
    const auth = clouds[user]?.auth ?? {};
    return Object.fromEntries(Object.entries(auth).map(([name, value]) => [`OS_${name.toUpperCase()}`, value]));
  }

  /** The names of the guests its libvirt knows, as virsh lists them. */
  async guests(): Promise<string> {
    const folder = (await readFile(join(this.state, 'libvirt.at'), 'utf8')).trim();
    const { stdout: uri } = await run('bash', [join(root, 'lab/libvirtd.sh'), 'uri', folder]);
    const { stdout } = await run('virsh', ['-q', '-c', uri.trim(), 'list', '--all', '--name']);
    return stdout.trim();
  }

  /** Stops everything and removes it. */
  async close(): Promise<void> {
    await this.#lab('down', this.state);
    await rm(this.state, { recursive: true, force: true });
  }

  async #lab(...words: string[]): Promise<void> {
    await run('bash', [join(root, 'lab/cloud.sh'), ...words], { env: this.#env });
  }
}
