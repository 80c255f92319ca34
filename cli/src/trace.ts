// What --verbose and --debug tell of each request, on stderr. Secrets are left out: the client tells no header and nothing
// of signing in, and here the values of keys that name a secret are blacked out.

import type { Exchange } from '@remnant/client';

/** How much is told. */
export type TraceLevel = 'verbose' | 'debug';

const SECRET = /pass|secret|token|private_key|user_data/i;
/** Of a body, characters. */
const BODY_AT_MOST = 4_000;

/** The lines of one request: a line, and for `debug` the bodies. */
export function traceOf(exchange: Exchange, level: TraceLevel): string {
  const { operation, method, url, status, requestId, error, ms } = exchange;
  const outcome = status === null ? (error ?? 'no answer') : String(status);
  const request = requestId === null ? '' : ` ${requestId}`;
  const head = `${method} ${safeUrl(url)} -> ${outcome} (${operation}, ${Math.round(ms)} ms)${request}`;
  if (level === 'verbose') return head;
  return [head, ...bodyLine('>', exchange.sent), ...bodyLine('<', exchange.received)].join('\n');
}

function bodyLine(mark: string, body: string | null): string[] {
  if (body === null || body === '') return [];
  const text = redacted(body);
  return [`  ${mark} ${text.length > BODY_AT_MOST ? `${text.slice(0, BODY_AT_MOST)}...` : text}`];
}

/** JSON without the values of secrets; what is no JSON is not shown. */
function redacted(body: string): string {
  try {
    const hide = (key: string, value: unknown) => (SECRET.test(key) && value !== null ? '***' : value);
    return JSON.stringify(JSON.parse(body, hide));
  } catch {
    return `(${body.length} characters that are no JSON)`;
  }
}

function safeUrl(text: string): string {
  const url = new URL(text);
  url.username = '';
  url.password = '';
  for (const key of url.searchParams.keys()) if (SECRET.test(key)) url.searchParams.set(key, '***');
  return url.href;
}
