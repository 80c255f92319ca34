// Proves the connection against the other end of the wire: answers out of order, errors, late answers, keepalive, and above
// all what a call that was never answered says of itself.

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Connection, openSocket } from './connection.ts';
import { PACKET, PROGRAM } from './constants.ts';
import { LibvirtError, ProtocolError, UnansweredError } from './errors.ts';
import { encodePacket } from './packet.ts';
import { PROCEDURES, QEMU_PROCEDURES } from './procedures.ts';
import { type Heard, remotePacket, TestPeer } from './test-peer.ts';

const { connectGetHostname, connectGetType, connectOpen } = PROCEDURES;

let peer: TestPeer;
let connection: Connection;
let messages: [program: number, procedure: number, payload: string][];

beforeEach(async () => {
  peer = await TestPeer.open();
  messages = [];
  const socket = await openSocket(peer.path, 5_000);
  connection = new Connection(socket, (...[program, procedure, payload]) =>
    messages.push([program, procedure, payload.toString('hex')]),
  );
});

afterEach(async () => {
  connection.close(new Error('the test is over'));
  await peer.close();
});

const heard = (count: number) => vi.waitFor(() => expect(peer.heard).toHaveLength(count), { interval: 1 });
const failure = (call: Promise<unknown>) =>
  call.then(
    () => expect.fail('the call was answered'),
    (error: unknown) => error,
  );

test('a thousand calls may be under way, answered in any order', async () => {
  const all: Heard[] = [];
  peer.hear = (each) => {
    all.push(each);
    if (all.length < 1_000) return;
    for (const one of all.toReversed()) one.answer(connectGetHostname, { hostname: `host-${one.packet.serial}` });
  };
  const calls = Array.from({ length: 1_000 }, () => connection.call(connectGetHostname, undefined, 5_000));
  const names = (await Promise.all(calls)).map(({ hostname }) => hostname);
  expect(names).toEqual(names.map((_, index) => `host-${index + 1}`));
});

test("libvirt's no is a LibvirtError, and the next call is answered", async () => {
  peer.hear = (each) => each.refuse(42, 'Domain not found');
  const error = await failure(connection.call(connectGetType, undefined, 5_000));
  expect(error).toBeInstanceOf(LibvirtError);
  expect(error).toMatchObject({ code: 42, domain: 10, message: 'Domain not found' });
  peer.hear = (each) => each.answer(connectGetType, { type: 'QEMU' });
  expect(await connection.call(connectGetType, undefined, 5_000)).toEqual({ type: 'QEMU' });
});

test('a call that was sent when the connection went may have been carried out', async () => {
  const call = failure(connection.call(connectGetType, undefined, 5_000));
  await heard(1);
  await peer.vanish();
  expect(await call).toBeInstanceOf(UnansweredError);
  expect(await call).toMatchObject({ asked: 'maybe' });
  expect(await failure(connection.call(connectGetType, undefined, 5_000))).toMatchObject({ asked: 'no' });
  expect((await connection.closed).message).toContain('closed');
});

test('calls behind a socket that takes no more were never asked', async () => {
  // The peer does not read, and what it is sent does not fit into the socket's buffer.
  await vi.waitFor(() => expect(peer.sockets.size).toBe(1), { interval: 1 });
  for (const socket of peer.sockets) socket.pause();
  const big = failure(connection.call(connectOpen, { name: 'x'.repeat(4_000_000), flags: 0 }, 5_000));
  const behind = failure(connection.call(connectGetType, undefined, 5_000));
  expect(await failure(connection.call(connectGetType, undefined, 20))).toMatchObject({ asked: 'no' });
  await peer.vanish();
  expect(await big).toMatchObject({ asked: 'maybe' });
  expect(await behind).toMatchObject({ asked: 'no' });
});

test('calls that waited for room go out when there is some', async () => {
  await vi.waitFor(() => expect(peer.sockets.size).toBe(1), { interval: 1 });
  for (const socket of peer.sockets) socket.pause();
  peer.hear = ({ packet, answer }) => {
    if (packet.procedure === connectOpen.number) answer(connectOpen, undefined);
    else answer(connectGetType, { type: 'QEMU' });
  };
  const big = connection.call(connectOpen, { name: 'x'.repeat(4_000_000), flags: 0 }, 5_000);
  const behind = connection.call(connectGetType, undefined, 5_000);
  for (const socket of peer.sockets) socket.resume();
  expect(await Promise.all([big, behind])).toEqual([undefined, { type: 'QEMU' }]);
});

test('a call without an answer ends in time, and its late answer disturbs nothing', async () => {
  const late: Heard[] = [];
  peer.hear = (each) => late.push(each);
  const error = await failure(connection.call(connectGetType, undefined, 20));
  expect(error).toMatchObject({ asked: 'maybe', message: 'CONNECT_GET_TYPE: no answer in 20 ms' });
  peer.hear = (each) => {
    late[0]?.answer(connectGetType, { type: 'late' });
    each.answer(connectGetType, { type: 'in time' });
  };
  expect(await connection.call(connectGetType, undefined, 5_000)).toEqual({ type: 'in time' });
});

test('arguments that do not fit are refused before anything is sent', async () => {
  await expect(connection.call(connectOpen, { name: 'a\0b', flags: 0 }, 5_000)).rejects.toThrow('NUL');
  expect(peer.heard).toHaveLength(0);
});

test('a call of the QEMU program goes to that program', async () => {
  peer.hear = (each) => each.answer(QEMU_PROCEDURES.monitorEventRegister, { callbackID: 7 });
  const args = { dom: null, event: null, flags: 0 };
  expect(await connection.call(QEMU_PROCEDURES.monitorEventRegister, args, 5_000)).toEqual({ callbackID: 7 });
  expect(peer.heard[0]).toMatchObject({ program: PROGRAM.QEMU_PROGRAM, version: 1, procedure: 4 });
});

test('a ping is answered with a pong', async () => {
  const ping = {
    program: PROGRAM.KEEPALIVE_PROGRAM,
    version: PROGRAM.KEEPALIVE_PROTOCOL_VERSION,
    procedure: PROGRAM.KEEPALIVE_PROC_PING,
    type: PACKET.VIR_NET_MESSAGE,
    serial: 0,
    status: PACKET.VIR_NET_OK,
    payload: Buffer.alloc(0),
  };
  await vi.waitFor(() => expect(peer.sockets.size).toBe(1), { interval: 1 });
  for (const socket of peer.sockets) socket.write(encodePacket(ping));
  await heard(1);
  expect(peer.heard[0]).toEqual({ ...ping, procedure: PROGRAM.KEEPALIVE_PROC_PONG });
});

test('a daemon that says nothing is given up', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  try {
    const watched = new Connection(await openSocket(peer.path, 5_000), () => undefined);
    vi.advanceTimersByTime(30_000);
    expect((await watched.closed).message).toBe('libvirtd said nothing for 25 s');
  } finally {
    vi.useRealTimers();
  }
});

test('messages and unknown stream packets leave calls alone', async () => {
  peer.hear = ({ socket, answer }) => {
    socket.write(remotePacket({ procedure: 318, type: PACKET.VIR_NET_MESSAGE, payload: Buffer.from('0102', 'hex') }));
    const qemu = { program: PROGRAM.QEMU_PROGRAM, type: PACKET.VIR_NET_MESSAGE };
    socket.write(remotePacket({ ...qemu, procedure: 6, payload: Buffer.from('0304', 'hex') }));
    socket.write(remotePacket({ procedure: 211, type: PACKET.VIR_NET_STREAM, serial: 99, status: 2 }));
    socket.write(remotePacket({ procedure: 211, type: PACKET.VIR_NET_STREAM_HOLE, serial: 99, status: 2 }));
    answer(connectGetType, { type: 'QEMU' });
  };
  expect(await connection.call(connectGetType, undefined, 5_000)).toEqual({ type: 'QEMU' });
  expect(messages).toEqual([
    [PROGRAM.REMOTE_PROGRAM, 318, '0102'],
    [PROGRAM.QEMU_PROGRAM, 6, '0304'],
  ]);
});

const nonsense: [string, Buffer][] = [
  ['a length that cannot be', Buffer.from('00000003', 'hex')],
  ['another program', remotePacket({ program: 1 })],
  ['another version of a program', remotePacket({ program: PROGRAM.QEMU_PROGRAM, version: 2 })],
  ['a type that is none', remotePacket({ type: 9 })],
  ['an answer that cannot be read', remotePacket({ serial: 1, payload: Buffer.from('ffffffff', 'hex') })],
  ['an error that cannot be read', remotePacket({ serial: 1, status: PACKET.VIR_NET_ERROR })],
];
test.each(nonsense)('%s ends the connection and all its calls', async (_name, bytes) => {
  peer.hear = ({ socket }) => void socket.write(bytes);
  expect(await failure(connection.call(connectGetType, undefined, 5_000))).toMatchObject({ asked: 'maybe' });
  expect(await connection.closed).toBeInstanceOf(ProtocolError);
});

test('a socket that is not there is an error at once', async () => {
  await expect(openSocket(`${peer.path}-not`, 5_000)).rejects.toThrow('ENOENT');
});
