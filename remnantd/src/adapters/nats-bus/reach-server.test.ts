// Addresses of servers, and what is told of one that does not speak.

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { testClock } from '../../../test/harness/test-clock.ts';
import { waitFor } from '../../../test/harness/wait-for.ts';
import { hostAndPort, reachServer } from './reach-server.ts';

it.each([
  ['nats://h:1234', 'h', 1234],
  ['tls://h.example', 'h.example', 4222],
  ['nats://[::1]:80', '::1', 80],
  ['nats://127.0.0.1:4222', '127.0.0.1', 4222],
])('%s is host %s and port %i', (server, host, port) => {
  expect(hostAndPort(server)).toEqual({ host, port });
});

it('leaves nothing open at a server that takes a connection and says nothing, or hangs up', async () => {
  const clock = testClock();
  let hangUp = false;
  let open = 0;
  const server = createServer((socket) => {
    open += 1;
    socket.on('close', () => {
      open -= 1;
    });
    socket.on('error', () => {});
    socket.resume();
    if (hangUp) socket.end();
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const address = `nats://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const silent = expect(reachServer(address, clock, 2_000)).rejects.toThrow(`${address}: no word within 2 s`);
  await waitFor('the connection', () => open === 1);
  clock.advance(2_000);
  await silent;
  await waitFor('its end', () => open === 0);
  hangUp = true;
  await expect(reachServer(address, clock, 2_000)).rejects.toThrow(`${address}: it hung up`);
});
