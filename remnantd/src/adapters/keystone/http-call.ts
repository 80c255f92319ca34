// One request over HTTP or HTTPS with a bound on its time and on the size of its answer, on connections that are kept.

import http from 'node:http';
import https from 'node:https';
import type { Clock } from '../../ports/clock.ts';

/** A request. Nothing of it is ever put into an error: it holds secrets. */
export interface Call {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** An answer, whatever its status. */
export interface CallAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

/** Nothing came in time: asking again at once would only take as long again. */
export class CallTimeout extends Error {
  override readonly name = 'CallTimeout';
}

/** Sends requests; `close` ends those that run. */
export interface HttpCaller {
  /** Throws CallTimeout, and Node's error when there is no connection or it breaks. */
  send(call: Call): Promise<CallAnswer>;
  close(): void;
}

/** A token of a user with thousands of roles is far below this. Bytes. */
const MAX_ANSWER = 1024 * 1024;

/** How requests are sent. */
export interface HttpCallerOptions {
  readonly clock: Pick<Clock, 'after'>;
  /** How long an answer may take, connecting included, ms. */
  readonly timeoutMs: number;
  /** At most so many connections. */
  readonly connections: number;
  /** The authorities to trust in the place of the usual ones, PEM. */
  readonly ca: Buffer | null;
}

/** Makes it. */
export function httpCaller(options: HttpCallerOptions): HttpCaller {
  const { clock, timeoutMs, connections, ca } = options;
  const keep = { keepAlive: true, maxSockets: connections };
  const plain = new http.Agent(keep);
  const secure = new https.Agent({ ...keep, ...(ca === null ? {} : { ca }) });

  const send = ({ method, url, headers, body }: Call): Promise<CallAnswer> =>
    new Promise((resolve, reject) => {
      const safe = url.startsWith('https:');
      const request = (safe ? https : http).request(url, { method, headers, agent: safe ? secure : plain });
      // Node may tell a request that we end ourselves as a broken connection: the reason is kept here.
      let ended: Error | null = null;
      const end = (why: Error) => {
        ended = why;
        request.destroy(why);
      };
      const cancel = clock.after(timeoutMs, () => end(new CallTimeout(`no answer within ${timeoutMs / 1000} s`)));
      const fail = (error: Error) => {
        cancel();
        reject(ended ?? error);
      };
      request.on('error', fail);
      request.on('response', (response) => {
        const chunks: Buffer[] = [];
        let size = 0;
        response.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size > MAX_ANSWER) return end(new Error(`an answer of more than ${MAX_ANSWER} bytes`));
          chunks.push(chunk);
        });
        // A connection that breaks in the middle of an answer tells the response, not the request.
        response.on('error', fail);
        response.on('end', () => {
          cancel();
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text });
        });
      });
      request.end(body);
    });

  return {
    send,
    close: () => {
      plain.destroy();
      secure.destroy();
    },
  };
}
