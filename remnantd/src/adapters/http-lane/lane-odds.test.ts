// The lane over HTTP where its contract does not look: wrong tokens, strangers, TLS, tickets that lead elsewhere, slow readers.

import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { afterEach, expect, test } from 'vitest';
import { makeCertificate } from '../../../test/harness/certificate.ts';
import { tempDir } from '../../../test/harness/temp-dir.ts';
import { testClock } from '../../../test/harness/test-clock.ts';
import { LANE_TIMES } from '../../ports/artefact-lane.ts';
import type { HttpLane } from './http-lane.ts';
import { openHttpLane } from './http-lane.ts';
import type { LaneTls } from './lane-door.ts';
import { laneSender } from './lane-sender.ts';
import { placeOf, roomOfPath } from './ticket.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A lane, and its clock. */
async function lane(more: { readonly tls?: LaneTls; readonly ca?: Buffer; readonly times?: typeof LANE_TIMES } = {}) {
  const clock = testClock();
  const opened = await openHttpLane({
    clock,
    times: more.times ?? LANE_TIMES,
    listen: { host: '127.0.0.1', port: 0 },
    url: null,
    tls: more.tls ?? null,
    ca: () => more.ca ?? null,
  });
  closing.push(() => opened.close());
  return { lane: opened, clock };
}

const outcome = (promise: Promise<unknown>) =>
  promise.then(
    () => 'done',
    (error: { code?: string; message: string }) => error.code ?? error.message,
  );
const bytesOf = (word: string) => Readable.from([Buffer.from(word)]);
const withToken = (ticket: string, token: string) => `${ticket.slice(0, ticket.indexOf('#'))}#${token}`;

/** What comes back for bytes written as they are. */
async function raw(ticket: string, request: string): Promise<string> {
  const { hostname, port } = new URL(ticket);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => {});
  socket.write(request);
  return text(socket).catch(() => '');
}

test('a wrong token opens nothing, and takes nothing away', async () => {
  const { lane: opened } = await lane();
  const room = opened.makeRoom();
  for (const token of ['a'.repeat(43), 'a', 'a'.repeat(128)]) {
    const bytes = bytesOf('theirs');
    expect(await outcome(opened.send(withToken(room.ticket, token), bytes))).toBe('no-room');
    expect(bytes.destroyed).toBe(true);
  }
  const sent = opened.send(room.ticket, bytesOf('ours'));
  expect(await text(await room.arrived)).toBe('ours');
  await sent;
});

test('strangers get the same answer whatever they ask, and nothing they send is read', async () => {
  const { lane: opened } = await lane();
  const { ticket } = opened.makeRoom();
  const { pathname, hash } = new URL(ticket);
  const token = `x-remnant-ticket: ${hash.slice(1)}`;
  const requests = [
    `GET / HTTP/1.1\r\nhost: x\r\n\r\n`,
    `GET ${pathname} HTTP/1.1\r\nhost: x\r\n${token}\r\n\r\n`,
    `PUT ${pathname} HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 3\r\n\r\nabc`,
    `PUT ${pathname} HTTP/1.1\r\nhost: x\r\n${token}\r\ncontent-length: 3\r\n\r\nabc`,
    `POST ${pathname} HTTP/1.1\r\nhost: x\r\n${token}\r\nexpect: 100-continue\r\ncontent-length: 3\r\n\r\nabc`,
    `PUT /lane/../x HTTP/1.1\r\nhost: x\r\n${token}\r\nexpect: 100-continue\r\ncontent-length: 3\r\n\r\nabc`,
  ];
  for (const request of requests) {
    const answer = (await raw(ticket, request)).replace(/date: .*\r\n/i, '');
    expect(answer).toBe('HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
  }
  expect(await raw(ticket, `GET / HTTP/1.1\r\nx: ${'y'.repeat(8_000)}\r\n\r\n`)).toMatch(/^HTTP\/1.1 431 /);
  expect(await raw(ticket, 'z'.repeat(8_000))).toMatch(/^HTTP\/1.1 4/);
});

test('the token never travels where it would be written down', async () => {
  const seen: string[] = [];
  const sockets = new Set<Socket>();
  const spy = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('data', (chunk: Buffer) => {
      seen.push(chunk.toString());
      socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
    });
  }).listen(0, '127.0.0.1');
  closing.push(() => spy.close());
  await once(spy, 'listening');
  const { port } = spy.address() as AddressInfo;
  const sender = laneSender({ clock: testClock(), times: LANE_TIMES, ca: () => null });
  await outcome(sender.send(`http://127.0.0.1:${port}/lane/room#the-token`, bytesOf('x')));
  const [line = '', ...headers] = (seen[0] ?? '').split('\r\n');
  expect(line).toBe('PUT /lane/room HTTP/1.1');
  expect(headers.filter((header) => header.includes('the-token'))).toEqual(['x-remnant-ticket: the-token']);
});

test('a ticket leads nowhere but to http and https, and with authorities to https alone', async () => {
  for (const bad of ['', 'x', 'file:///etc/passwd#t', 'ftp://h/lane/r#t', 'http://h/lane/r', 'http://u:p@h/lane/r#t']) {
    expect(placeOf(bad)).toBeNull();
  }
  expect(placeOf('http://h:1/lane/r#t')).toMatchObject({ token: 't' });
  expect(roomOfPath('/lane/abc')).toBe('abc');
  expect(roomOfPath('/lane/abc?x')).toBeNull();
  const { cert } = makeCertificate(tempDir(), 'one');
  const { lane: opened } = await lane({ ca: cert });
  const { ticket } = opened.makeRoom();
  const bytes = bytesOf('x');
  await expect(opened.send(ticket, bytes)).rejects.toThrow(/plain HTTP: with lane.ca they go over TLS alone/);
  expect(bytes.destroyed).toBe(true);
});

test('over TLS a door is believed that the authorities vouch for, and no other', async () => {
  const dir = tempDir();
  const [ours, theirs] = [makeCertificate(dir, 'ours'), makeCertificate(dir, 'theirs')];
  const { lane: opened } = await lane({ tls: ours, ca: ours.cert });
  const room = opened.makeRoom();
  expect(room.ticket).toMatch(/^https:/);
  const sent = opened.send(room.ticket, bytesOf('sealed'));
  expect(await text(await room.arrived)).toBe('sealed');
  await sent;

  // Another certificate from now on: it is served at once, and refused by who does not trust it.
  opened.setTls(theirs);
  const next = opened.makeRoom();
  const bytes = bytesOf('x');
  const refused = await opened.send(next.ticket, bytes).catch((error: Error) => error);
  expect(String(refused)).toMatch(/^Error: https:\/\/127.0.0.1:\d+ cannot be reached for an artefact: /);
  expect(String(refused)).not.toContain(new URL(next.ticket).hash.slice(1));
  expect(bytes.destroyed).toBe(true);
  next.cancel();
});

test('a door that is not there is told with its address, without the token', async () => {
  const closed = createServer().listen(0, '127.0.0.1');
  await once(closed, 'listening');
  const { port } = closed.address() as AddressInfo;
  closed.close();
  await once(closed, 'close');
  const { lane: opened } = await lane();
  const failed = opened.send(`http://127.0.0.1:${port}/lane/r#secret-token`, bytesOf('x'));
  await expect(failed).rejects.toThrow(`http://127.0.0.1:${port} cannot be reached for an artefact: ECONNREFUSED`);
  await expect(failed).rejects.not.toThrow('secret-token');
});

test('a door that says it has all of what was not sent is not believed', async () => {
  const liar = createHttpServer().on('checkContinue', (_request, response) => {
    response.writeHead(204, { connection: 'close' }).end();
  });
  liar.listen(0, '127.0.0.1');
  closing.push(() => liar.close());
  await once(liar, 'listening');
  const { port } = liar.address() as AddressInfo;
  const { lane: opened } = await lane();
  expect(await outcome(opened.send(`http://127.0.0.1:${port}/lane/r#t`, bytesOf('x')))).toBe('gone');
});

/** Reads a stream to its end, so slowly that each piece comes shortly before the lane would give up. */
async function readSlowly(
  stream: Readable,
  clock: { advance(ms: number): void },
  stall: number,
  heard: () => Promise<void>,
) {
  const read: Buffer[] = [];
  for await (const chunk of stream) {
    read.push(chunk as Buffer);
    if (read.length <= 12) {
      clock.advance(stall * 0.45);
      await heard();
    }
  }
  return Buffer.concat(read);
}

test('a reader that is slow is waited for, though all that is left lies between the two', async () => {
  const { lane: opened, clock } = await lane();
  const all = Buffer.alloc(3 * 2 ** 20, 'slow');
  const room = opened.makeRoom();
  const sent = outcome(opened.send(room.ticket, Readable.from([all])));
  const stream = await room.arrived;
  // What the door tells the sender takes a round of the network.
  const round = async () => {
    const other = opened.makeRoom();
    const done = opened.send(other.ticket, bytesOf('round'));
    await buffer(await other.arrived);
    await done;
  };
  expect((await readSlowly(stream, clock, LANE_TIMES.stall, round)).equals(all)).toBe(true);
  expect(await sent).toBe('done');
});

test('closing twice does no harm, and a closed lane takes nobody in', async () => {
  const { lane: opened }: { lane: HttpLane } = await lane();
  const room = opened.makeRoom();
  opened.close();
  opened.close();
  await expect(room.arrived).rejects.toThrow('the lane was closed');
  expect(await outcome(opened.send(room.ticket, bytesOf('x')))).toMatch(/cannot be reached/);
});
