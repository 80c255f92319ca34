// Downloads: the head of the answer is waited for like any other, then the bytes come as they are read. A connection that ends
// too early is an error, and so is a whole file that is not what its SHA-256 says.

import { RemnantConnectionError } from './errors.ts';
import type { Answer } from './fetcher.ts';
import { Sha256 } from './sha256.ts';
import type { Download, DownloadOptions } from './transport.ts';

/** The body of an answer whose head has come; `end` ends its request. */
interface OpenBody {
  readonly bytes: ReadableStream<Uint8Array>;
  readonly end: AbortController;
}

/** The headers that a range is asked for with. */
export function rangeHeaders({ range, ifRange }: DownloadOptions): Record<string, string> {
  if (range === undefined) return {};
  const last = range.end === undefined ? '' : String(range.end - 1);
  return { range: `bytes=${range.start}-${last}`, ...(ifRange === undefined ? {} : { 'if-range': ifRange }) };
}

/** A fetch that gives the head of a good answer alone, and keeps its body for who reads it. A time limit ends with the head. */
export function openingFetch(send: typeof fetch): { fetch: typeof fetch; body: () => OpenBody | null } {
  let body: OpenBody | null = null;
  const fetchHead: typeof fetch = async (input, init = {}) => {
    const end = new AbortController();
    const { signal } = init;
    const stop = () => end.abort(signal?.reason);
    signal?.addEventListener('abort', stop, { once: true });
    try {
      const response = await send(input, { ...init, signal: end.signal });
      if (!response.ok || response.body === null) return response;
      body = { bytes: response.body, end };
      return new Response(null, { status: response.status, headers: response.headers });
    } finally {
      signal?.removeEventListener('abort', stop);
    }
  };
  return { fetch: fetchHead, body: () => body };
}

/** The download that an answer began. Throws RemnantConnectionError for one that is none. */
export function downloadOf(
  operation: string,
  { headers }: Answer,
  body: OpenBody | null,
  options: DownloadOptions & { readonly timeoutMs: number },
): Download {
  const length = Number(headers.get('content-length') ?? Number.NaN);
  const part = /^bytes (\d+)-\d+\/(\d+)$/.exec(headers.get('content-range') ?? '');
  if (body === null || !Number.isSafeInteger(length)) {
    body?.end.abort();
    throw new RemnantConnectionError(`the answer to ${operation} is no file`);
  }
  const [start, size] = part === null ? [0, length] : [Number(part[1]), Number(part[2])];
  const sha256 = sha256In(headers.get('repr-digest'));
  const checked = options.check !== false && length === size ? sha256 : null;
  return {
    start,
    length,
    size,
    tag: headers.get('etag'),
    sha256,
    fileName: /filename="([^"/\\]+)"/.exec(headers.get('content-disposition') ?? '')?.[1] ?? null,
    bytes: watched(operation, body, { length, sha256: checked, ...options }),
  };
}

/** `sha-256=:BASE64:` in hexadecimal. */
function sha256In(digest: string | null): string | null {
  const found = /sha-256=:([A-Za-z0-9+/]{43}=):/.exec(digest ?? '')?.[1];
  if (found === undefined) return null;
  return Array.from(atob(found), (one) => one.charCodeAt(0).toString(16).padStart(2, '0')).join('');
}

interface Expected {
  readonly length: number;
  /** To be checked; null when it is not. */
  readonly sha256: string | null;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** The bytes of `body`, all of them or an error. */
function watched(operation: string, { bytes, end }: OpenBody, expected: Expected): ReadableStream<Uint8Array> {
  const { length, sha256, timeoutMs, signal } = expected;
  const reader = bytes.getReader();
  const hash = sha256 === null ? null : new Sha256();
  let count = 0;
  const stop = () => end.abort(signal?.reason);
  if (signal?.aborted === true) stop();
  signal?.addEventListener('abort', stop, { once: true });
  const over = () => signal?.removeEventListener('abort', stop);
  const next = async () => {
    const timer = setTimeout(
      () => end.abort(new RemnantConnectionError(`nothing came for ${timeoutMs / 1000} s`, { timedOut: true })),
      timeoutMs,
    );
    try {
      return await reader.read();
    } catch (error) {
      if (signal?.aborted === true) throw signal.reason;
      if (end.signal.aborted) throw end.signal.reason;
      throw new RemnantConnectionError(`the download broke off after ${count} of ${length} bytes`, { cause: error });
    } finally {
      clearTimeout(timer);
    }
  };
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        try {
          const { done, value } = await next();
          if (!done) {
            count += value.length;
            hash?.update(value);
            controller.enqueue(value);
            return;
          }
          over();
          if (count !== length) throw new RemnantConnectionError(`${operation}: ${count} of ${length} bytes came`);
          if (hash !== null && hash.digest() !== sha256) {
            throw new RemnantConnectionError(`${operation}: what came is not the file: its SHA-256 is another`);
          }
          controller.close();
        } catch (error) {
          over();
          controller.error(error);
        }
      },
      cancel: (reason) => {
        over();
        end.abort(reason);
      },
    },
    { highWaterMark: 0 },
  );
}
