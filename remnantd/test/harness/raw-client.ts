// A client that writes bytes as it is told, well-formed or not, to a server that really listens, and keeps what comes back.

import { once } from 'node:events';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { onTestFinished } from 'vitest';
import type { TestRemnant } from './open-remnant.ts';
import { waitFor } from './wait-for.ts';

/** One connection. */
export interface RawClient {
  readonly socket: Socket;
  send(bytes: string | Buffer): void;
  /** Everything that came so far. */
  text(): string;
  /** Waits until what came holds `part`. */
  until(part: string): Promise<string>;
  /** Waits until the server has closed, and gives everything that came. */
  ended(): Promise<string>;
}

/** Lets `remnant` listen on a port of its own; gives the port. */
export async function listen(remnant: TestRemnant): Promise<number> {
  await remnant.http.listen({ host: '127.0.0.1', port: 0 });
  const address = remnant.http.server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Connects; closed when the test is over. */
export async function rawClient(port: number, first = ''): Promise<RawClient> {
  const socket = connect({ host: '127.0.0.1', port });
  let text = '';
  let closed = false;
  socket.on('data', (bytes: Buffer) => {
    text += bytes.toString('latin1');
  });
  socket.on('close', () => {
    closed = true;
  });
  // A server that closes on us may do so in the middle of what we write.
  socket.on('error', () => {});
  onTestFinished(() => {
    socket.destroy();
  });
  await once(socket, 'connect');
  if (first !== '') socket.write(first, 'latin1');
  return {
    socket,
    send: (bytes) => socket.write(bytes),
    text: () => text,
    until: async (part) => {
      await waitFor(`${JSON.stringify(part)} to come`, () => text.includes(part) || closed);
      return text;
    },
    ended: async () => {
      await waitFor('the server to close', () => closed);
      return text;
    },
  };
}

/** A request's text; each header on its own line, `Host` first. */
export function requestText(line: string, headers: readonly string[] = [], body = ''): string {
  return `${[`${line} HTTP/1.1`, 'Host: remnant', ...headers].join('\r\n')}\r\n\r\n${body}`;
}

/** The status codes in what a server wrote, in order. */
export function statusesIn(text: string): number[] {
  return [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map((match) => Number(match[1]));
}
