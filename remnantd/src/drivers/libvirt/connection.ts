// One connection to libvirtd: pairs calls with replies by serial, answers keepalive, and hands on messages. Calls may be
// pipelined without limit and answered in any order.
// Invariant: every call ends exactly once, and one that fails unanswered tells whether its packet was given to the socket.

import { createConnection, type Socket } from 'node:net';
import { PACKET, PROGRAM } from './constants.ts';
import { LibvirtError, ProtocolError, UnansweredError } from './errors.ts';
import { encodePacket, type Packet, PacketReader } from './packet.ts';
import { errorCodec, type Procedure } from './procedures.ts';
import { decode, encode } from './xdr.ts';

/** How often a silent daemon is pinged, and how many pings it may leave unanswered (libvirt's own defaults). */
const probeEveryMs = 5_000;
const probesUnanswered = 5;

interface Waiting {
  readonly name: string;
  /** The bytes still to be sent; null once the socket has them. */
  packet: Buffer | null;
  readonly answer: (payload: Buffer) => void;
  readonly fail: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/** Takes a message that is no answer to a call. Throwing breaks the connection. */
export type MessageHandler = (procedure: number, payload: Buffer) => void;

/** Opens the unix socket at `path`. Rejects with the system's error, or after `timeoutMs`. */
export async function openSocket(path: string, timeoutMs: number): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const socket = createConnection({ path });
  const timer = setTimeout(() => socket.destroy(new Error(`no connection to ${path} in ${timeoutMs} ms`)), timeoutMs);
  socket.once('connect', () => resolve(socket));
  socket.once('error', reject);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    socket.off('error', reject);
  }
}

/** A connection over a socket that is open. It is over when `closed` resolves, and does not come back. */
export class Connection {
  readonly #socket: Socket;
  readonly #onMessage: MessageHandler;
  readonly #reader = new PacketReader();
  readonly #waiting = new Map<number, Waiting>();
  /** Serials whose packets wait for room in the socket, oldest first. */
  #unsent: number[] = [];
  #serial = 0;
  #blocked = false;
  #probesOut = 0;
  readonly #probe: NodeJS.Timeout;
  #over: Error | null = null;
  readonly #closed = Promise.withResolvers<Error>();

  constructor(socket: Socket, onMessage: MessageHandler) {
    this.#socket = socket;
    this.#onMessage = onMessage;
    this.#probe = setInterval(() => this.#ping(), probeEveryMs);
    socket.on('data', (piece: Buffer) => this.#receive(piece));
    socket.on('drain', () => this.#drained());
    socket.on('error', (error) => this.close(error));
    socket.on('close', () => this.close(new Error('libvirtd closed the connection')));
  }

  /** Resolves, once the connection is over, with why. */
  get closed(): Promise<Error> {
    return this.#closed.promise;
  }

  /**
   * Calls `procedure` and gives its result. Rejects with LibvirtError when libvirt says no, UnansweredError when there
   * is no answer within `timeoutMs` or the connection goes, XdrError when `args` do not fit their layout.
   */
  async call<Args, Ret>(procedure: Procedure<Args, Ret>, args: Args, timeoutMs: number): Promise<Ret> {
    const serial = this.#nextSerial();
    const packet = encodePacket({
      program: PROGRAM.REMOTE_PROGRAM,
      version: PROGRAM.REMOTE_PROTOCOL_VERSION,
      procedure: procedure.number,
      type: PACKET.VIR_NET_CALL,
      serial,
      status: PACKET.VIR_NET_OK,
      payload: encode(procedure.args, args),
    });
    if (this.#over !== null) throw unanswered('no', procedure.name, this.#over);
    const { promise, resolve, reject } = Promise.withResolvers<Ret>();
    this.#waiting.set(serial, {
      name: procedure.name,
      packet,
      answer: (payload) => resolve(decode(procedure.ret, payload)),
      fail: reject,
      timer: setTimeout(() => this.#expire(serial, timeoutMs), timeoutMs),
    });
    this.#unsent.push(serial);
    this.#flush();
    return promise;
  }

  /** Ends the connection, and with it every call still waiting. Closing again changes nothing. */
  close(reason: Error): void {
    if (this.#over !== null) return;
    this.#over = reason;
    clearInterval(this.#probe);
    this.#socket.destroy();
    for (const call of this.#waiting.values()) {
      clearTimeout(call.timer);
      call.fail(unanswered(call.packet === null ? 'maybe' : 'no', call.name, reason));
    }
    this.#waiting.clear();
    this.#unsent = [];
    this.#closed.resolve(reason);
  }

  #nextSerial(): number {
    do this.#serial = this.#serial >= 0xffff_ffff ? 1 : this.#serial + 1;
    while (this.#waiting.has(this.#serial));
    return this.#serial;
  }

  // Node buffers without bound what a socket cannot take yet, and does not tell it from what was sent. So packets are kept
  // here until there is room: only then is "never sent" known for certain.
  #flush(): void {
    let taken = 0;
    for (const serial of this.#unsent) {
      if (this.#blocked || this.#over !== null) break;
      taken += 1;
      const call = this.#waiting.get(serial);
      if (call === undefined || call.packet === null) continue;
      const packet = call.packet;
      call.packet = null;
      this.#blocked = !this.#socket.write(packet);
    }
    this.#unsent = this.#unsent.slice(taken);
  }

  #drained(): void {
    this.#blocked = false;
    this.#flush();
  }

  #expire(serial: number, timeoutMs: number): void {
    const call = this.#waiting.get(serial);
    if (call === undefined) return;
    this.#waiting.delete(serial);
    const asked = call.packet === null ? 'maybe' : 'no';
    call.fail(new UnansweredError(asked, `${call.name}: no answer in ${timeoutMs} ms`));
  }

  #receive(piece: Buffer): void {
    this.#probesOut = 0;
    try {
      for (const packet of this.#reader.push(piece)) {
        if (this.#over !== null) return;
        this.#take(packet);
      }
    } catch (error) {
      this.close(new ProtocolError(`not libvirt's protocol: ${String(error)}`, { cause: error }));
    }
  }

  #take(packet: Packet): void {
    if (packet.program === PROGRAM.KEEPALIVE_PROGRAM) return this.#keepalive(packet);
    if (packet.program !== PROGRAM.REMOTE_PROGRAM || packet.version !== PROGRAM.REMOTE_PROTOCOL_VERSION) {
      throw new ProtocolError(`program 0x${packet.program.toString(16)} version ${packet.version}`);
    }
    switch (packet.type) {
      case PACKET.VIR_NET_REPLY:
        return this.#reply(packet);
      case PACKET.VIR_NET_MESSAGE:
        return this.#onMessage(packet.procedure, packet.payload);
      case PACKET.VIR_NET_STREAM:
      case PACKET.VIR_NET_STREAM_HOLE:
        // No call made here opens a stream; libvirt's own client drops packets of streams it does not know as well.
        return;
      default:
        throw new ProtocolError(`a packet of type ${packet.type}`);
    }
  }

  #reply(packet: Packet): void {
    const call = this.#waiting.get(packet.serial);
    // The answer to a call that ran out of time.
    if (call === undefined) return;
    if (packet.status === PACKET.VIR_NET_ERROR) {
      const error = decode(errorCodec, packet.payload);
      call.fail(new LibvirtError(error.code, error.domain, error.message ?? `libvirt error ${error.code}`));
    } else {
      // One that cannot be read throws here, which ends the connection and this call with it.
      call.answer(packet.payload);
    }
    clearTimeout(call.timer);
    this.#waiting.delete(packet.serial);
  }

  #keepalive(packet: Packet): void {
    if (packet.procedure === PROGRAM.KEEPALIVE_PROC_PING) this.#sendKeepalive(PROGRAM.KEEPALIVE_PROC_PONG);
  }

  #ping(): void {
    if (this.#probesOut >= probesUnanswered) {
      this.close(new Error(`libvirtd said nothing for ${(probeEveryMs * probesUnanswered) / 1000} s`));
      return;
    }
    this.#probesOut += 1;
    this.#sendKeepalive(PROGRAM.KEEPALIVE_PROC_PING);
  }

  #sendKeepalive(procedure: number): void {
    // While the socket is full the other side hears from us anyway, as soon as it reads.
    if (this.#blocked) return;
    this.#blocked = !this.#socket.write(
      encodePacket({
        program: PROGRAM.KEEPALIVE_PROGRAM,
        version: PROGRAM.KEEPALIVE_PROTOCOL_VERSION,
        procedure,
        type: PACKET.VIR_NET_MESSAGE,
        serial: 0,
        status: PACKET.VIR_NET_OK,
        payload: Buffer.alloc(0),
      }),
    );
  }
}

function unanswered(asked: 'no' | 'maybe', name: string, reason: Error): UnansweredError {
  return new UnansweredError(asked, `${name}: ${reason.message}`, reason);
}
