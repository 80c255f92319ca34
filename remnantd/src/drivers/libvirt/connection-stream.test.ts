// Proves how a stream is received over a connection: whole and in pieces, with libvirt's errors, too large, given up at each
// step, and cut off. Whatever becomes of it, the connection and its other calls go on, and libvirtd is told what to do with it.

import * as fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Connection, openSocket } from './connection.ts';
import { PACKET } from './constants.ts';
import { LibvirtError, StreamError, UnansweredError } from './errors.ts';
import type { Receiving } from './incoming-stream.ts';
import { PROCEDURES, READ_STREAMS } from './procedures.ts';
import { type Heard, remotePacket, TestPeer } from './test-peer.ts';
import { encode } from './xdr.ts';

const { connectGetType, connectOpen } = PROCEDURES;
const { domainScreenshot } = READ_STREAMS;
const { VIR_NET_CALL, VIR_NET_CONTINUE, VIR_NET_ERROR, VIR_NET_OK, VIR_NET_STREAM } = PACKET;
const dom = { name: 'vm', uuid: '00010203-0405-0607-0809-0a0b0c0d0e0f', id: -1 };
const MIME = { mime: 'image/x-portable-pixmap' };
const MOST = 1_000;

let peer: TestPeer;
let connection: Connection;
let control: AbortController;

beforeEach(async () => {
  peer = await TestPeer.open();
  connection = new Connection(await openSocket(peer.path, 5_000), () => undefined);
  control = new AbortController();
});

afterEach(async () => {
  connection.close(new Error('the test is over'));
  await peer.close();
});

const receive = () =>
  connection.receive(domainScreenshot, { dom, screen: 0, flags: 0 }, { mostBytes: MOST, until: control.signal });
const failure = ({ whole }: Receiving<unknown>) =>
  whole.then(
    () => expect.fail('it came'),
    (error: unknown) => error,
  );
/** What libvirtd heard of the stream behind its call, by status. */
const told = () => peer.heard.filter(({ type }) => type === VIR_NET_STREAM).map(({ status }) => status);
const isTold = (...statuses: number[]) => vi.waitFor(() => expect(told()).toEqual(statuses), { interval: 1 });

/** Screenshots are answered by `calls`, what is said of streams by `streams`, and what type libvirt is by its type. */
function daemon(calls: (heard: Heard) => void, streams: (heard: Heard) => void = ({ stream }) => stream(VIR_NET_OK)) {
  peer.hear = (heard) => {
    const { type, procedure } = heard.packet;
    if (type === VIR_NET_STREAM) streams(heard);
    else if (procedure === domainScreenshot.number) calls(heard);
    else if (procedure === connectGetType.number) heard.answer(connectGetType, { type: 'QEMU' });
  };
}
/** The connection works, and all that was sent before was heard. */
const works = async () => expect(await connection.call(connectGetType, undefined, 5_000)).toEqual({ type: 'QEMU' });
/** The other end has called `hear` with a screenshot: gives how to answer it. */
const asked = (): Promise<Heard> => new Promise((resolve) => daemon(resolve));

test('a whole one, in pieces: libvirtd is told that all is here', async () => {
  daemon(({ answer, stream }) => {
    answer(domainScreenshot, MIME);
    for (const piece of ['one ', 'two ', 'three']) stream(VIR_NET_CONTINUE, Buffer.from(piece));
    stream(VIR_NET_CONTINUE);
  });
  const { whole, over } = receive();
  expect(await whole).toEqual({ ret: MIME, bytes: Buffer.from('one two three') });
  await over;
  expect(told()).toEqual([VIR_NET_OK]);
  expect(peer.heard.map(({ type, procedure, serial }) => [type, procedure, serial])).toEqual([
    [VIR_NET_CALL, 211, 1],
    [VIR_NET_STREAM, 211, 1],
  ]);
});

test('bytes may overtake the answer', async () => {
  daemon(({ answer, stream }) => {
    stream(VIR_NET_CONTINUE, Buffer.from('early'));
    answer(domainScreenshot, MIME);
    stream(VIR_NET_CONTINUE);
  });
  expect((await receive().whole).bytes.toString()).toBe('early');
});

test('all of it may overtake the answer, and is nothing without it', async () => {
  const ready = Promise.withResolvers<() => void>();
  daemon(({ answer, stream }) => {
    stream(VIR_NET_CONTINUE, Buffer.from('early'));
    stream(VIR_NET_CONTINUE);
    ready.resolve(() => answer(domainScreenshot, MIME));
  });
  const first = receive();
  const answer = await ready.promise;
  await isTold(VIR_NET_OK);
  await works();
  answer();
  expect((await first.whole).bytes.toString()).toBe('early');
  await first.over;

  // The same, given up before the answer: libvirtd is through with it.
  const second = receive();
  await isTold(VIR_NET_OK, VIR_NET_OK);
  await works();
  control.abort();
  expect(await failure(second)).toMatchObject({ asked: 'maybe' });
  await second.over;
  await works();
});

test('an error may overtake the answer, too', async () => {
  daemon(({ answer, stream }) => {
    stream(VIR_NET_ERROR, 'it broke');
    answer(domainScreenshot, MIME);
  });
  const stream = receive();
  expect(await failure(stream)).toMatchObject({ name: 'LibvirtError', message: 'it broke' });
  await stream.over;
  await works();
  expect(told()).toEqual([]);
});

test('it comes out as it went in, however it is cut into packets, and those into what a socket gives', async () => {
  const pieces = fc.array(fc.uint8Array({ minLength: 1, maxLength: 60 }), { maxLength: 12 });
  const cuts = fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1 });
  await fc.assert(
    fc.asyncProperty(pieces, cuts, async (all, sizes) => {
      daemon(({ packet, socket }) => {
        const { procedure, serial } = packet;
        const sent = (payload: Uint8Array) =>
          remotePacket({
            procedure,
            serial,
            type: VIR_NET_STREAM,
            status: VIR_NET_CONTINUE,
            payload: Buffer.from(payload),
          });
        const answer = remotePacket({ procedure, serial, payload: encode(domainScreenshot.ret, MIME) });
        const bytes = Buffer.concat([answer, ...all.map(sent), sent(Buffer.alloc(0))]);
        for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
          const size = sizes[turn % sizes.length] ?? 1;
          socket.write(bytes.subarray(at, at + size));
          at += size;
        }
      });
      expect((await receive().whole).bytes).toEqual(Buffer.concat(all));
    }),
    { numRuns: 50 },
  );
});

test("libvirt's no is one, and there is no stream", async () => {
  daemon(({ refuse }) => refuse(55, 'no screens to take screenshot from'));
  const stream = receive();
  expect(await failure(stream)).toMatchObject({ name: 'LibvirtError', code: 55 });
  await stream.over;
  await works();
  expect(told()).toEqual([]);
});

test.each([
  ['amid it', (heard: Heard) => heard.stream(VIR_NET_ERROR, 'it broke')],
  ['at its end', (heard: Heard) => heard.stream(VIR_NET_CONTINUE)],
])("libvirt's error %s ends it", async (_, then) => {
  daemon(
    (heard) => {
      heard.answer(domainScreenshot, MIME);
      heard.stream(VIR_NET_CONTINUE, Buffer.from('some'));
      then(heard);
    },
    ({ stream }) => stream(VIR_NET_ERROR, 'it broke'),
  );
  const stream = receive();
  const error = await failure(stream);
  expect(error).toBeInstanceOf(LibvirtError);
  expect(error).toMatchObject({ code: 38, message: 'it broke' });
  await stream.over;
  await works();
});

test('one that is too large is stopped, and what still comes of it is thrown away', async () => {
  const call = asked();
  const stream = receive();
  const heard = await call;
  heard.answer(domainScreenshot, MIME);
  heard.stream(VIR_NET_CONTINUE, Buffer.alloc(MOST));
  heard.stream(VIR_NET_CONTINUE, Buffer.alloc(1));
  const error = await failure(stream);
  expect(error).toBeInstanceOf(StreamError);
  expect(error).toMatchObject({ message: expect.stringContaining(`more than ${MOST} bytes`) });
  heard.stream(VIR_NET_CONTINUE, Buffer.alloc(MOST));
  await stream.over;
  expect(told()).toEqual([VIR_NET_ERROR]);
  await works();
});

test('one that is given up before its answer is stopped as soon as libvirtd knows of it', async () => {
  const call = asked();
  const stream = receive();
  const heard = await call;
  control.abort();
  const error = await failure(stream);
  expect(error).toBeInstanceOf(UnansweredError);
  expect(error).toMatchObject({ asked: 'maybe', message: 'DOMAIN_SCREENSHOT: given up before it was all here' });
  await works();
  expect(told()).toEqual([]);
  heard.answer(domainScreenshot, MIME);
  heard.stream(VIR_NET_CONTINUE, Buffer.alloc(10));
  await stream.over;
  expect(told()).toEqual([VIR_NET_ERROR]);
  await works();
});

test('one that is given up and refused then was never there', async () => {
  const call = asked();
  const stream = receive();
  const heard = await call;
  control.abort();
  await failure(stream);
  heard.refuse(55, 'no screens to take screenshot from');
  await stream.over;
  await works();
  expect(told()).toEqual([]);
});

test('one that is given up amid its bytes is stopped', async () => {
  let more: () => void = () => expect.fail('nothing was asked for');
  daemon(
    (heard) => {
      heard.answer(domainScreenshot, MIME);
      heard.stream(VIR_NET_CONTINUE, Buffer.from('some'));
      more = () => heard.stream(VIR_NET_CONTINUE, Buffer.from('more'));
    },
    // It had failed by itself meanwhile.
    ({ stream }) => stream(VIR_NET_ERROR, 'it broke'),
  );
  const stream = receive();
  await works();
  control.abort();
  expect(await failure(stream)).toMatchObject({ asked: 'maybe' });
  more();
  await isTold(VIR_NET_ERROR);
  await stream.over;
  await works();
});

test('one that is given up at its end is not stopped: it is over by itself', async () => {
  let last: () => void = () => expect.fail('it was not told that all is here');
  daemon(
    ({ answer, stream }) => {
      answer(domainScreenshot, MIME);
      stream(VIR_NET_CONTINUE);
    },
    ({ stream }) => {
      last = () => stream(VIR_NET_OK);
    },
  );
  const stream = receive();
  await isTold(VIR_NET_OK);
  control.abort();
  await failure(stream);
  last();
  await stream.over;
  await works();
  expect(told()).toEqual([VIR_NET_OK]);
});

test('one that nobody waits for is not asked for', async () => {
  daemon(() => expect.fail('it was asked for'));
  control.abort();
  const stream = receive();
  expect(await failure(stream)).toMatchObject({ asked: 'no' });
  await stream.over;
  await works();
  expect(peer.heard).toHaveLength(1);
});

test('one that waits for room in the socket is taken back', async () => {
  await vi.waitFor(() => expect(peer.sockets.size).toBe(1), { interval: 1 });
  for (const socket of peer.sockets) socket.pause();
  daemon(() => expect.fail('it was asked for'));
  void connection.call(connectOpen, { name: 'x'.repeat(4_000_000), flags: 0 }, 5_000).catch(() => undefined);
  const stream = receive();
  control.abort();
  expect(await failure(stream)).toMatchObject({ asked: 'no' });
  await stream.over;
  for (const socket of peer.sockets) socket.resume();
  await works();
});

test('one that is amid its bytes when the connection goes never came', async () => {
  daemon(({ answer, stream }) => {
    answer(domainScreenshot, MIME);
    stream(VIR_NET_CONTINUE, Buffer.from('some'));
  });
  const stream = receive();
  await works();
  await peer.vanish();
  expect(await failure(stream)).toMatchObject({ name: 'UnansweredError', asked: 'maybe' });
  await stream.over;
  const none = receive();
  expect(await failure(none)).toMatchObject({ asked: 'no' });
  await none.over;
});

test('one that was given up when the connection goes holds nobody', async () => {
  const call = asked();
  const stream = receive();
  await call;
  control.abort();
  await failure(stream);
  await peer.vanish();
  await stream.over;
});

test('an answer that cannot be read ends the connection', async () => {
  daemon(({ packet, socket }) => {
    socket.write(remotePacket({ procedure: 211, serial: packet.serial, payload: Buffer.from('ffffffff', 'hex') }));
  });
  const stream = receive();
  expect(await failure(stream)).toMatchObject({ asked: 'maybe' });
  await stream.over;
  expect((await connection.closed).name).toBe('ProtocolError');
});

test('the packets of one that was given up are not taken for those of the next', async () => {
  const call = asked();
  const stream = receive();
  const first = await call;
  control.abort();
  await failure(stream);
  control = new AbortController();
  daemon(({ answer, stream: say }) => {
    answer(domainScreenshot, MIME);
    say(VIR_NET_CONTINUE, Buffer.from('second'));
    say(VIR_NET_CONTINUE);
  });
  const second = receive();
  first.answer(domainScreenshot, MIME);
  first.stream(VIR_NET_CONTINUE, Buffer.from('first'));
  expect((await second.whole).bytes.toString()).toBe('second');
  await stream.over;
});
