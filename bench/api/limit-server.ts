// The practical limit: a bare node:http server that keeps the answers as objects in memory and does nothing per request but
// JSON.stringify them. usage: limit-server.ts PORT FILE, where FILE maps paths to bodies.

import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

const [, , port, file = ''] = process.argv;
const bodies = new Map(Object.entries(JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>));

createServer((request, response) => {
  const text = JSON.stringify(bodies.get(request.url ?? '') ?? {});
  response.setHeader('content-type', 'application/json');
  response.setHeader('content-length', Buffer.byteLength(text));
  response.end(text);
}).listen(Number(port), '127.0.0.1');
