// The frames of NATS: put together they are the stream, however it arrives; what looks like a line inside a payload is none.

import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { carriesMessage, NatsFrames } from './nats-frames.ts';

const payload = fc.oneof(
  fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
  fc.constantFrom('\r\n', 'PING\r\n', 'PUB a 3\r\nabc\r\n').map((text) => Buffer.from(text)),
);
const line = fc.constantFrom(
  'PING\r\n',
  'PONG\r\n',
  '+OK\r\n',
  'SUB host.*.beat 7\r\n',
  'CONNECT {"verbose":false}\r\n',
);
const frame = fc.oneof(
  line.map((text) => Buffer.from(text)),
  fc
    .tuple(fc.constantFrom('PUB a.b', 'PUB a.b _INBOX.1', 'MSG a.b 12', 'HPUB a 4', 'HMSG a 3 _INBOX.2 4'), payload)
    .map(([head, bytes]) => Buffer.concat([Buffer.from(`${head} ${bytes.length}\r\n`), bytes, Buffer.from('\r\n')])),
);

test('a stream is cut into its frames, in whatever pieces it comes', () => {
  fc.assert(
    fc.property(
      fc.array(frame, { maxLength: 12 }),
      fc.infiniteStream(fc.integer({ min: 1, max: 9 })),
      (sent, sizes) => {
        const stream = Buffer.concat(sent);
        const frames = new NatsFrames();
        const got: Buffer[] = [];
        for (let at = 0; at < stream.length; ) {
          const size = sizes.next().value as number;
          got.push(...frames.push(stream.subarray(at, at + size)));
          at += size;
        }
        expect(got.map(String)).toEqual(sent.map(String));
      },
    ),
  );
});

test('only what carries a message is one', () => {
  expect(carriesMessage(Buffer.from('PUB a 0\r\n\r\n'))).toBe(true);
  expect(carriesMessage(Buffer.from('HMSG a 1 12 12\r\nNATS/1.0\r\n\r\n\r\n'))).toBe(true);
  expect(carriesMessage(Buffer.from('PING\r\n'))).toBe(false);
  expect(carriesMessage(Buffer.from('SUB PUB 1\r\n'))).toBe(false);
});
