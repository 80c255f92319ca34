// Faults as each API root writes them. The only place that knows their JSON.

import type { ApiRoot } from '../api/operation.ts';
import { qualityOf } from './accept.ts';

/** What a fault answer is made of. */
export interface FaultFacts {
  readonly status: number;
  readonly message: string;
  readonly requestId: string;
}

/** A rendered answer. */
export interface Rendered {
  readonly body: string;
  readonly contentType: string;
}

/** Nova's names of faults by status; the rest are computeFault. */
const NOVA_NAMES: Record<number, string> = {
  400: 'badRequest',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'itemNotFound',
  405: 'badMethod',
  409: 'conflictingRequest',
  413: 'overLimit',
  415: 'badMediaType',
  429: 'overLimit',
  501: 'notImplemented',
  503: 'serviceUnavailable',
};

const TITLES: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  408: 'Request Timeout',
  410: 'Gone',
  413: 'Request Entity Too Large',
  414: 'URI Too Long',
  415: 'Unsupported Media Type',
  416: 'Range Not Satisfiable',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
};

const JSON_UTF8 = 'application/json; charset=UTF-8';

/** The fault in the form of `root`. */
export function renderFault(root: ApiRoot, { status, message, requestId }: FaultFacts): Rendered {
  const title = TITLES[status] ?? 'Error';
  switch (root) {
    case 'compute':
    case 'versions': {
      const name = NOVA_NAMES[status] ?? 'computeFault';
      return { body: JSON.stringify({ [name]: { code: status, message } }), contentType: JSON_UTF8 };
    }
    case 'identity':
      return { body: JSON.stringify({ error: { code: status, message, title } }), contentType: 'application/json' };
    case 'image':
      return { body: JSON.stringify({ message, code: `${status} ${title}`, title }), contentType: 'application/json' };
    case 'remnant':
      return {
        body: JSON.stringify({ error: { code: status, title, message, request_id: requestId } }),
        contentType: 'application/json',
      };
  }
}

/** The 401 of keystonemiddleware: not a Nova fault. */
export function renderUnauthorized(): Rendered {
  const message = 'The request you have made requires authentication.';
  return {
    body: JSON.stringify({ error: { code: 401, title: 'Unauthorized', message } }),
    contentType: 'application/json',
  };
}

/** The 404 of the router: not a Nova fault either. */
export function renderUnrouted(accept: string | undefined): Rendered {
  return renderPage(accept, '404 Not Found', 'The resource could not be found.', '');
}

/** The 503 of keystonemiddleware, which is no Nova fault: `why` within the words of its web framework. */
export function renderUnavailable(accept: string | undefined, why: string): Rendered {
  const text = 'The server is currently unavailable. Please try again at a later time.';
  return renderPage(accept, '503 Service Unavailable', text, why);
}

/** An error as webob writes it: HTML or JSON, whichever is accepted more, else text. `status` is code and title. */
function renderPage(accept: string | undefined, status: string, text: string, detail: string): Rendered {
  const html = qualityOf(accept, 'text/html');
  const json = qualityOf(accept, 'application/json');
  if (html > 0 && html >= json) {
    const body = `<html>\n <head>\n  <title>${status}</title>\n </head>\n <body>\n  <h1>${status}</h1>\n  ${text}<br /><br />\n${detail}\n\n\n </body>\n</html>`;
    return { body, contentType: 'text/html; charset=UTF-8' };
  }
  if (json > 0) {
    const message = `${text}<br /><br />\n${detail}\n\n`;
    const body = { message, code: status, title: status.slice(4) };
    return { body: JSON.stringify(body), contentType: 'application/json' };
  }
  return { body: `${status}\n\n${text}\n\n ${detail}  `, contentType: 'text/plain; charset=UTF-8' };
}
