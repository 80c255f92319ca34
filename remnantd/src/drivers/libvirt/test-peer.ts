// For tests alone: the other end of libvirt's wire, on a unix socket of its own. It takes packets apart as libvirtd does and
// leaves what to answer to the test; it knows nothing of domains.

import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PACKET, PROGRAM } from './constants.ts';
import { encodePacket, type Packet, PacketReader } from './packet.ts';
import { type DomainRef, errorCodec, PROCEDURES, QEMU_PROCEDURES } from './procedures.ts';
import { type Codec, encode } from './xdr.ts';

interface Named {
  readonly program: number;
  readonly number: number;
}

/** One packet that came in, and ways to answer it. */
export interface Heard {
  readonly packet: Packet;
  readonly socket: Socket;
  readonly answer: <Ret>(procedure: { readonly ret: Codec<Ret> }, ret: NoInfer<Ret>) => void;
  readonly refuse: (code: number, message: string) => void;
  /** Sends a packet of the stream that this one opened or belongs to; a string is libvirt's error in it. */
  readonly stream: (status: number, payload?: Buffer | string) => void;
}

/** A listening peer; `hear` is called for every packet. */
export class TestPeer {
  readonly path: string;
  readonly heard: Packet[] = [];
  readonly sockets = new Set<Socket>();
  hear: (heard: Heard) => void = () => undefined;
  readonly #folder: string;
  readonly #server: Server;

  constructor(folder: string) {
    this.#folder = folder;
    this.path = join(folder, 'sock');
    this.#server = createServer((socket) => this.#take(socket));
  }

  /** A peer on a socket in a new folder. */
  static async open(): Promise<TestPeer> {
    const peer = new TestPeer(await mkdtemp(join(tmpdir(), 'peer-')));
    await peer.listen();
    return peer;
  }

  async listen(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.listen(this.path, resolve);
    await promise;
  }

  /** Stops listening and breaks every connection; `listen` may follow. */
  async vanish(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    for (const socket of this.sockets) socket.destroy();
    await promise;
  }

  async close(): Promise<void> {
    await this.vanish();
    await rm(this.#folder, { recursive: true });
  }

  /** Sends an event on every connection. */
  say<Message>(
    event: { readonly program: number; readonly number: number; readonly message: Codec<Message> },
    message: Message,
  ): void {
    const { program, number: procedure } = event;
    const packet = { program, procedure, type: PACKET.VIR_NET_MESSAGE, payload: encode(event.message, message) };
    for (const socket of this.sockets) socket.write(remotePacket(packet));
  }

  #take(socket: Socket): void {
    const reader = new PacketReader();
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket));
    socket.on('error', () => undefined);
    socket.on('data', (piece: Buffer) => {
      for (const packet of reader.push(piece)) {
        this.heard.push(packet);
        this.hear(heardOn(socket, packet));
      }
    });
  }
}

/** A packet, of the remote program if not told otherwise, as bytes; what is not given is 0 or empty. */
export function remotePacket(part: Partial<Packet>): Buffer {
  return encodePacket({
    program: PROGRAM.REMOTE_PROGRAM,
    version: PROGRAM.REMOTE_PROTOCOL_VERSION,
    procedure: 0,
    type: PACKET.VIR_NET_REPLY,
    serial: 0,
    status: PACKET.VIR_NET_OK,
    payload: Buffer.alloc(0),
    ...part,
  });
}

/** What signing on finds. */
export interface SignsOn {
  /** Ways to sign in; none where it is not given. */
  readonly types?: readonly number[];
  readonly domains?: readonly DomainRef[];
}

/** Answers what signing on asks, if that is what was heard. */
export function signsOn({ packet, answer }: Heard, { types = [0], domains = [] }: SignsOn = {}): boolean {
  const answers: readonly (readonly [Named, () => void])[] = [
    [PROCEDURES.authList, () => answer(PROCEDURES.authList, { types })],
    [PROCEDURES.connectSupportsFeature, () => answer(PROCEDURES.connectSupportsFeature, { supported: 1 })],
    [PROCEDURES.connectOpen, () => answer(PROCEDURES.connectOpen, undefined)],
    [PROCEDURES.eventCallbackRegisterAny, () => answer(PROCEDURES.eventCallbackRegisterAny, { callbackID: 0 })],
    [QEMU_PROCEDURES.monitorEventRegister, () => answer(QEMU_PROCEDURES.monitorEventRegister, { callbackID: 2 })],
    [
      PROCEDURES.connectListAllDomains,
      () => answer(PROCEDURES.connectListAllDomains, { domains, ret: domains.length }),
    ],
    [PROCEDURES.domainMemoryStats, () => answer(PROCEDURES.domainMemoryStats, { stats: [] })],
  ];
  const found = answers.find(([{ program, number }]) => program === packet.program && number === packet.procedure);
  found?.[1]();
  return found !== undefined;
}

function heardOn(socket: Socket, packet: Packet): Heard {
  const { program, procedure: number, serial } = packet;
  const send = (type: number, status: number, payload: Buffer) =>
    void socket.write(remotePacket({ program, procedure: number, type, serial, status, payload }));
  const reply = (status: number, payload: Buffer) => send(PACKET.VIR_NET_REPLY, status, payload);
  return {
    packet,
    socket,
    answer: (procedure, ret) => reply(PACKET.VIR_NET_OK, encode(procedure.ret, ret)),
    refuse: (code, message) => reply(PACKET.VIR_NET_ERROR, errorOf(code, message)),
    stream: (status, payload = Buffer.alloc(0)) =>
      send(PACKET.VIR_NET_STREAM, status, typeof payload === 'string' ? errorOf(38, payload) : payload),
  };
}

function errorOf(code: number, message: string): Buffer {
  const none = { dom: null, str1: null, str2: null, str3: null, int1: 0, int2: 0, net: null };
  return encode(errorCodec, { code, domain: 10, message, level: 2, ...none });
}
