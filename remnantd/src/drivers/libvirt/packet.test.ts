// Proves the framing: packets survive any way of cutting the stream, and lengths outside the protocol's bounds are refused.

import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ProtocolError } from './errors.ts';
import { encodePacket, type Packet, PacketReader } from './packet.ts';

const word = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const anyPacket: fc.Arbitrary<Packet> = fc.record({
  program: word,
  version: word,
  procedure: word,
  type: word,
  serial: word,
  status: word,
  payload: fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes)),
});

test('packets come out as they went in, however the stream is cut', () => {
  fc.assert(
    fc.property(fc.array(anyPacket, { maxLength: 6 }), fc.array(fc.nat(40), { minLength: 1 }), (packets, cuts) => {
      const stream = Buffer.concat(packets.map(encodePacket));
      const reader = new PacketReader();
      const out: Packet[] = [];
      for (let at = 0, turn = 0; at < stream.length; turn += 1) {
        const size = 1 + (cuts[turn % cuts.length] ?? 0);
        out.push(...reader.push(stream.subarray(at, at + size)));
        at += size;
      }
      expect(out).toEqual(packets);
    }),
  );
});

test.each([0, 27, 33_554_437, 0xffff_ffff])('a length of %d is refused', (length) => {
  const bytes = Buffer.alloc(28);
  bytes.writeUInt32BE(length);
  expect(() => new PacketReader().push(bytes)).toThrow(ProtocolError);
});

test('a packet that libvirt would refuse is not made', () => {
  const rest = { program: 0, version: 0, procedure: 0, type: 0, serial: 0, status: 0 };
  const most = 33_554_432 - 24;
  expect(encodePacket({ ...rest, payload: Buffer.alloc(most) })).toHaveLength(33_554_436);
  expect(() => encodePacket({ ...rest, payload: Buffer.alloc(most + 1) })).toThrow(ProtocolError);
});
