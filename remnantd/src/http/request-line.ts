// One answered request, for the log and the metrics. Nothing in it is a secret: no token, no body, and of a query no value
// whose name sounds like one.

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Exchange } from './front.ts';

/** One answered request. */
export interface RequestLine {
  readonly requestId: string;
  /** The id that whoever called us gave this piece of work (X-Openstack-Request-Id); null without one. */
  readonly globalId: string | null;
  /** The client's address: a proxy's, when one stands before us. */
  readonly client: string;
  readonly method: string;
  readonly path: string;
  /** 499: the client went away before it had the whole answer. 502 also stands for an answer that broke off in the middle. */
  readonly status: number;
  readonly ms: number;
  /** Of the answer's body; of one that broke off, what went out. */
  readonly bytes: number;
  /** The operation's id, the name of a probe, or null when there was none for it. */
  readonly operation: string | null;
  readonly user: string | null;
  readonly project: string | null;
  readonly agent: string | null;
  /** True for /healthz, /readyz and /metrics: asked for all the time, of interest only to who looks for them. */
  readonly probe: boolean;
}

const GLOBAL_ID = /^req-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const SECRET =
  /([?&;][^=&;]*(?:token|passw|secret|credential|signature|user_data|api_?key|private_?key)[^=&;]*)=[^&;]*/gi;
/** What is logged for an answer whose source ended too early. */
const BROKE_OFF = 502;
const MOST_PATH = 2_000;
const MOST_AGENT = 200;

/** The line of a request that was answered. `exchange` is null for what no operation has. */
export function requestLine(
  request: FastifyRequest,
  reply: FastifyReply,
  status: number,
  exchange: Exchange | null,
  probe: string | null,
): RequestLine {
  const asked = request.headers['x-openstack-request-id'];
  return {
    requestId: exchange?.requestId ?? '-',
    globalId: typeof asked === 'string' && GLOBAL_ID.test(asked) ? asked : null,
    client: request.ip,
    method: request.method,
    path: shownPath(request.url),
    status: exchange?.sending?.broke == null ? status : BROKE_OFF,
    ms: Math.round(reply.elapsedTime * 1000) / 1000,
    bytes: exchange?.sending?.bytes ?? Number(reply.getHeader('content-length') ?? 0),
    operation: exchange?.operation ?? probe,
    user: exchange?.caller?.userId ?? null,
    project: exchange?.caller?.projectId ?? null,
    agent: request.headers['user-agent']?.slice(0, MOST_AGENT) ?? null,
    probe: probe !== null,
  };
}

/** A URL as it may be logged. */
export function shownPath(url: string): string {
  const shown = url.includes('?') ? hideSecrets(url) : url;
  return shown.length > MOST_PATH ? `${shown.slice(0, MOST_PATH)}...` : shown;
}

/** A name may be written in %XX: where one is, every value is hidden. */
function hideSecrets(url: string): string {
  const start = url.indexOf('?');
  const query = url.slice(start);
  const hidden = /[?&;][^=&;]*%[^=&;]*=/.test(query)
    ? query.replaceAll(/=[^&;]*/g, '=***')
    : query.replaceAll(SECRET, '$1=***');
  return url.slice(0, start) + hidden;
}
