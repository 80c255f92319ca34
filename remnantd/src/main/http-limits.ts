// The configured bounds in the units that http/ counts in.

import type { Config } from '../config/sections.ts';
import type { HttpLimits } from '../http/limits.ts';
import { ms } from './ms.ts';

/** The bounds of the listener. */
export function httpLimits({ api, limits }: Pick<Config, 'api' | 'limits'>): HttpLimits {
  return {
    bodyBytes: api.max_body,
    connections: limits.connections,
    connectionsPerClient: limits.connections_per_client,
    pipelined: limits.pipelined,
    headerBytes: limits.header_bytes,
    headers: limits.headers,
    urlBytes: limits.url_bytes,
    headerMs: ms(limits.header_time),
    requestMs: ms(limits.request_time),
    keepAliveMs: ms(limits.keep_alive),
    idleMs: ms(limits.idle),
  };
}
