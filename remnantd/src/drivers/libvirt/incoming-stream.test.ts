// What each packet of a stream means: bytes come out as they went in, however they were cut, never more than may be held, and
// never a part of them for the whole.

import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { PACKET } from './constants.ts';
import { LibvirtError, StreamError } from './errors.ts';
import { IncomingStream } from './incoming-stream.ts';
import type { Packet } from './packet.ts';
import { errorCodec } from './procedures.ts';
import { encode, XdrError } from './xdr.ts';

const packet = (status: number, payload: Buffer = Buffer.alloc(0), type: number = PACKET.VIR_NET_STREAM): Packet => ({
  program: 0,
  version: 1,
  procedure: 211,
  type,
  serial: 1,
  status,
  payload,
});
const piece = (bytes: string | Uint8Array) => packet(PACKET.VIR_NET_CONTINUE, Buffer.from(bytes));
const END = packet(PACKET.VIR_NET_CONTINUE);
const OK = packet(PACKET.VIR_NET_OK);

const steps = (stream: IncomingStream, ...packets: readonly Packet[]) => packets.map((each) => stream.take(each).next);

test('bytes come out as they went in, however they were cut', () => {
  const pieces = fc.array(fc.uint8Array({ minLength: 1, maxLength: 64 }));
  fc.assert(
    fc.property(pieces, (all) => {
      const stream = new IncomingStream(64 * all.length);
      expect(steps(stream, ...all.map(piece), END, OK)).toEqual([...all.map(() => 'wait'), 'finish', 'done']);
      expect(stream.bytes()).toEqual(Buffer.concat(all));
    }),
  );
});

test('as many bytes as are allowed are taken, and not one more', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 64 }), { minLength: 1 }), (sizes) => {
      const size = sizes.reduce((all, one) => all + one, 0);
      const packets = sizes.map((one) => piece(Buffer.alloc(one)));
      expect(steps(new IncomingStream(size), ...packets, END).at(-1)).toBe('finish');
      const last = new IncomingStream(size - 1);
      const ends = packets.map((each) => last.take(each));
      expect(ends.at(-1)).toMatchObject({ next: 'fail', goesOn: true, error: expect.any(StreamError) });
      expect(last.bytes().length).toBeLessThan(size);
    }),
  );
});

test("it ends with libvirt's last word, and with no other", () => {
  const stream = new IncomingStream(100);
  expect(steps(stream, piece('ab'), END, END, OK)).toEqual(['wait', 'finish', 'wait', 'done']);
  const early = new IncomingStream(100);
  expect(steps(early, piece('ab'))).toEqual(['wait']);
  expect(early.take(OK)).toMatchObject({ next: 'fail', goesOn: false });
});

test('its error is its end', () => {
  const none = { dom: null, str1: null, str2: null, str3: null, int1: 0, int2: 0, net: null };
  const error = encode(errorCodec, { code: 38, domain: 38, message: 'read failed', level: 2, ...none });
  for (const before of [[], [piece('ab')], [piece('ab'), END]]) {
    const stream = new IncomingStream(100);
    steps(stream, ...before);
    const step = stream.take(packet(PACKET.VIR_NET_ERROR, error));
    expect(step).toMatchObject({ next: 'fail', goesOn: false, error: { code: 38, message: 'read failed' } });
    expect(step.next === 'fail' && step.error).toBeInstanceOf(LibvirtError);
  }
  expect(() => new IncomingStream(100).take(packet(PACKET.VIR_NET_ERROR))).toThrow(XdrError);
});

test.each([
  ['a hole', packet(PACKET.VIR_NET_CONTINUE, Buffer.alloc(12), PACKET.VIR_NET_STREAM_HOLE)],
  ['a status that is none', packet(9)],
])('%s makes it useless', (_, odd) => {
  expect(new IncomingStream(100).take(odd)).toMatchObject({ next: 'fail', goesOn: true });
});

test('so do bytes behind its end', () => {
  const stream = new IncomingStream(100);
  steps(stream, piece('ab'), END);
  expect(stream.take(piece('c'))).toMatchObject({ next: 'fail', goesOn: true });
});
