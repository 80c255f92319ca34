// What a request is refused for before anybody looks at what it asks: too many connections, a URL or headers too long, a
// Host that could not be one (it is written into links and challenges).

import type { IncomingMessage } from 'node:http';
import type { Fault } from '../model/faults.ts';
import { fault } from '../model/faults.ts';
import type { HttpLimits } from './limits.ts';
import type { Admission } from './listener.ts';

/** As long as a name can be, with room for a port. */
const LONGEST_HOST = 255;
const HOST = /^(?:[A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/;

/** The fault of a request, null when it may go on. Faults server-busy, too-many-connections, url-too-long, too-many-headers, malformed-host. */
export function guard(
  request: IncomingMessage,
  limits: Pick<HttpLimits, 'urlBytes' | 'headers'>,
  at: { readonly admission: Admission; readonly inTurn: boolean },
): Fault | null {
  if (at.admission === 'too-many' || !at.inTurn) return fault('server-busy');
  if (at.admission === 'too-many-of-client') return fault('too-many-connections');
  if ((request.url ?? '').length > limits.urlBytes) return fault('url-too-long');
  if (request.rawHeaders.length > 2 * limits.headers) return fault('too-many-headers');
  const { host } = request.headers;
  return host === undefined || (host.length <= LONGEST_HOST && HOST.test(host)) ? null : fault('malformed-host');
}
