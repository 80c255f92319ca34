// /metrics on an address of its own, plain HTTP: for a scraper on a network that clients do not reach.

import { once } from 'node:events';
import { createServer } from 'node:http';
import { Registry } from 'prom-client';
import { hostAndPort } from '../config/host-port.ts';
import { listenError } from './start-error.ts';

/** Listens on `address` (`HOST:PORT`, an IPv6 address in brackets); the result stops it. Throws StartError. */
export async function listenForMetrics(address: string, text: () => Promise<string>): Promise<() => void> {
  const server = createServer((request, response) => {
    const found = request.url === '/metrics' && (request.method === 'GET' || request.method === 'HEAD');
    if (!found) {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('Only GET /metrics is here.\n');
      return;
    }
    text().then(
      (body) => response.writeHead(200, { 'content-type': Registry.PROMETHEUS_CONTENT_TYPE }).end(body),
      () => response.writeHead(500).end(),
    );
  });
  server.listen(hostAndPort(address));
  try {
    await once(server, 'listening');
  } catch (error) {
    throw listenError(error, { host: 'metrics.listen', port: 'metrics.listen' }, address);
  }
  return () => {
    server.close();
    server.closeAllConnections();
  };
}
