// The daemon as its own process, as an operator starts it, for tests of what it does with the world around it.

import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { waitFor } from '../harness/wait-for.ts';

const program = join(import.meta.dirname, '../../bin/remnantd.mjs');

/** A daemon that runs. */
export class RemnantDaemon {
  readonly #child: ChildProcess;
  readonly #log: string;

  private constructor(child: ChildProcess, log: string) {
    this.#child = child;
    this.#log = log;
  }

  /** Starts it on `config` (JSON is YAML) in `folder`, and waits until it answers at `url`. */
  static async start(folder: string, config: object, url: string): Promise<RemnantDaemon> {
    const path = join(folder, 'remnant.yaml');
    writeFileSync(path, JSON.stringify(config));
    const log = join(folder, 'remnantd.log');
    const out = openSync(log, 'a');
    const child = spawn(process.execPath, [program, 'serve', '--config', path], { stdio: ['ignore', out, out] });
    closeSync(out);
    const daemon = new RemnantDaemon(child, log);
    const answers = async () => {
      if (child.exitCode !== null) throw new Error(`the daemon ended:\n${daemon.log().slice(-2000)}`);
      return fetch(url).then(
        (reply) => reply.ok,
        () => false,
      );
    };
    try {
      await waitFor('the daemon to answer', answers, 60_000);
    } catch (error) {
      await daemon.stop();
      throw error;
    }
    return daemon;
  }

  /** Everything it logged, at earlier starts too. */
  log(): string {
    return readFileSync(this.#log, 'utf8');
  }

  /** Stops it and waits for its end. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await ended;
  }
}
