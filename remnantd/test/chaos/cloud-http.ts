// HTTP to the APIs of the cloud, made by a process on its client machine (cloud-messenger.ts).

import type { ChildProcessByStdio } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { CloudNet } from './cloud-net.ts';

/** A request, as it goes to the client machine. */
export interface CloudRequest {
  readonly id: number;
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  readonly timeoutMs: number;
  /** A file that takes the body of a good answer; null gives it back as text. */
  readonly saveTo: string | null;
}

/** What came of it. */
export interface CloudAnswer {
  readonly id: number;
  /** 0 when there was no answer. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** Why there was none: a system's error code, or the name of the error. */
  readonly error: string | null;
}

/** How a request differs from a GET. */
export interface CloudCall {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly timeoutMs?: number;
  readonly saveTo?: string;
}

/** The process that makes requests. */
export class CloudHttp {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #waiting = new Map<number, (answer: CloudAnswer) => void>();
  #last = 0;

  constructor(net: CloudNet) {
    const messenger = join(import.meta.dirname, 'cloud-messenger.ts');
    const [file = '', ...rest] = net.on('client', [process.execPath, messenger]);
    this.#child = spawn(file, rest, { stdio: ['pipe', 'pipe', 'inherit'] });
    // One that is dead is asked no more.
    this.#child.stdin.on('error', () => {});
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      const answer = JSON.parse(line) as CloudAnswer;
      this.#waiting.get(answer.id)?.(answer);
      this.#waiting.delete(answer.id);
    });
  }

  /** Makes a request; never throws for what comes of it. */
  ask(url: string, call: CloudCall = {}): Promise<CloudAnswer> {
    this.#last += 1;
    const request: CloudRequest = {
      id: this.#last,
      url,
      method: call.method ?? (call.json === undefined ? 'GET' : 'POST'),
      headers: { ...(call.json === undefined ? {} : { 'content-type': 'application/json' }), ...call.headers },
      body: call.json === undefined ? null : JSON.stringify(call.json),
      timeoutMs: call.timeoutMs ?? 20_000,
      saveTo: call.saveTo ?? null,
    };
    const answer = new Promise<CloudAnswer>((resolve) => this.#waiting.set(request.id, resolve));
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    return answer;
  }

  /** Ends it. */
  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const over = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await over;
  }
}
