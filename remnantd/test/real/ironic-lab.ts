// A real Ironic of a test's own, through the lab's scripts, and the machines that it has: BMCs with guests behind them, by IPMI or
// Redfish, or Ironic's own fake hardware. `close` ends all of it and removes what it had, whatever became of it.

import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { IronicNode, type NodeOptions } from './ironic-node.ts';
import type { KeystoneLab } from './keystone-lab.ts';

const root = join(import.meta.dirname, '../../..');
/** The guests that machines boot. */
const guests = join(root, 'var/lab/guest');
const run = promisify(execFile);

/** How an Ironic is started. */
export interface IronicLabOptions {
  /** Who may come in: anybody (`noauth`, unless told otherwise), who has a name and a password, or who has a Keystone's token. */
  readonly auth?: 'noauth' | 'http_basic' | KeystoneLab;
  /** Seconds between two looks at the power of its machines; Ironic's own 60 unless told otherwise, 0 for never. */
  readonly powerSync?: number;
  /** Seconds for which it tries an IPMI command again; Ironic's own 60 unless told otherwise. */
  readonly ipmiRetry?: number;
  /** Whether that is left to ipmitool, which takes a no for an answer; Ironic's own false unless told otherwise. */
  readonly ipmitoolRetries?: boolean;
}

/** What an Ironic answered. */
export interface IronicAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** An Ironic. */
export class IronicLab {
  readonly folder: string;
  readonly #options: IronicLabOptions;
  readonly #nodes: IronicNode[] = [];
  /** Without `/v1`. */
  url = '';
  /** With `http_basic`, who may come in; else empty. */
  readonly credentials = { username: '', password: '' };

  private constructor(folder: string, options: IronicLabOptions) {
    this.folder = folder;
    this.#options = options;
  }

  /** Installs and builds what is missing and starts one, without machines. */
  static async open(options: IronicLabOptions = {}): Promise<IronicLab> {
    await script({}, 'install.sh', 'ironic', 'guest');
    await script({}, 'guest.sh', guests);
    // Short: a unix socket's path holds 107 characters.
    const opened = new IronicLab(await mkdtemp(join(tmpdir(), 'ir-')), options);
    try {
      await opened.start();
    } catch (error) {
      await opened.close();
      throw error;
    }
    return opened;
  }

  /** Starts it, where it was before. */
  async start(): Promise<void> {
    const { auth = 'noauth', powerSync = 60, ipmiRetry = 60, ipmitoolRetries = false } = this.#options;
    const env = {
      ...(typeof auth === 'string' ? { AUTH: auth } : { KEYSTONE: join(auth.folder, 'admin.env') }),
      POWER_SYNC: String(powerSync),
      IPMI_RETRY: String(ipmiRetry),
      IPMITOOL_RETRIES: String(ipmitoolRetries),
    };
    this.url = await script(env, 'ironic.sh', 'start', join(this.folder, 'ironic'), '0');
    if (auth !== 'http_basic') return;
    const text = await readFile(join(this.folder, 'ironic/basic.env'), 'utf8');
    this.credentials.username = /^IRONIC_USER=(.*)$/m.exec(text)?.[1] ?? '';
    this.credentials.password = /^IRONIC_PASSWORD=(.*)$/m.exec(text)?.[1] ?? '';
  }

  /** Stops it; its machines go on, and what it knows stays. */
  async stop(): Promise<void> {
    await script({}, 'ironic.sh', 'stop', join(this.folder, 'ironic'));
  }

  /** Stops its process where it stands: connections are taken by the kernel, and nobody answers. */
  freeze(): Promise<void> {
    return this.#signal('SIGSTOP');
  }

  /** It goes on. */
  thaw(): Promise<void> {
    return this.#signal('SIGCONT');
  }

  /** Adds a machine and brings it to `active`, as Nova would have it, in `NodeOptions`' words. */
  async node(options: NodeOptions = {}): Promise<IronicNode> {
    const at = this.#nodes.length;
    const place = { folder: join(this.folder, `n${at}`), guests, address: `127.0.0.${at + 2}`, name: `node-${at}` };
    const node = new IronicNode({ script, ask: (method, path, body) => this.ask(method, path, body) }, place, options);
    // Before it is there: what came of a failure is ended, too.
    this.#nodes.push(node);
    await node.enrol();
    return node;
  }

  /** Adds `count` nodes of fake hardware that Nova has instances on, their power unknown, and gives their UUIDs; half a second each. */
  async fakes(count: number): Promise<string[]> {
    const uuids: string[] = [];
    for (let left = count; left > 0; left -= 8) {
      const some = Array.from({ length: Math.min(8, left) }, () => this.node({ driver: 'fake-hardware', on: false }));
      uuids.push(...(await Promise.all(some)).map(({ uuid }) => uuid));
    }
    return uuids;
  }

  /** One request to `/v1` + `path`, as who may do everything; `version` is the microversion. */
  async request(method: string, path: string, body?: unknown, version = '1.46'): Promise<IronicAnswer> {
    const headers = {
      'x-openstack-ironic-api-version': version,
      'content-type': 'application/json',
      ...(await this.#signIn()),
    };
    const content = body === undefined ? {} : { body: JSON.stringify(body) };
    const answer = await fetch(`${this.url}/v1${path}`, { method, headers, ...content });
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  }

  /** The same, of which nothing but success is expected: its JSON, or null. */
  async ask(method: string, path: string, body?: unknown): Promise<unknown> {
    const { status, text } = await this.request(method, path, body);
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${text}`);
    return text === '' ? null : JSON.parse(text);
  }

  /** What its API has logged: a line a request. */
  log(): Promise<string> {
    return readFile(join(this.folder, 'ironic/log/ironic.log'), 'utf8');
  }

  /** Ends it and its machines, and removes what they had. */
  async close(): Promise<void> {
    const ends = [...this.#nodes.map((node) => node.stopBmc()), this.stop()];
    const failed = (await Promise.allSettled(ends)).filter(({ status }) => status === 'rejected');
    await rm(this.folder, { recursive: true, force: true });
    if (failed.length > 0) throw new AggregateError(failed, 'parts of an Ironic would not end');
  }

  async #signIn(): Promise<Record<string, string>> {
    const { auth = 'noauth' } = this.#options;
    if (auth === 'noauth') return {};
    if (auth !== 'http_basic') return { 'x-auth-token': await auth.token(auth.admin) };
    const { username, password } = this.credentials;
    return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
  }

  async #signal(name: NodeJS.Signals): Promise<void> {
    process.kill(Number(await readFile(join(this.folder, 'ironic/ironic.pid'), 'utf8')), name);
  }
}

/** Runs a script of the lab and gives what it printed. */
async function script(env: Readonly<Record<string, string>>, name: string, ...args: string[]): Promise<string> {
  const options = { env: { ...process.env, ...env } };
  return (await run('bash', [join(root, 'lab', name), ...args], options)).stdout.trim();
}
