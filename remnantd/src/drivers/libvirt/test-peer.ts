// For tests alone: the other end of libvirt's wire, on a unix socket of its own. It takes packets apart as libvirtd does and
// leaves what to answer to the test; it knows nothing of domains.

import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PACKET, PROGRAM } from './constants.ts';
import { encodePacket, type Packet, PacketReader } from './packet.ts';
import { errorCodec, type Procedure } from './procedures.ts';
import { type Codec, encode } from './xdr.ts';

/** One packet that came in, and ways to answer it. */
export interface Heard {
  readonly packet: Packet;
  readonly socket: Socket;
  readonly answer: <Args, Ret>(procedure: Procedure<Args, Ret>, ret: NoInfer<Ret>) => void;
  readonly refuse: (code: number, message: string) => void;
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
  say<Message>(event: { readonly number: number; readonly message: Codec<Message> }, message: Message): void {
    const packet = { procedure: event.number, type: PACKET.VIR_NET_MESSAGE, payload: encode(event.message, message) };
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

/** A packet of the remote program, as bytes; what is not given is 0 or empty. */
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

function heardOn(socket: Socket, packet: Packet): Heard {
  const reply = (status: number, payload: Buffer) =>
    void socket.write(remotePacket({ procedure: packet.procedure, serial: packet.serial, status, payload }));
  return {
    packet,
    socket,
    answer: (procedure, ret) => reply(PACKET.VIR_NET_OK, encode(procedure.ret, ret)),
    refuse: (code, message) => {
      const none = { dom: null, str1: null, str2: null, str3: null, int1: 0, int2: 0, net: null };
      reply(PACKET.VIR_NET_ERROR, encode(errorCodec, { code, domain: 10, message, level: 2, ...none }));
    },
  };
}
