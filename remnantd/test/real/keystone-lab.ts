// A real Keystone of a test's own, through the lab's script, and what a test does with it: commands of the unmodified
// `openstack`, and tokens. `close` removes all of it.

import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '../../..');
const run = promisify(execFile);
const lab = async (script: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) => {
  const options = { env: { ...process.env, ...env } };
  return (await run('bash', [join(root, 'lab', script), ...args], options)).stdout.trim();
};

/** Somebody who signs in, as the OS_* variables say it. */
export type Who = Readonly<Record<string, string>>;

/** A Keystone. */
export class KeystoneLab {
  readonly folder: string;
  /** Keystone's admin. */
  admin: Who = {};

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** Installs what is missing and starts one. */
  static async open(): Promise<KeystoneLab> {
    await lab('install.sh', ['keystone', 'clients']);
    const opened = new KeystoneLab(await mkdtemp(join(tmpdir(), 'ks-')));
    try {
      await opened.up();
    } catch (error) {
      await opened.close();
      throw error;
    }
    return opened;
  }

  /** Its address, `/v3` included. */
  get url(): string {
    return this.admin['OS_AUTH_URL'] ?? '';
  }

  /** Starts it, or starts it anew when its tokens are to live for another time than now. */
  async up(tokenSeconds = 3600): Promise<void> {
    await lab('keystone.sh', ['up', this.folder, '0'], { TOKEN_SECONDS: String(tokenSeconds) });
    const lines = (await readFile(join(this.folder, 'admin.env'), 'utf8')).trim().split('\n');
    this.admin = Object.fromEntries(lines.map((line) => [line.split('=', 1)[0] ?? '', line.replace(/^[^=]*=/, '')]));
  }

  /** Stops it; what it knows stays. */
  async down(): Promise<void> {
    await lab('keystone.sh', ['down', this.folder]);
  }

  /** Somebody of the domain Default. */
  who(user: string, password: string, project: string): Who {
    return { ...this.admin, OS_USERNAME: user, OS_PASSWORD: password, OS_PROJECT_NAME: project };
  }

  /** Runs a program as `who`, who alone is in its environment. */
  async as(who: Who, program: string, ...words: string[]): Promise<string> {
    const bare = Object.entries(process.env).filter(([name]) => !name.startsWith('OS_'));
    const { stdout } = await run(program, words, { env: { ...Object.fromEntries(bare), ...who } });
    return stdout.trim();
  }

  /** Runs `openstack` as `who`. */
  openstack(who: Who, ...words: string[]): Promise<string> {
    return this.as(who, 'openstack', ...words);
  }

  /** The same, read as JSON. */
  async openstackJson<T>(who: Who, ...words: string[]): Promise<T> {
    return JSON.parse(await this.openstack(who, ...words, '-f', 'json')) as T;
  }

  /** A token of `who`, for their project or for what `scope` says. */
  async token(who: Who, scope?: object | 'unscoped'): Promise<string> {
    const domain = { name: 'Default' };
    const user = { name: who['OS_USERNAME'], password: who['OS_PASSWORD'], domain };
    const auth = {
      identity: { methods: ['password'], password: { user } },
      scope: scope ?? { project: { name: who['OS_PROJECT_NAME'], domain } },
    };
    const headers = { 'content-type': 'application/json' };
    const reply = await fetch(`${this.url}/auth/tokens`, { method: 'POST', headers, body: JSON.stringify({ auth }) });
    const token = reply.headers.get('x-subject-token');
    if (reply.status !== 201 || token === null) throw new Error(`no token for ${user.name}: ${reply.status}`);
    return token;
  }

  /** Revokes `token`, as its owner would. */
  async revoke(token: string): Promise<void> {
    const headers = { 'x-auth-token': token, 'x-subject-token': token };
    const reply = await fetch(`${this.url}/auth/tokens`, { method: 'DELETE', headers });
    if (reply.status !== 204) throw new Error(`the token was not revoked: ${reply.status}`);
  }

  /** True once Keystone itself refuses `token`, asked as its admin. */
  async refuses(token: string): Promise<boolean> {
    const headers = { 'x-auth-token': await this.token(this.admin), 'x-subject-token': token };
    return (await fetch(`${this.url}/auth/tokens?nocatalog`, { headers })).status === 404;
  }

  async close(): Promise<void> {
    try {
      await this.down();
    } finally {
      await rm(this.folder, { recursive: true, force: true });
    }
  }
}
