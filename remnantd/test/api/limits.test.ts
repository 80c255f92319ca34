// What one client may cost the others: bounds on URLs, headers, bodies, connections and time, through a server that really
// listens, and bytes that a proper client would never send. Each is refused in words, and nothing is a 5xx that is not about room.

import { randomBytes } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import { openCommands } from '../../src/db/commands.ts';
import type { TestRemnant } from '../harness/open-remnant.ts';
import { openRemnant } from '../harness/open-remnant.ts';
import { listen, rawClient, requestText, statusesIn } from '../harness/raw-client.ts';
import { MEMBER } from '../harness/records.ts';
import { waitFor } from '../harness/wait-for.ts';

let remnant: TestRemnant;
afterEach(async () => {
  await remnant.close();
  expect(remnant.errors).toEqual([]);
});

async function open(limits: Readonly<Record<string, unknown>> = {}): Promise<number> {
  remnant = await openRemnant({ hosts: [], config: { limits } });
  return listen(remnant);
}

const TOKEN = `X-Auth-Token: ${MEMBER}`;
const LIST = 'GET /v2.1/servers';
const close = 'Connection: close';

/** Waits until every command has its outcome: whoever waited for one is then through with it. */
async function endedCommands({ store }: TestRemnant): Promise<void> {
  await waitFor('the commands to end', async () => (await openCommands(store.read, null)).length === 0);
}

/** The status and the fault's text of a request that ends its connection. */
async function refused(port: number, bytes: string): Promise<[number | undefined, string]> {
  const text = await (await rawClient(port, bytes)).ended();
  const message = /"message": ?"([^"]*)"/.exec(text)?.[1] ?? '';
  return [statusesIn(text)[0], message];
}

test('a URL, headers and a body that are too large', async () => {
  const port = await open({ url_bytes: 300, headers: 20, header_bytes: 2048 });
  const at = (n: number) => `${LIST}?ignored=${'n'.repeat(n - '/v2.1/servers?ignored='.length)}`;
  expect((await refused(port, requestText(at(300), [TOKEN, close])))[0]).toBe(200);
  expect(await refused(port, requestText(at(301), [TOKEN]))).toEqual([414, 'The URL of the request is too long.']);

  const many = (n: number) => Array.from({ length: n }, (_, i) => `X-${i}: 1`);
  expect((await refused(port, requestText(LIST, [TOKEN, close, ...many(17)])))[0]).toBe(200);
  const tooMany = [431, 'The request has too many headers.'];
  expect(await refused(port, requestText(LIST, [TOKEN, close, ...many(18)]))).toEqual(tooMany);

  const large = await refused(port, requestText(LIST, [TOKEN, `X-Large: ${'x'.repeat(3000)}`]));
  expect(large).toEqual([431, 'The headers of the request are too large.']);
  expect(remnant.refusals).toEqual(['headers-too-large']);

  const type = 'Content-Type: application/json';
  const told = requestText('POST /v2.1/servers', [TOKEN, type, 'Content-Length: 200000', close]);
  expect(await refused(port, told)).toEqual([413, 'Request is too large.']);
  const chunk = `${(120_000).toString(16)}\r\n${'x'.repeat(120_000)}\r\n`;
  const untold = requestText('POST /v2.1/servers', [TOKEN, type, 'Transfer-Encoding: chunked', close], chunk);
  expect(await refused(port, untold)).toEqual([413, 'Request is too large.']);
});

test('a client that sends its headers, or its body, too slowly is told so and let go', async () => {
  const port = await open({ header_time: 0.2, request_time: 0.3 });
  const silent = await rawClient(port);
  const headers = await rawClient(port, `${LIST} HTTP/1.1\r\nHost: remnant\r\n`);
  const body = await rawClient(
    port,
    requestText('POST /v2.1/servers', [TOKEN, 'Content-Type: application/json', 'Content-Length: 9'], '{'),
  );
  // Bytes that trickle in do not buy time.
  const drip = setInterval(() => headers.send('X-Slow: 1\r\n'), 20);
  try {
    expect(statusesIn(await headers.ended())).toEqual([408]);
  } finally {
    clearInterval(drip);
  }
  expect(statusesIn(await body.ended())).toEqual([408]);
  expect(statusesIn(await silent.ended())).toEqual([408]);
  expect(remnant.refusals).toEqual(['timeout', 'timeout', 'timeout']);
  expect(remnant.lines.filter(({ status }) => status < 400)).toEqual([]);
});

test('headers have a bound of their own, however long a body may take', async () => {
  const port = await open({ header_time: 0.2, request_time: 3600 });
  const client = await rawClient(port, `${LIST} HTTP/1.1\r\nHost: remnant\r\n`);
  expect(statusesIn(await client.ended())).toEqual([408]);
});

test('a connection that is kept and not used is closed', async () => {
  const port = await open({ keep_alive: 0.1 });
  const kept = await rawClient(port, requestText(LIST, [TOKEN]));
  expect(statusesIn(await kept.ended())).toEqual([200]);
});

test('connections over the bound are told so, the probes go on, and room is given back', async () => {
  const port = await open({ connections: 2 });
  const [first, second] = [await rawClient(port), await rawClient(port)];
  const third = await rawClient(port, requestText(LIST, [TOKEN]));
  const text = await third.ended();
  expect(statusesIn(text)).toEqual([503]);
  expect(text).toMatch(/connection: close/i);
  expect(text).toMatch(/retry-after: 1/i);
  expect(text).toContain('"serviceUnavailable"');
  const probe = await rawClient(port, requestText('GET /healthz', [close]));
  expect(statusesIn(await probe.ended())).toEqual([200]);

  second.send(requestText(LIST, [TOKEN]));
  await second.until('200 OK');
  first.socket.destroy();
  await waitFor('the room to be given back', async () => {
    const next = await rawClient(port, requestText(LIST, [TOKEN, close]));
    return statusesIn(await next.ended())[0] === 200;
  });
});

test('far too many connections are dropped without a word', async () => {
  const port = await open({ connections: 1 });
  const most = 1 + 16;
  const open17 = await Promise.all(Array.from({ length: most }, () => rawClient(port)));
  const over = await rawClient(port, requestText(LIST, [TOKEN]));
  expect(await over.ended()).toBe('');
  for (const client of open17) client.socket.destroy();
});

test('one address may have only so many, when that is wanted', async () => {
  const port = await open({ connections_per_client: 1 });
  await rawClient(port);
  const second = await refused(port, requestText(LIST, [TOKEN]));
  expect(second).toEqual([429, 'Too many connections from your address.']);
});

test('pipelined requests are answered in their order, and no more than so many are worked on at a time', async () => {
  const port = await open({ pipelined: 3 });
  const gets = ['/v2.1/servers', '/v2.1/junk', '/healthz'].map((path) => requestText(`GET ${path}`, [TOKEN]));
  const few = await rawClient(port, gets.join(''));
  await few.until('"ok"');
  expect(statusesIn(few.text())).toEqual([200, 404, 200]);
  const flood = await rawClient(port, requestText(LIST, [TOKEN]).repeat(50));
  const statuses = statusesIn(await flood.ended());
  expect(statuses.slice(0, 4)).toEqual([200, 200, 200, 503]);
  expect(statuses.slice(4).every((status) => status === 503)).toBe(true);
});

test('one connection may ask as often as it likes, one request after the other', async () => {
  const port = await open({ pipelined: 2 });
  const client = await rawClient(port);
  for (let i = 1; i <= 6; i += 1) {
    client.send(requestText('GET /healthz'));
    await waitFor(`answer ${i}`, () => statusesIn(client.text()).length === i);
  }
  expect(statusesIn(client.text())).toEqual([200, 200, 200, 200, 200, 200]);
});

test('a client that goes away before its answer leaves nothing behind, and its request is in the log', async () => {
  remnant = await openRemnant();
  const port = await listen(remnant);
  const { id } = await remnant.addServer({}, 'slow');
  const head = [TOKEN, 'Content-Type: application/json', 'Content-Length: 19'];
  const client = await rawClient(port, requestText(`POST /v2.1/servers/${id}/action`, head, '{"inject_nmi":null}'));
  const inFlight = async () => {
    const { body } = await remnant.ask({ path: '/metrics' });
    return Number(/^remnant_http_requests_in_flight (\d+)$/m.exec(body)?.[1]) - 1;
  };
  await waitFor('the request to be worked on', async () => (await inFlight()) === 1);
  client.socket.destroy();
  await waitFor('it to be over', async () => (await inFlight()) === 0);
  await endedCommands(remnant);
  const lines = remnant.lines.filter(({ operation }) => operation === 'servers.inject-nmi');
  expect(lines.map(({ status, user }) => [status, user])).toEqual([[499, 'ann']]);
});

const POST = 'POST /v2.1/servers HTTP/1.1\r\nHost: remnant';
test.each([
  ['two lengths', `${POST}\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}x`],
  ['a length and chunks', `${POST}\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
  ['chunks and a length', `${POST}\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n0\r\n\r\n`],
  ['chunks that are not the last coding', `${POST}\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`],
  ['a coding that is almost chunked', `${POST}\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`],
  ['a space before a colon', `${POST}\r\nContent-Length : 2\r\n\r\n{}`],
  ['a folded header', `${POST}\r\nX-A: 1\r\n 2\r\n\r\n`],
  ['a negative length', `${POST}\r\nContent-Length: -1\r\n\r\n`],
  ['a length with a sign', `${POST}\r\nContent-Length: +2\r\n\r\n{}`],
  ['a chunk without a size', `${POST}\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n`],
  ['a header with a zero byte', `${POST}\r\nX-A: a\u0000b\r\n\r\n`],
  ['no Host', 'GET /v2.1/servers HTTP/1.1\r\n\r\n'],
  ['not HTTP', '\u0016\u0003\u0001\u0002\u0000\u0001'],
])('%s is 400, and nothing behind it is a request', async (_what, bytes) => {
  const port = await open();
  const client = await rawClient(port, `${bytes}${requestText(LIST, [TOKEN])}`);
  expect(statusesIn(await client.ended())).toEqual([400]);
  expect(remnant.lines.filter(({ status }) => status < 400)).toEqual([]);
});

test('junk in a header is a clear 4xx at worst', async () => {
  const port = await open();
  const names = [
    'X-Auth-Token',
    'X-Subject-Token',
    'OpenStack-API-Version',
    'X-OpenStack-Nova-API-Version',
    'X-Openstack-Request-Id',
    'X-Service-Token',
    'Content-Type',
    'Accept',
    'Accept-Version',
    'Expect',
    'Forwarded',
    'X-Forwarded-For',
    'User-Agent',
    'Upgrade',
    'Connection',
    'If-None-Match',
  ];
  const values = [
    '',
    ',',
    ';;;',
    '"',
    '\u00e9\u00ff',
    '%00',
    '{}',
    '0',
    '-1',
    'a'.repeat(4000),
    'compute 2.x',
    '__proto__',
  ];
  const paths = ['GET /v2.1/servers', 'GET /identity/v3/auth/tokens', 'GET /remnant/v1/audit', 'GET /image/v2/images'];
  for (const name of names) {
    for (const [i, value] of values.entries()) {
      const others = name === 'X-Auth-Token' ? [] : [TOKEN];
      const head = requestText(paths[i % paths.length] ?? LIST, [...others, close, `${name}: ${value}`]);
      const [status = 0] = statusesIn(await (await rawClient(port, head)).ended());
      expect(status, `${name}: ${value.slice(0, 20)}`).toBeGreaterThanOrEqual(200);
      expect(status, `${name}: ${value.slice(0, 20)}`).toBeLessThan(500);
    }
  }
});

test('a Host that could not be one is refused before it is written into a link', async () => {
  const port = await open();
  const ask = (host: string) => refused(port, `${LIST} HTTP/1.1\r\nHost: ${host}\r\n${TOKEN}\r\n${close}\r\n\r\n`);
  for (const host of ['remnant', 'remnant:8774', '127.0.0.1', '[::1]:80', 'a-b.example']) {
    expect([host, (await ask(host))[0]]).toEqual([host, 200]);
  }
  const longest = 'a'.repeat(255);
  expect((await ask(longest))[0]).toBe(200);
  for (const host of [`${longest}a`, 'a"b', 'a b', 'a/b', 'a@b', '\u00e9', 'a:port', '<x>']) {
    expect([host, ...(await ask(host))]).toEqual([host, 400, 'Malformed Host header']);
  }
});

test('methods and lines that nobody serves', async () => {
  const port = await open();
  for (const line of ['PROPFIND /v2.1/servers', 'TRACE /', 'GET http://other.example/v2.1/servers', 'GET *']) {
    const [status = 0] = await refused(port, requestText(line, [TOKEN, close]));
    expect([line, status >= 200 && status < 500]).toEqual([line, true]);
  }
  expect(await (await rawClient(port, requestText('CONNECT other.example:80'))).ended()).toBe('');
});

test('random bytes end the connection and nothing else', async () => {
  const port = await open({ header_time: 0.3, request_time: 0.3 });
  const clients = await Promise.all(
    Array.from({ length: 40 }, (_, i) => rawClient(port, randomBytes(1 + i * 37).toString('latin1'))),
  );
  for (const client of clients) expect(statusesIn(await client.ended()).every((status) => status < 500)).toBe(true);
  expect((await remnant.ask({ path: '/healthz' })).status).toBe(200);
});
