import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:http';
import { Readable } from 'node:stream';
import { fastify } from 'fastify';
import { expect, onTestFinished, test } from 'vitest';
import type { Sending } from './send-stream.ts';
import { sendStream } from './send-stream.ts';

/** What a client gets of an answer that promises `length` bytes and is made of `source`; and what became of the source. */
async function answered(source: Readable, length: number) {
  const server = fastify();
  onTestFinished(() => server.close());
  const sendings: Sending[] = [];
  server.get('/', (_request, reply) => {
    reply.header('content-length', String(length));
    sendings.push(sendStream(reply, source));
    return reply;
  });
  const asked = request(await server.listen({ port: 0, host: '127.0.0.1' }));
  asked.on('error', () => {});
  asked.end();
  const response = await Promise.race([
    once(asked, 'response').then(([one]) => one as IncomingMessage),
    once(asked, 'close').then(() => null),
  ]);
  const pieces: Buffer[] = [];
  if (response !== null) {
    response.on('error', () => {});
    response.on('data', (piece: Buffer) => pieces.push(piece));
    await new Promise((resolve) => response.once('close', resolve));
  }
  const [sending] = sendings;
  return {
    complete: response?.complete === true,
    text: Buffer.concat(pieces).toString(),
    bytes: sending?.bytes,
    broke: sending?.broke?.message,
  };
}

test('all that was promised is a whole answer', async () => {
  const got = await answered(Readable.from([Buffer.from('ab'), Buffer.from('cd')]), 4);
  expect(got).toEqual({ complete: true, text: 'abcd', bytes: 4, broke: undefined });
});

test('nothing, where nothing was promised, is a whole answer', async () => {
  expect(await answered(Readable.from([]), 0)).toMatchObject({ complete: true, bytes: 0 });
});

test.each([
  ['ends before all came', () => Readable.from([Buffer.from('ab')]), '2 of 4 bytes came'],
  [
    'gives more than was promised',
    () => Readable.from([Buffer.from('ab'), Buffer.from('cdef')]),
    'more than the 4 bytes promised',
  ],
  [
    'fails',
    () =>
      Readable.from(
        (async function* () {
          yield Buffer.from('ab');
          throw new Error('the disk');
        })(),
      ),
    'the disk',
  ],
])('a source that %s ends the connection, and is to blame', async (_how, source, broke) => {
  const got = await answered(source(), 4);
  expect(got.complete).toBe(false);
  expect(got.broke).toBe(broke);
});
