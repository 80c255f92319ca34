// One process of the cloud: started, killed, stopped, held still and let go again, by its own id and nobody else's.

import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { waitFor } from '../harness/wait-for.ts';

/** How long a process may take to stop properly, ms. */
const STOP_MS = 40_000;

/** What a process is started with. */
export interface Program {
  readonly name: string;
  readonly argv: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Where its output goes, that of all its lives. */
  readonly log: string;
}

/** A process that may have several lives. */
export class CloudProcess {
  readonly #program: Program;
  #child: ChildProcess | null = null;

  constructor(program: Program) {
    this.#program = program;
  }

  get name(): string {
    return this.#program.name;
  }

  /** Starts it; it need not be ready yet. */
  start(): void {
    if (this.alive()) throw new Error(`${this.name} runs already`);
    const { argv, env, log } = this.#program;
    const [file = '', ...rest] = argv;
    const out = openSync(log, 'a', 0o600);
    this.#child = spawn(file, rest, { stdio: ['ignore', out, out], env: { ...process.env, ...env } });
    closeSync(out);
  }

  /** True while it runs, or stands still. */
  alive(): boolean {
    return this.#child !== null && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Its id. Throws when it does not run. */
  pid(): number {
    const pid = this.alive() ? this.#child?.pid : undefined;
    if (pid === undefined) throw new Error(`${this.name} does not run:\n${this.log().slice(-2000)}`);
    return pid;
  }

  /** Ends it with kill -9. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Stops it properly. Throws when it would not stop. */
  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  /** Holds it still, as a machine does that swaps or is moved. */
  freeze(): void {
    process.kill(this.pid(), 'SIGSTOP');
  }

  /** Lets it go on. */
  thaw(): void {
    process.kill(this.pid(), 'SIGCONT');
  }

  /** Everything it printed in all its lives. */
  log(): string {
    return existsSync(this.#program.log) ? readFileSync(this.#program.log, 'utf8') : '';
  }

  async #end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = this.#child;
    if (child === null || !this.alive()) return;
    child.kill(signal);
    try {
      await waitFor(`${this.name} to end by ${signal}`, () => !this.alive(), STOP_MS);
    } catch (error) {
      child.kill('SIGKILL');
      throw new Error(`${this.name} did not stop:\n${this.log().slice(-2000)}`, { cause: error });
    }
  }
}
