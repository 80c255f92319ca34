// The requests a host and an API process make of Glance: a page of images, one image, its data. What goes wrong on the way is
// tried again a few times, as Nova does; what stays wrong is ImagesUnavailable, in words that hold no token.

import type { IncomingMessage } from 'node:http';
import http from 'node:http';
import https from 'node:https';
import type { Readable } from 'node:stream';
import type { JsonValue } from '../../lib/json.ts';
import type { Clock } from '../../ports/clock.ts';
import { ImagesUnavailable } from '../../ports/images.ts';

/** Where the token comes from that Glance is asked with. */
export interface TokenSource {
  /** A token that is good now, as far as is known; null: Glance wants none. Throws an Error in words for an operator. */
  get(): Promise<string | null>;
  /** Glance refused it. */
  drop(token: string): void;
}

/** What the client needs. */
export interface GlanceClientDeps {
  readonly clock: Pick<Clock, 'after'>;
  /** Glance without its `/v2`, e.g. `http://glance:9292`. */
  readonly url: string;
  readonly token: TokenSource;
  /** How long an answer may take to begin, and how long its data may then stand still, ms. */
  readonly timeoutMs: number;
  /** How often a request that failed on the way is sent again. */
  readonly retries: number;
  /** The authorities to trust in the place of the usual ones, PEM. */
  readonly ca: Buffer | null;
}

/** Of an answer that is read whole: a page of images is far below this. Bytes. */
const MAX_ANSWER = 16 * 1024 * 1024;
const PAUSE_MS = 200;
const CONNECTIONS = 16;

/** A Glance as a service sees it. */
export class GlanceClient {
  readonly #deps: GlanceClientDeps;
  readonly #agent: http.Agent;

  constructor(deps: GlanceClientDeps) {
    this.#deps = deps;
    const keep = { keepAlive: true, maxSockets: CONNECTIONS };
    const secure = deps.url.startsWith('https:');
    this.#agent = secure
      ? new https.Agent({ ...keep, ...(deps.ca === null ? {} : { ca: deps.ca }) })
      : new http.Agent(keep);
  }

  /** What `path` holds (`/v2/images?limit=100`); null for what is not there, or not for us. Throws ImagesUnavailable. */
  async json(path: string): Promise<JsonValue> {
    const answer = await this.#ask(path);
    if (answer === null) return null;
    try {
      return JSON.parse(await this.#whole(answer)) as JsonValue;
    } catch (error) {
      if (error instanceof ImagesUnavailable) throw error;
      throw this.#unavailable('gave an answer that is no JSON');
    }
  }

  /** The bytes of an image as they come; null for one that is not there, or has none. Throws ImagesUnavailable; so does reading. */
  async data(id: string): Promise<Readable | null> {
    const answer = await this.#ask(`/v2/images/${id}/file`);
    if (answer === null) return null;
    if (answer.statusCode === 204) {
      answer.resume();
      return null;
    }
    return answer;
  }

  /** Ends what runs. */
  close(): void {
    this.#agent.destroy();
  }

  /** An answer of 200 or 204; null for a 404. Once more with another token after a 401. */
  async #ask(path: string): Promise<IncomingMessage | null> {
    let renewed = false;
    for (let tried = 0; ; tried += 1) {
      const token = await this.#token();
      const last = tried >= this.#deps.retries;
      let why: string;
      try {
        const answer = await this.#send(path, token);
        const status = answer.statusCode ?? 0;
        if (status === 200 || status === 204) return answer;
        answer.resume();
        if (status === 404) return null;
        if (status === 401 && token !== null && !renewed) {
          renewed = true;
          this.#deps.token.drop(token);
          continue;
        }
        why = `answered ${status}`;
        if (status < 500) throw this.#unavailable(why);
      } catch (error) {
        if (error instanceof ImagesUnavailable) throw error;
        why = `cannot be reached: ${reasonOf(error)}`;
      }
      if (last) throw this.#unavailable(why);
      await new Promise<void>((resolve) => this.#deps.clock.after(PAUSE_MS, resolve));
    }
  }

  async #token(): Promise<string | null> {
    try {
      return await this.#deps.token.get();
    } catch (error) {
      throw new ImagesUnavailable(`no token for Glance: ${reasonOf(error)}`);
    }
  }

  #send(path: string, token: string | null): Promise<IncomingMessage> {
    const { url, timeoutMs, clock } = this.#deps;
    return new Promise((resolve, reject) => {
      const request = (url.startsWith('https:') ? https : http).request(`${url}${path}`, {
        agent: this.#agent,
        headers: {
          accept: 'application/json, application/octet-stream',
          ...(token === null ? {} : { 'x-auth-token': token }),
        },
      });
      const stalls = () => request.destroy(new Error(`no answer within ${timeoutMs / 1000} s`));
      let cancel = clock.after(timeoutMs, stalls);
      request.on('error', (error) => {
        cancel();
        reject(error);
      });
      request.on('response', (answer) => {
        cancel();
        // From here on a silence of that length ends it: what is broken off is told to who reads.
        const again = () => {
          cancel();
          cancel = clock.after(timeoutMs, () => answer.destroy(this.#unavailable('stands still')));
        };
        again();
        answer.on('data', again);
        answer.on('close', () => cancel());
        // Nobody reads before the next turn: a listener for data does not let it flow past them.
        answer.pause();
        resolve(answer);
      });
      request.end();
    });
  }

  async #whole(answer: IncomingMessage): Promise<string> {
    const chunks: Buffer[] = [];
    let size = 0;
    try {
      for await (const chunk of answer) {
        chunks.push(chunk as Buffer);
        size += (chunk as Buffer).length;
        if (size > MAX_ANSWER) throw this.#unavailable(`gave an answer of more than ${MAX_ANSWER} bytes`);
      }
    } catch (error) {
      throw error instanceof ImagesUnavailable ? error : this.#unavailable(`broke off: ${reasonOf(error)}`);
    }
    return Buffer.concat(chunks).toString('utf8');
  }

  #unavailable(what: string): ImagesUnavailable {
    return new ImagesUnavailable(`Glance at ${this.#deps.url} ${what}`);
  }
}

function reasonOf(error: unknown): string {
  const { message, code } = error as { message?: string; code?: string };
  return message === undefined || message === '' ? (code ?? 'no connection') : message;
}
