// One HTTP request and its whole answer, bounded in time and size. The request is written once its connection stands and not
// before, so what fails earlier has certainly not been asked; and what is looked at last is looked at right before it is written.

import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http';
import http from 'node:http';
import https from 'node:https';
import { IronicLost, type LostKind } from './ironic-lost.ts';

/** Calls `run` once after `ms`; the result cancels it. */
export type After = (ms: number, run: () => void) => () => void;

/** A request. */
export interface ExchangeAsk {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  /** For all of it, from the connection to the last byte, ms. */
  readonly timeoutMs: number;
  /** Called when the connection stands, right before the first byte is written; what it throws is thrown, unasked. */
  readonly justBefore?: () => void;
}

/** An answer, whatever its status. */
export interface ExchangeAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** What an exchange needs to know of the other side. */
export interface PeerDeps {
  readonly after: After;
  /** True for https. */
  readonly secure: boolean;
  /** The authorities to trust in the place of the usual ones, PEM. */
  readonly ca: Buffer | null;
  /** How the other side is called in messages, e.g. `Ironic at http://ironic:6385`. */
  readonly name: string;
}

/** The largest answer that is taken, bytes. */
const MAX_ANSWER = 16 * 1024 * 1024;
/** Kept for the next reads. */
const CONNECTIONS = 8;

/** The other side of exchanges. */
export class HttpPeer {
  readonly #deps: PeerDeps;
  readonly #agent: http.Agent;
  readonly #running = new Set<() => void>();
  #closed = false;

  constructor(deps: PeerDeps) {
    this.#deps = deps;
    // As many as are asked for: what waited here for its turn would wait out the time of its answer.
    const keep = { keepAlive: true, maxFreeSockets: CONNECTIONS };
    this.#agent = deps.secure ? new https.Agent({ ...keep, ...trust(deps.ca) }) : new http.Agent(keep);
  }

  /** Throws IronicLost, and what `justBefore` throws. */
  async exchange(ask: ExchangeAsk): Promise<ExchangeAnswer> {
    // A write has a connection of its own: one that was kept can be gone without anybody knowing yet, and then nobody could
    // tell whether the request was read. What changes nothing is asked again when that happens.
    const answer = ask.method === 'GET' ? await this.#once(ask, this.#agent) : null;
    return answer ?? (await this.#once(ask, false)) ?? this.#gone();
  }

  /** Ends what runs, as lost. */
  close(): void {
    this.#closed = true;
    for (const end of this.#running) end();
    this.#agent.destroy();
  }

  #gone(): never {
    throw new IronicLost('closed', 'no', `${this.#deps.name} is not asked any more`);
  }

  /** Null: it went over a connection that was kept, and broke. */
  #once(ask: ExchangeAsk, agent: http.Agent | false): Promise<ExchangeAnswer | null> {
    const { name, after, secure, ca } = this.#deps;
    if (this.#closed) this.#gone();
    return new Promise((resolve, reject) => {
      const length = ask.body === null ? {} : { 'content-length': String(Buffer.byteLength(ask.body)) };
      const request = (secure ? https : http).request(ask.url, {
        ...trust(ca),
        agent,
        method: ask.method,
        headers: { ...ask.headers, ...length },
      });
      let asked: 'no' | 'maybe' = 'no';
      const end = () => fail('closed', `${name} is not asked any more`);
      const over = () => {
        cancel();
        this.#running.delete(end);
      };
      const fail = (kind: LostKind, message: string, cause?: unknown) => {
        over();
        reject(new IronicLost(kind, asked, message, cause));
        request.destroy();
      };
      const late = () => `${name} gave no ${asked === 'no' ? 'connection' : 'answer'} within ${ask.timeoutMs / 1000} s`;
      const cancel = after(ask.timeoutMs, () => fail('timeout', late()));
      this.#running.add(end);

      request.on('error', (error) => {
        if (request.reusedSocket) {
          over();
          return resolve(null);
        }
        if (asked === 'no') return fail('unreachable', `${name} cannot be reached: ${reasonOf(error)}`, error);
        fail('broken-off', `the connection to ${name} broke off before it answered: ${reasonOf(error)}`, error);
      });
      onceConnected(request, secure, () => {
        try {
          ask.justBefore?.();
        } catch (error) {
          over();
          reject(error);
          request.destroy();
          return;
        }
        asked = 'maybe';
        request.end(ask.body ?? undefined);
      });
      request.on('response', (answer) => {
        readWhole(answer, (whole) => {
          if (whole === 'too-large') return fail(whole, `${name} gave an answer of more than ${MAX_ANSWER} bytes`);
          if (whole === 'broken-off') return fail(whole, `${name} broke off in the middle of an answer`);
          over();
          const { statusCode: status = 0, headers } = answer;
          resolve({ status, headers, text: whole.toString('utf8') });
        });
      });
    });
  }
}

function trust(ca: Buffer | null): { readonly ca?: Buffer } {
  return ca === null ? {} : { ca };
}

/** Calls `run` when the request has a connection that bytes can be written to. */
function onceConnected(request: ClientRequest, secure: boolean, run: () => void): void {
  request.on('socket', (socket) => {
    if (request.reusedSocket) run();
    else socket.once(secure ? 'secureConnect' : 'connect', run);
  });
}

/** Gives all of an answer, or why there is none, once. */
function readWhole(answer: IncomingMessage, done: (whole: Buffer | 'too-large' | 'broken-off') => void): void {
  const chunks: Buffer[] = [];
  let size = 0;
  let told = false;
  const tell = (whole: Buffer | 'too-large' | 'broken-off') => {
    if (told) return;
    told = true;
    done(whole);
  };
  answer.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > MAX_ANSWER) return tell('too-large');
    chunks.push(chunk);
  });
  answer.on('end', () => tell(answer.complete ? Buffer.concat(chunks) : 'broken-off'));
  answer.on('error', () => tell('broken-off'));
  answer.on('close', () => tell('broken-off'));
}

function reasonOf(error: unknown): string {
  const { message, code } = error as { message?: string; code?: string };
  return message === undefined || message === '' ? (code ?? 'no connection') : message;
}
