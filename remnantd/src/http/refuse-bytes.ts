// What is answered to bytes that are no request, to headers that are too large, and to a request that does not get on: the
// connection has no request to answer, so the answer is written by hand, in Nova's form, and the connection closed.

import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { renderFault } from './render-fault.ts';

/** Why a connection was ended before it had made a request. */
export type Refusal = 'timeout' | 'headers-too-large' | 'malformed';

const ANSWERS: Record<Refusal, { readonly status: number; readonly message: string }> = {
  timeout: { status: 408, message: 'The request did not arrive in time.' },
  'headers-too-large': { status: 431, message: 'The headers of the request are too large.' },
  malformed: { status: 400, message: 'Malformed request' },
};

/** Answers and closes; gives back why, null when the client was gone already. */
export function refuseBytes(error: Error & { readonly code?: string }, socket: Duplex): Refusal | null {
  if (error.code === 'ECONNRESET' || socket.destroyed) return null;
  const refusal = refusalOf(error.code);
  const { status, message } = ANSWERS[refusal];
  const { body, contentType } = renderFault('compute', { status, message, requestId: '' });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    `Content-Type: ${contentType}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  if (socket.writable) socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  socket.destroy();
  return refusal;
}

function refusalOf(code: string | undefined): Refusal {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return 'timeout';
  return code === 'HPE_HEADER_OVERFLOW' ? 'headers-too-large' : 'malformed';
}
