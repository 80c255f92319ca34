// Hosts in a process of their own, as the benchmark has them: started, asked how they are, silenced one by one, killed all at once.

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { FromHosts, ToHosts } from './host-process.ts';
import { monoMs } from './mono.ts';
import type { WireHostsOptions, WireStats } from './wire-hosts.ts';

/** A process of hosts. */
export class HostGroup {
  readonly #child: ChildProcess;
  #lost: string | null = null;
  #ended = false;

  /** Begins it; `start` brings its hosts. */
  constructor() {
    this.#child = fork(join(import.meta.dirname, 'host-process.ts'), {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#child.on('message', (message: FromHosts) => {
      if (message.is === 'lost') this.#lost = message.why;
    });
    this.#child.once('exit', () => {
      this.#ended = true;
    });
  }

  /** Starts its hosts; resolves when they beat. */
  async start(options: WireHostsOptions): Promise<void> {
    this.#tell({ do: 'start', options });
    await this.#heard('beating', 60_000);
  }

  /** Has them say hello; resolves when all of them are met, with how long that took, ms. */
  async greet(withinMs: number): Promise<number> {
    const began = monoMs();
    this.#tell({ do: 'greet' });
    await this.#heard('met', withinMs);
    return monoMs() - began;
  }

  async stats(reset = false): Promise<WireStats> {
    this.#tell({ do: 'stats', reset });
    return (await this.#heard('stats', 10_000)).stats;
  }

  /** Nothing is heard of them from now on. */
  silence(names: readonly string[]): void {
    this.#tell({ do: 'silence', names });
  }

  /** Kills it with all its hosts. */
  async kill(): Promise<void> {
    if (this.#ended) return;
    const exit = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exit;
  }

  #tell(message: ToHosts): void {
    if (this.#lost !== null) throw new Error(`hosts: ${this.#lost}`);
    this.#child.send(message);
  }

  async #heard<Is extends FromHosts['is']>(is: Is, withinMs: number): Promise<Extract<FromHosts, { is: Is }>> {
    const signal = AbortSignal.timeout(withinMs);
    for (;;) {
      // Until the right one comes.
      // oxlint-disable-next-line no-await-in-loop
      const [message] = (await once(this.#child, 'message', { signal })) as [FromHosts];
      if (message.is === 'lost') throw new Error(`hosts: ${message.why}`);
      if (message.is === is) return message as Extract<FromHosts, { is: Is }>;
    }
  }
}
