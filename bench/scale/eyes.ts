// Looks at a running cloud as its users do: over HTTP, at each API process, on connections that stay open.

import { setTimeout as pause } from 'node:timers/promises';
import type { Hit, Shot } from '../api/http-load.ts';
import { Line } from '../api/http-load.ts';
import type { ScaleCloud } from './cloud.ts';
import { monoMs } from './mono.ts';

const RESTED_MS = 3_000;

/** Requests of the administrator to one API process, each on the next line that is free. */
export class Eye {
  readonly #port: number;
  readonly #token: string;
  readonly #free: { readonly line: Line; readonly since: number }[] = [];
  readonly #all: Line[] = [];

  constructor(port: number, token: string) {
    this.#port = port;
    this.#token = token;
  }

  /** One at each process. */
  static both({ apis, token }: ScaleCloud): readonly [Eye, Eye] {
    return [new Eye(apis[0].port, token), new Eye(apis[1].port, token)];
  }

  get(path: string): Promise<Hit> {
    return this.send({ method: 'GET', path });
  }

  /** Sends it and gives the answer, whatever it is. */
  async send(shot: Omit<Shot, 'headers'>): Promise<Hit> {
    const free = this.#free.pop();
    let line = free?.line;
    // The server ends connections that nobody uses for long: one that rested is not trusted.
    if (free === undefined || line === undefined || monoMs() - free.since > RESTED_MS) {
      line?.close();
      line = await Line.open(this.#port);
      this.#all.push(line);
    }
    const type = shot.body === undefined ? {} : { 'content-type': 'application/json' };
    const headers = { 'x-auth-token': this.#token, 'openstack-api-version': 'compute 2.93', ...type };
    const hit = await line.send({ ...shot, headers });
    this.#free.push({ line, since: monoMs() });
    return hit;
  }

  /** Asks for `path` every `everyMs` until the answer shows what `shows` looks for; gives back when that came in. Throws after `withinMs`. */
  async until(path: string, shows: (body: Buffer) => boolean, everyMs: number, withinMs = 60_000): Promise<number> {
    for (const end = monoMs() + withinMs; monoMs() < end; ) {
      // One look after the other.
      // oxlint-disable-next-line no-await-in-loop
      const { status, body } = await this.get(path);
      const at = monoMs();
      if (status !== 200) throw new Error(`${path}: ${status} ${body.toString('utf8', 0, 300)}`);
      if (shows(body)) return at;
      // oxlint-disable-next-line no-await-in-loop
      await pause(everyMs);
    }
    throw new Error(`${path} did not show within ${withinMs} ms what was waited for`);
  }

  close(): void {
    for (const line of this.#all) line.close();
  }
}

/** Asks both for `path` every `everyMs`, on time and not one after the other, until it is stopped; `stop` gives each answer's time, ms. */
export function steadyLists(eyes: readonly Eye[], path: string, everyMs: number): { stop(): Promise<number[]> } {
  const times: number[] = [];
  const failed: unknown[] = [];
  const running = new Set<Promise<void>>();
  const ask = async (eye: Eye) => {
    const began = monoMs();
    const { status, body } = await eye.get(path);
    if (status !== 200) throw new Error(`${path}: ${status} ${body.toString('utf8', 0, 300)}`);
    times.push(monoMs() - began);
  };
  const timer = setInterval(() => {
    for (const eye of eyes) {
      const one = ask(eye)
        .catch((error: unknown) => void failed.push(error))
        .finally(() => running.delete(one));
      running.add(one);
    }
  }, everyMs);
  return {
    stop: async () => {
      clearInterval(timer);
      await Promise.all(running);
      if (failed.length > 0) throw failed[0];
      return times;
    },
  };
}

/** How often `word` is in `body`. */
export function countOf(body: Buffer, word: string): number {
  let n = 0;
  for (let at = body.indexOf(word); at >= 0; at = body.indexOf(word, at + word.length)) n += 1;
  return n;
}
