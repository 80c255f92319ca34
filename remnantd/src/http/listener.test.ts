// The listener alone: what no configuration of a whole daemon can bring about quickly.

import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { HttpLimits } from './limits.ts';
import { Listener } from './listener.ts';

const LIMITS: HttpLimits = {
  bodyBytes: 1000,
  connections: 10,
  connectionsPerClient: null,
  pipelined: 2,
  headerBytes: 4096,
  headers: 20,
  urlBytes: 1000,
  headerMs: 1000,
  requestMs: 1000,
  keepAliveMs: 1000,
  idleMs: 1000,
};

async function listen(limits: Partial<HttpLimits>) {
  const listener = new Listener({ ...LIMITS, ...limits }, null);
  const server = listener.create(() => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => {
    socket.destroy();
    server.close();
  });
  await Promise.all([once(socket, 'connect'), once(server, 'connection')]);
  return { listener, socket };
}

test('a connection on which nothing moves is closed, though a request of it is worked on', async () => {
  const { socket } = await listen({ idleMs: 50 });
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await once(socket, 'close');
  expect(socket.bytesRead).toBe(0);
});

test('a connection that has sent nothing is closed when that is wanted', async () => {
  const { listener, socket } = await listen({});
  listener.closeSilent();
  await once(socket, 'close');
  expect(listener.connections()).toBe(0);
});

test('requests of one connection are counted as they begin and end', async () => {
  const { listener, socket } = await listen({});
  expect([listener.begin(socket), listener.begin(socket), listener.begin(socket)]).toEqual([true, true, false]);
  listener.end(socket);
  listener.end(socket);
  expect(listener.begin(socket)).toBe(true);
});
