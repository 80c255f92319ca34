// Keeps a connection to libvirtd for as long as it runs: opens it, signs on, registers for events, and does so again when it
// goes, with a bounded and growing pause between tries.
// Invariant: `up` and `down` are told in turns, each once per change; a call made while down is refused, never kept.

import { setTimeout as pause } from 'node:timers/promises';
import { isObject, type JsonValue } from '../../lib/json.ts';
import { Connection, openSocket } from './connection.ts';
import { AUTH, ERROR, FLAG, PROGRAM } from './constants.ts';
import { ProtocolError, UnansweredError } from './errors.ts';
import { saidNo } from './faults.ts';
import type { ReceiveBounds, Receiving } from './incoming-stream.ts';
import {
  type DomainRef,
  lifecycleEvent,
  monitorEvent,
  PROCEDURES,
  type Procedure,
  QEMU_PROCEDURES,
  type ReadStream,
  rebootEvent,
} from './procedures.ts';
import { decode } from './xdr.ts';

/** Where libvirtd is, and how long to pause between tries: from `firstMs`, doubled up to `mostMs`. */
export interface LinkOptions {
  readonly socketPath: string;
  readonly uri: string;
  readonly reconnect: { readonly firstMs: number; readonly mostMs: number };
}

/** What a link tells. None of these may throw. */
export interface LinkListener {
  up(): void;
  down(reason: string): void;
  lifecycle(dom: DomainRef, event: number, detail: number): void;
  reboot(dom: DomainRef): void;
  /** A guest opened or closed the virtio-serial port that libvirt calls `alias`. */
  port(dom: DomainRef, alias: string, open: boolean): void;
}

const socketMs = 5_000;
/** The first to connect waits for libvirtd to look at every QEMU binary, which takes 10 s on a busy machine. */
const openMs = 60_000;
/** How long to wait for guests that libvirtd takes up again; one whose QEMU hangs must not keep all others from us. */
const knownMs = 5_000;

/** A connection to libvirtd that comes back. */
export class Link {
  readonly #options: LinkOptions;
  readonly #listener: LinkListener;
  readonly #stop = new AbortController();
  #connection: Connection | null = null;
  #usable = false;
  #told: 'nothing' | 'up' | 'down' = 'nothing';
  #running: Promise<void> = Promise.resolve();

  constructor(options: LinkOptions, listener: LinkListener) {
    this.#options = options;
    this.#listener = listener;
  }

  /** Starts connecting; returns at once. */
  start(): void {
    this.#running = this.#run();
  }

  /** Ends the connection for good; nothing is told after this resolves. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#connection?.close(new Error('the driver was stopped'));
    await this.#running;
  }

  /** As `Connection.call`; while there is no connection, rejects with UnansweredError, `asked: 'no'`. */
  async call<Args, Ret>(procedure: Procedure<Args, Ret>, args: Args, timeoutMs: number): Promise<Ret> {
    if (this.#connection === null || !this.#usable) throw notConnected(procedure.name);
    return this.#connection.call(procedure, args, timeoutMs);
  }

  /** As `Connection.receive`; while there is no connection, `whole` rejects as `call` does. */
  receive<Args, Ret>(procedure: ReadStream<Args, Ret>, args: Args, bounds: ReceiveBounds): Receiving<Ret> {
    if (this.#connection !== null && this.#usable) return this.#connection.receive(procedure, args, bounds);
    return { whole: Promise.reject(notConnected(procedure.name)), over: Promise.resolve() };
  }

  async #run(): Promise<void> {
    const { firstMs, mostMs } = this.#options.reconnect;
    let delay = firstMs;
    while (!this.#stop.signal.aborted) {
      const reason = await this.#session(() => {
        delay = firstMs;
      });
      if (this.#stop.signal.aborted) return;
      this.#tellDown(reason);
      await pause(delay, undefined, { signal: this.#stop.signal }).catch(() => undefined);
      delay = Math.min(delay * 2, mostMs);
    }
  }

  /** One connection from its opening to its end; gives why it ended. */
  async #session(opened: () => void): Promise<Error> {
    try {
      const socket = await openSocket(this.#options.socketPath, socketMs);
      const connection = new Connection(socket, (...message) => this.#message(...message));
      this.#connection = connection;
      try {
        // Stopped while the socket was opening: nobody else will close it.
        if (this.#stop.signal.aborted) return new Error('the driver was stopped');
        await signOn(connection, this.#options.uri);
        await guestsKnown(connection);
        this.#usable = true;
        opened();
        this.#tellUp();
        return await connection.closed;
      } finally {
        connection.close(new Error('signing on failed'));
      }
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    } finally {
      this.#usable = false;
      this.#connection = null;
    }
  }

  #tellUp(): void {
    this.#told = 'up';
    this.#listener.up();
  }

  #tellDown(reason: Error): void {
    if (this.#told === 'down') return;
    this.#told = 'down';
    this.#listener.down(reason.message);
  }

  #message(program: number, number: number, payload: Buffer): void {
    if (program === PROGRAM.QEMU_PROGRAM) return this.#monitor(number, payload);
    switch (number) {
      case lifecycleEvent.number: {
        const { msg } = decode(lifecycleEvent.message, payload);
        return this.#listener.lifecycle(msg.dom, msg.event, msg.detail);
      }
      case rebootEvent.number:
        return this.#listener.reboot(decode(rebootEvent.message, payload).msg.dom);
      default:
        throw new ProtocolError(`event ${number}, which was not asked for`);
    }
  }

  #monitor(number: number, payload: Buffer): void {
    if (number !== monitorEvent.number) {
      throw new ProtocolError(`event ${number} of the QEMU program, which was not asked for`);
    }
    const { dom, event, details } = decode(monitorEvent.message, payload);
    if (event !== portEvent) return;
    const data: JsonValue = JSON.parse(details ?? 'null');
    if (!isObject(data)) return;
    const { id, open } = data;
    if (typeof id === 'string' && typeof open === 'boolean') this.#listener.port(dom, id, open);
  }
}

/** What QEMU says when a guest opens or closes a port. Its other events come as libvirt's own, which are heard already. */
const portEvent = 'VSERPORT_CHANGE';

function notConnected(name: string): UnansweredError {
  return new UnansweredError('no', `${name}: there is no connection to libvirtd`);
}

async function signOn(connection: Connection, uri: string): Promise<void> {
  const { types } = await connection.call(PROCEDURES.authList, undefined, openMs);
  if (types.length > 0 && !types.includes(AUTH.REMOTE_AUTH_NONE)) {
    throw new Error(`libvirtd wants a sign-in that is not known here (types ${types.join(', ')})`);
  }
  // With this libvirtd watches us as we watch it, and lets go of a client that hangs.
  await connection.call(PROCEDURES.connectSupportsFeature, { feature: FLAG.VIR_DRV_FEATURE_PROGRAM_KEEPALIVE }, openMs);
  await connection.call(PROCEDURES.connectOpen, { name: uri, flags: 0 }, openMs);
  for (const eventID of [FLAG.VIR_DOMAIN_EVENT_ID_LIFECYCLE, FLAG.VIR_DOMAIN_EVENT_ID_REBOOT]) {
    await connection.call(PROCEDURES.eventCallbackRegisterAny, { eventID, dom: null }, openMs);
  }
  // A libvirt whose hypervisor is not QEMU has no such events, and is of use without.
  await connection
    .call(QEMU_PROCEDURES.monitorEventRegister, { dom: null, event: portEvent, flags: 0 }, openMs)
    .catch((error: unknown) => {
      if (!saidNo(error, ERROR.VIR_ERR_NO_SUPPORT)) throw error;
    });
}

/**
 * Resolves when libvirtd knows how its guests are. One that was just started has their states from its files at first, and
 * asks each QEMU only then, without telling what it finds. Memory statistics have to wait for their turn behind that.
 */
async function guestsKnown(connection: Connection): Promise<void> {
  const flags = FLAG.VIR_CONNECT_LIST_DOMAINS_ACTIVE;
  const { domains } = await connection.call(PROCEDURES.connectListAllDomains, { needResults: 1, flags }, openMs);
  const ask = (dom: DomainRef) =>
    connection.call(PROCEDURES.domainMemoryStats, { dom, maxStats: 1, flags: 0 }, knownMs);
  await Promise.allSettled(domains.map(ask));
}
