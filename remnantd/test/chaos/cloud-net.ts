// The machines of a small cloud, as lab/netcloud.sh makes them: network namespaces on one bridge, each with a monotonic clock and a
// boot id of its own. Nothing in it is reached from outside: what speaks to it runs in it.

import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** The repository's root. */
export const ROOT = join(import.meta.dirname, '../../..');
/** The daemon's program. */
export const DAEMON = join(ROOT, 'remnantd/bin/remnantd.mjs');
const SCRIPT = join(ROOT, 'lab/netcloud.sh');
const run = promisify(execFile);

/** The machines of the cloud. */
export const MACHINES = ['db', 'bus', 'api1', 'api2', 'host1', 'host2', 'host3', 'client'] as const;
export type Machine = (typeof MACHINES)[number];

/** The clock of a machine. */
export interface MachineClock {
  readonly bootId: string;
  readonly aheadMs: number;
}

/** The network that belongs to the folder `state`. */
export class CloudNet {
  readonly state: string;
  /** Eight letters that are this cloud's alone on this machine. */
  readonly tag: string;
  readonly #known = new Map<string, string>();

  constructor(state: string) {
    this.state = state;
    this.tag = createHash('sha256').update(state).digest('hex').slice(0, 8);
  }

  /** Makes it anew; what is left of an earlier one is removed. */
  up(): Promise<void> {
    return this.#script('up');
  }

  /** Ends every process in it, and removes it. */
  down(): Promise<void> {
    return this.#script('down');
  }

  /** The address of a machine. */
  address(machine: Machine): string {
    return this.#told('address', machine);
  }

  /** The boot id of a machine, and by how much its monotonic clock is ahead of the one under it, ms. */
  clock(machine: Machine): MachineClock {
    const [bootId = '', seconds = ''] = this.#told('clock', machine).split(' ');
    return { bootId, aheadMs: Number(seconds) * 1_000 };
  }

  /** The command line that becomes `argv` on `machine`. */
  on(machine: Machine, argv: readonly string[]): readonly string[] {
    return [SCRIPT, 'exec', this.state, machine, '--', ...argv];
  }

  /** Runs `argv` on `machine` to its end, and gives back what it printed. */
  async run(machine: Machine, argv: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
    const [file = '', ...rest] = this.on(machine, argv);
    const { stdout } = await run(file, rest, { env: { ...process.env, ...env }, maxBuffer: 256 * 1024 * 1024 });
    return stdout.trim();
  }

  /** The processes of `machine`. */
  async processes(machine: Machine): Promise<number[]> {
    const { stdout } = await run('ip', ['netns', 'pids', `remnant-${this.tag}-${machine}`]);
    return stdout.split('\n').filter(Boolean).map(Number);
  }

  /** Pulls its cable. */
  cut(machine: Machine): Promise<void> {
    return this.#script('cut', machine);
  }

  /** Lets it send no faster than `kbit` thousand bits a second. */
  slow(machine: Machine, kbit: number): Promise<void> {
    return this.#script('slow', machine, String(kbit));
  }

  /** Undoes `cut` and `slow`. */
  mend(machine: Machine): Promise<void> {
    return this.#script('mend', machine);
  }

  // What never changes is asked for once.
  #told(what: string, machine: Machine): string {
    const key = `${what} ${machine}`;
    const words =
      this.#known.get(key) ?? execFileSync(SCRIPT, [what, this.state, machine], { encoding: 'utf8' }).trim();
    this.#known.set(key, words);
    return words;
  }

  async #script(does: string, ...words: string[]): Promise<void> {
    await run(SCRIPT, [does, this.state, ...words]);
  }
}
