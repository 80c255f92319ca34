// A real PostgreSQL of a test's own, through the lab's script, and what may befall it: stopped, killed, standing still.
// `stop` removes all of it.

import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { waitFor } from '../harness/wait-for.ts';

const root = join(import.meta.dirname, '../../..');

/**
 * Installs what is missing and starts one. `fsync` off: it may lose what it committed when its machine dies, not when it does itself.
 */
export async function startPostgres(fsync: 'on' | 'off' = 'off'): Promise<PostgresLab> {
  await promisify(execFile)('bash', [join(root, 'lab/install.sh'), 'postgres']);
  const started = new PostgresLab(await mkdtemp(join(tmpdir(), 'pg-')), fsync);
  try {
    await started.up();
  } catch (error) {
    await started.stop();
    throw error;
  }
  return started;
}

/** A PostgreSQL. */
export class PostgresLab {
  readonly folder: string;
  readonly #fsync: 'on' | 'off';
  /** Of its own database, which every PostgreSQL has. */
  url = '';

  constructor(folder: string, fsync: 'on' | 'off') {
    this.folder = folder;
    this.#fsync = fsync;
  }

  /** Starts it, at the port it had. */
  async up(): Promise<void> {
    this.url = await this.#lab('up');
  }

  /** Stops it as a service manager does. */
  async down(): Promise<void> {
    await this.#lab('down');
  }

  /** Kills every process of it at once, and comes back when they are gone. */
  async kill(): Promise<void> {
    const pids = this.#pids();
    for (const pid of pids) signal(pid, 'SIGKILL');
    await waitFor('its processes to be gone', () => pids.every((pid) => parentOf(pid) === null));
  }

  /** Stops all its processes where they stand: connections are taken by the kernel, and nobody answers. */
  freeze(): void {
    for (const pid of this.#pids()) signal(pid, 'SIGSTOP');
  }

  /** They go on. */
  thaw(): void {
    for (const pid of this.#pids()) signal(pid, 'SIGCONT');
  }

  /** Ends it and removes what it had. */
  async stop(): Promise<void> {
    await this.kill().catch(() => {});
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Its first process, then that one's children. */
  #pids(): number[] {
    const first = Number(readFileSync(join(this.folder, 'data/postmaster.pid'), 'utf8').split('\n')[0]);
    const others = readdirSync('/proc').map(Number);
    return [first, ...others.filter((pid) => parentOf(pid) === first)];
  }

  async #lab(verb: 'up' | 'down'): Promise<string> {
    const env = { ...process.env, FSYNC: this.#fsync };
    return (
      await promisify(execFile)('bash', [join(root, 'lab/postgres.sh'), verb, this.folder], { env })
    ).stdout.trim();
  }
}

function parentOf(pid: number): number | null {
  if (!Number.isInteger(pid)) return null;
  try {
    // Behind the name, which may hold anything: state, parent. One that is dead and not yet waited for is gone.
    const [state, parent] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return state === 'Z' ? null : Number(parent);
  } catch {
    return null;
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
