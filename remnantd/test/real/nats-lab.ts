// A real nats-server of a test's own, through the lab's script: started, killed, stopped for a while, told to read its settings
// again. `close` removes all of it.

import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '../../..');
const run = promisify(execFile);
const lab = async (script: string, ...args: string[]) =>
  (await run('bash', [join(root, 'lab', script), ...args])).stdout.trim();

/** A nats-server. */
export class NatsLab {
  readonly folder: string;
  /** Its settings beside where it listens; without any, everybody gets in. */
  readonly settings: string;
  url = '';

  private constructor(folder: string) {
    this.folder = folder;
    this.settings = join(folder, 'more.conf');
  }

  /** Installs what is missing and starts one with `settings`. */
  static async open(settings = ''): Promise<NatsLab> {
    await lab('install.sh', 'nats');
    const opened = new NatsLab(await mkdtemp(join(tmpdir(), 'nats-')));
    try {
      await writeFile(opened.settings, settings);
      await opened.up();
    } catch (error) {
      await opened.close();
      throw error;
    }
    return opened;
  }

  /** Starts it, where it was before. */
  async up(): Promise<void> {
    this.url = await lab('nats.sh', 'up', this.folder, '0', this.settings);
  }

  /** Where its process id is. */
  get pidFile(): string {
    return join(this.folder, 'nats.pid');
  }

  /** Sends its process a signal. */
  async signal(name: NodeJS.Signals): Promise<void> {
    process.kill(Number(await readFile(this.pidFile, 'utf8')), name);
  }

  /** Kills it at once, and waits until it is gone. */
  async kill(): Promise<void> {
    await this.signal('SIGKILL');
    await lab('nats.sh', 'down', this.folder);
  }

  /** Everything it logged. */
  log(): Promise<string> {
    return readFile(join(this.folder, 'nats.log'), 'utf8');
  }

  async close(): Promise<void> {
    try {
      await lab('nats.sh', 'down', this.folder);
    } finally {
      await rm(this.folder, { recursive: true, force: true });
    }
  }
}
