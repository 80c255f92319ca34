// One request and its answer: the time limit, the caller's own signal, another try where trying again is safe, and a word
// to who listens. A request that may have an effect is sent once, whatever becomes of it.

import { RemnantConnectionError } from './errors.ts';

/** What is asked by a request of one operation. */
export interface Asked {
  /** The operation's id. */
  readonly operation: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** True if its bodies are nobody's to hear: passwords and tokens. */
  readonly secret: boolean;
}

/** A request, and for how long it may go on. */
export interface Request extends Asked {
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/** What came back. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** One request that was sent, told to who listens. Holds no token and no password: neither header nor sign-in. */
export interface Exchange {
  readonly operation: string;
  readonly method: string;
  readonly url: string;
  /** The body that was sent; null without one, and for what the identity API is sent. */
  readonly sent: string | null;
  /** Null when no answer came. */
  readonly status: number | null;
  readonly requestId: string | null;
  /** The body that came; null without an answer, and for what the identity API says. */
  readonly received: string | null;
  /** Why no answer came; null when one did. */
  readonly error: string | null;
  /** From sending to the last byte, ms. */
  readonly ms: number;
}

/** What sends requests, and how often a safe one is tried again. */
export interface FetcherOptions {
  readonly fetch: typeof fetch;
  /** How often a read without a good answer is sent again. */
  readonly retries: number;
  readonly onExchange: ((exchange: Exchange) => void) | undefined;
}

const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD']);
/** Too many requests, and what stands in front of a service that is away for a moment. */
const AGAIN: ReadonlySet<number> = new Set([429, 502, 503, 504]);
/** Before the first further try, ms; each later one waits four times as long. */
const PAUSE_MS = 150;
/** A Retry-After is heeded up to here, ms. */
const PAUSE_AT_MOST_MS = 5_000;

/**
 * Sends `request` and gives its answer, whatever its status. A read is sent again when the network failed or the answer's
 * status says so. Throws RemnantConnectionError when no answer came, and the signal's reason when the caller ended it.
 */
export async function fetchAnswer(request: Request, options: FetcherOptions): Promise<Answer> {
  const tries = SAFE.has(request.method) ? options.retries : 0;
  for (let tried = 0; ; tried++) {
    // oxlint-disable-next-line no-await-in-loop
    const outcome = await once(request, options);
    const pauseMs = tried < tries ? pauseAfter(outcome, tried) : null;
    if (pauseMs === null) {
      if (outcome instanceof Error) throw outcome;
      return outcome;
    }
    // oxlint-disable-next-line no-await-in-loop
    await pause(pauseMs, request.signal);
  }
}

/** How long to wait before another try; null when there is to be none. A time limit is not begun anew. */
function pauseAfter(outcome: Answer | Error, tried: number): number | null {
  const own = PAUSE_MS * 4 ** tried;
  if (outcome instanceof RemnantConnectionError) return outcome.timedOut ? null : own;
  if (outcome instanceof Error || !AGAIN.has(outcome.status)) return null;
  const seconds = Number(outcome.headers.get('retry-after') ?? '0');
  return Math.min(PAUSE_AT_MOST_MS, seconds > 0 ? seconds * 1000 : own);
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(signal.reason as Error);
      return;
    }
    const ended = () => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', ended);
      resolve();
    }, ms);
    signal?.addEventListener('abort', ended, { once: true });
  });
}

async function once(request: Request, options: FetcherOptions): Promise<Answer | Error> {
  const began = performance.now();
  const outcome = await attempt(request, options.fetch);
  const told = outcome instanceof Error ? null : outcome;
  options.onExchange?.({
    operation: request.operation,
    method: request.method,
    url: request.url,
    sent: request.secret ? null : (request.body ?? null),
    status: told?.status ?? null,
    requestId: told === null ? null : requestIdOf(told.headers),
    received: request.secret ? null : (told?.text ?? null),
    error: outcome instanceof Error ? outcome.message : null,
    ms: performance.now() - began,
  });
  return outcome;
}

async function attempt(request: Request, send: typeof fetch): Promise<Answer | Error> {
  const { url, method, headers, body, timeoutMs, signal } = request;
  const limit = AbortSignal.timeout(timeoutMs);
  try {
    const response = await send(url, {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
      signal: signal === undefined ? limit : AbortSignal.any([limit, signal]),
      redirect: 'error',
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  } catch (error) {
    if (signal?.aborted === true) return error instanceof Error ? error : new Error(String(error), { cause: error });
    const { origin } = new URL(url);
    if (limit.aborted) {
      const message = `${origin} did not answer within ${timeoutMs / 1000} s`;
      return new RemnantConnectionError(message, { timedOut: true, cause: error });
    }
    return new RemnantConnectionError(`${origin} cannot be reached: ${causeOf(error)}`, { cause: error });
  }
}

/** Under which a service logged what it answered. */
export function requestIdOf(headers: Headers): string | null {
  return headers.get('x-openstack-request-id') ?? headers.get('x-compute-request-id');
}

/** fetch says only that it failed; why is in the cause. */
function causeOf(error: unknown): string {
  const cause = (error as { cause?: unknown }).cause ?? error;
  const { code, message } = cause as { code?: string; message?: string };
  return message !== undefined && message !== '' ? message : (code ?? String(cause));
}
