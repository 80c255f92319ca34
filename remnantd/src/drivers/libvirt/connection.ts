// One connection to libvirtd: pairs calls with replies by serial, receives streams, answers keepalive, and hands on messages.
// Calls may be pipelined without limit and answered in any order.
// Invariant: every call ends exactly once, and one that fails unanswered tells whether its packet was given to the socket. A
// stream that nobody wants any more is stopped, and its packets are thrown away until libvirtd is through with it.

import { createConnection, type Socket } from 'node:net';
import { PACKET, PROGRAM } from './constants.ts';
import { libvirtError, ProtocolError, UnansweredError } from './errors.ts';
import { IncomingStream, type ReceiveBounds, type Received, type Receiving } from './incoming-stream.ts';
import { Outbox, type Outgoing } from './outbox.ts';
import { encodePacket, type Packet, PacketReader } from './packet.ts';
import type { Procedure, ReadStream } from './procedures.ts';
import { type Codec, decode, encode } from './xdr.ts';

/** How often a silent daemon is pinged, and how many pings it may leave unanswered (libvirt's own defaults). */
const probeEveryMs = 5_000;
const probesUnanswered = 5;

/** The programs whose packets are taken, and the version of each that is spoken here. */
const versions: ReadonlyMap<number, number> = new Map([
  [PROGRAM.REMOTE_PROGRAM, PROGRAM.REMOTE_PROTOCOL_VERSION],
  [PROGRAM.QEMU_PROGRAM, PROGRAM.QEMU_PROTOCOL_VERSION],
]);

/** How a call names its procedure. */
type Named = Pick<Procedure<unknown, unknown>, 'program' | 'name' | 'number'>;

/** What comes behind an answer. */
interface Behind {
  readonly incoming: IncomingStream;
  /** All of it is here, and so is the answer. */
  readonly done: () => void;
  /** libvirtd is through with it. */
  readonly over: () => void;
}

/** What is to become of a call's answer. */
interface Hopes {
  readonly answer: (payload: Buffer) => void;
  readonly fail: (error: Error) => void;
  /** Waits no longer for the call's bound. */
  readonly unbound: () => void;
  /** Null for one that is only called. */
  readonly behind: Behind | null;
}

interface Waiting extends Hopes {
  readonly procedure: Named;
  readonly packet: Outgoing;
  answered: boolean;
  /** Libvirtd has said its last word of what comes behind. That may be before the answer: another of its threads sends it. */
  streamed: boolean;
}

/** Takes a message that is no answer to a call. Throwing breaks the connection. */
export type MessageHandler = (program: number, procedure: number, payload: Buffer) => void;

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
  readonly #outbox: Outbox;
  readonly #waiting = new Map<number, Waiting>();
  /** Streams that nobody wants any more and libvirtd is not through with, by serial: what to do when it is. */
  readonly #unwanted = new Map<number, () => void>();
  #serial = 0;
  #probesOut = 0;
  readonly #probe: NodeJS.Timeout;
  #over: Error | null = null;
  readonly #closed = Promise.withResolvers<Error>();

  constructor(socket: Socket, onMessage: MessageHandler) {
    this.#socket = socket;
    this.#outbox = new Outbox(socket);
    this.#onMessage = onMessage;
    this.#probe = setInterval(() => this.#ping(), probeEveryMs);
    socket.on('data', (piece: Buffer) => this.#hear(piece));
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
    const { promise, resolve, reject } = Promise.withResolvers<Ret>();
    const serial = this.#ask(procedure, args, {
      answer: (payload) => resolve(decode(procedure.ret, payload)),
      fail: reject,
      unbound: () => clearTimeout(timer),
      behind: null,
    });
    const timer = setTimeout(() => this.#giveUp(serial, `no answer in ${timeoutMs} ms`), timeoutMs);
    return promise;
  }

  /**
   * Calls `procedure` and takes the bytes behind its result. `whole` rejects as `call` does, with UnansweredError when it
   * is given up too, and with StreamError for bytes that are of no use; the connection goes on in each case but its own.
   */
  receive<Args, Ret>(procedure: ReadStream<Args, Ret>, args: Args, bounds: ReceiveBounds): Receiving<Ret> {
    const over = Promise.withResolvers<void>();
    try {
      return { whole: this.#receive(procedure, args, bounds, over.resolve), over: over.promise };
    } catch (error) {
      return { whole: Promise.reject(error), over: Promise.resolve() };
    }
  }

  /** Ends the connection, and with it every call still waiting. Closing again changes nothing. */
  close(reason: Error): void {
    if (this.#over !== null) return;
    this.#over = reason;
    clearInterval(this.#probe);
    this.#outbox.close();
    this.#socket.destroy();
    for (const call of this.#waiting.values()) {
      call.unbound();
      call.fail(unanswered(asked(call), call.procedure.name, reason));
      call.behind?.over();
    }
    this.#waiting.clear();
    for (const over of this.#unwanted.values()) over();
    this.#unwanted.clear();
    this.#closed.resolve(reason);
  }

  #receive<Args, Ret>(
    procedure: ReadStream<Args, Ret>,
    args: Args,
    { mostBytes, until }: ReceiveBounds,
    over: () => void,
  ): Promise<Received<Ret>> {
    if (until.aborted) throw new UnansweredError('no', `${procedure.name}: given up before it was asked for`);
    const incoming = new IncomingStream(mostBytes);
    const { promise, resolve, reject } = Promise.withResolvers<Received<Ret>>();
    let done: (() => void) | null = null;
    const answer = (payload: Buffer) => {
      const ret = decode(procedure.ret, payload);
      done = () => resolve({ ret, bytes: incoming.bytes() });
    };
    const serial = this.#ask(procedure, args, {
      answer,
      fail: reject,
      unbound: () => until.removeEventListener('abort', giveUp),
      behind: { incoming, done: () => done?.(), over },
    });
    const giveUp = () => this.#giveUp(serial, 'given up before it was all here');
    until.addEventListener('abort', giveUp);
    return promise;
  }

  /** Sends a call; gives its serial. */
  #ask<Args>(procedure: Named & { readonly args: Codec<Args> }, args: Args, hopes: Hopes): number {
    const serial = this.#nextSerial();
    const bytes = packetOf(procedure, PACKET.VIR_NET_CALL, serial, PACKET.VIR_NET_OK, encode(procedure.args, args));
    if (this.#over !== null) throw unanswered('no', procedure.name, this.#over);
    const packet = this.#outbox.put(bytes);
    this.#waiting.set(serial, { ...hopes, procedure, packet, answered: false, streamed: false });
    return serial;
  }

  #nextSerial(): number {
    do this.#serial = this.#serial >= 0xffff_ffff ? 1 : this.#serial + 1;
    while (this.#waiting.has(this.#serial) || this.#unwanted.has(this.#serial));
    return this.#serial;
  }

  /** Ends a call without its answer. */
  #giveUp(serial: number, why: string): void {
    const call = this.#waiting.get(serial);
    if (call === undefined) return;
    const left = asked(call);
    call.packet.bytes = null;
    this.#end(serial, call);
    call.fail(new UnansweredError(left, `${call.procedure.name}: ${why}`));
    if (call.behind === null) return;
    if (left === 'no' || call.streamed) call.behind.over();
    else this.#refuse(serial, call, call.behind);
  }

  /** Nobody wants what comes behind a call that was sent. */
  #refuse(serial: number, { procedure, answered }: Waiting, { incoming, over }: Behind): void {
    this.#unwanted.set(serial, over);
    // Before its answer libvirtd knows of no stream that could be stopped, and one that has ended stops by itself.
    if (answered && !incoming.ended) this.#say(serial, procedure, PACKET.VIR_NET_ERROR);
  }

  #end(serial: number, call: Waiting): void {
    call.unbound();
    this.#waiting.delete(serial);
  }

  /** Our own packet of a stream: `VIR_NET_OK`, all is here; `VIR_NET_ERROR`, no more is wanted. */
  #say(serial: number, procedure: Named, status: number): void {
    this.#outbox.put(packetOf(procedure, PACKET.VIR_NET_STREAM, serial, status, Buffer.alloc(0)));
  }

  #hear(piece: Buffer): void {
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
    if (versions.get(packet.program) !== packet.version) {
      throw new ProtocolError(`program 0x${packet.program.toString(16)} version ${packet.version}`);
    }
    switch (packet.type) {
      case PACKET.VIR_NET_REPLY:
        return this.#reply(packet);
      case PACKET.VIR_NET_MESSAGE:
        return this.#onMessage(packet.program, packet.procedure, packet.payload);
      case PACKET.VIR_NET_STREAM:
      case PACKET.VIR_NET_STREAM_HOLE:
        return this.#stream(packet);
      default:
        throw new ProtocolError(`a packet of type ${packet.type}`);
    }
  }

  #reply(packet: Packet): void {
    const { serial, status, payload } = packet;
    const call = this.#waiting.get(serial);
    if (call === undefined) return this.#lateReply(packet);
    if (status === PACKET.VIR_NET_ERROR) {
      call.fail(libvirtError(payload));
      call.behind?.over();
    } else {
      // One that cannot be read throws here, which ends the connection and this call with it.
      call.answer(payload);
      call.answered = true;
      if (call.behind !== null) return this.#whole(serial, call, call.behind);
    }
    this.#end(serial, call);
  }

  /** The answer to a call that was given up. */
  #lateReply({ program, procedure: number, serial, status }: Packet): void {
    if (!this.#unwanted.has(serial)) return;
    if (status === PACKET.VIR_NET_ERROR) this.#through(serial);
    else this.#say(serial, { program, name: '', number }, PACKET.VIR_NET_ERROR);
  }

  #stream(packet: Packet): void {
    const { serial, status } = packet;
    const call = this.#waiting.get(serial);
    if (call === undefined || call.behind === null) {
      // libvirt's own client drops packets of streams it does not know as well.
      if (status !== PACKET.VIR_NET_CONTINUE) this.#through(serial);
      return;
    }
    const { behind } = call;
    const step = behind.incoming.take(packet);
    switch (step.next) {
      case 'wait':
        return;
      case 'finish':
        return this.#say(serial, call.procedure, PACKET.VIR_NET_OK);
      case 'done':
        call.streamed = true;
        return this.#whole(serial, call, behind);
      case 'fail':
        this.#end(serial, call);
        call.fail(step.error);
        return step.goesOn ? this.#refuse(serial, call, behind) : behind.over();
    }
  }

  /** Ends a call once both are here, its answer and all that comes behind. */
  #whole(serial: number, call: Waiting, behind: Behind): void {
    if (!call.answered || !call.streamed) return;
    this.#end(serial, call);
    behind.done();
    behind.over();
  }

  /** libvirtd has said its last word of a stream that nobody wanted. */
  #through(serial: number): void {
    this.#unwanted.get(serial)?.();
    this.#unwanted.delete(serial);
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

  #sendKeepalive(number: number): void {
    const named = { program: PROGRAM.KEEPALIVE_PROGRAM, name: '', number };
    // While the socket is full the other side hears from us anyway, as soon as it reads.
    this.#outbox.putIfRoom(packetOf(named, PACKET.VIR_NET_MESSAGE, 0, PACKET.VIR_NET_OK, Buffer.alloc(0)));
  }
}

function packetOf({ program, number }: Named, type: number, serial: number, status: number, payload: Buffer): Buffer {
  const version = versions.get(program) ?? PROGRAM.KEEPALIVE_PROTOCOL_VERSION;
  return encodePacket({ program, version, procedure: number, type, serial, status, payload });
}

function asked({ packet }: Waiting): 'no' | 'maybe' {
  return packet.bytes === null ? 'maybe' : 'no';
}

function unanswered(left: 'no' | 'maybe', name: string, reason: Error): UnansweredError {
  return new UnansweredError(left, `${name}: ${reason.message}`, reason);
}
