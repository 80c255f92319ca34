// The API's side of the lane over HTTP: a listener that takes the bytes of one PUT into one room. It says "go on" only to who has
// a room's token, so that nobody else's bytes are ever read; what its reader does not take stays with the sender.

import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { Server as TlsServer } from 'node:https';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Transform } from 'node:stream';
import type { ArtefactLane, LaneTimes } from '../../ports/artefact-lane.ts';
import { LaneFault } from '../../ports/artefact-lane.ts';
import type { Clock } from '../../ports/clock.ts';
import { watchMovement } from '../../ports/movement.ts';
import { LaneRooms } from './lane-rooms.ts';
import { roomOfPath, TOKEN_HEADER } from './ticket.ts';

/** A certificate and its key, PEM. */
export interface LaneTls {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** What a door needs. */
export interface DoorDeps {
  readonly clock: Clock;
  readonly times: LaneTimes;
  readonly listen: { readonly host: string; readonly port: number };
  /** How agents reach this very process; null where they reach what it listens on. */
  readonly url: string | null;
  /** Null for plain HTTP. */
  readonly tls: LaneTls | null;
}

/** A door that is open. */
export interface LaneDoor extends Pick<ArtefactLane, 'makeRoom' | 'close'> {
  /** Serves new connections with another certificate. */
  setTls(tls: LaneTls): void;
}

const BUFFER = 128 * 1024;
/** How often a sender is told, within the time that nothing may move, that its bytes are being read. */
const TOLD = 4;
/** What a stranger may cost: a request is one line and a handful of headers, and they come at once. */
const BOUNDS = {
  maxHeaderSize: 4_096,
  headersTimeout: 10_000,
  // A dump takes as long as it takes; that it moves is looked after by the lane itself.
  requestTimeout: 0,
  keepAliveTimeout: 1_000,
  connectionsCheckingInterval: 2_000,
};
const CONNECTIONS = 512;

/** Opens it. Throws what listening throws. */
export async function openLaneDoor(deps: DoorDeps): Promise<LaneDoor> {
  const { clock, times, listen, tls } = deps;
  const rooms = new LaneRooms(clock, times.arrive);
  const open = new Set<(fault: LaneFault) => void>();
  const server: Server | TlsServer =
    tls === null
      ? createServer(BOUNDS)
      : createTlsServer({ ...BOUNDS, ...tls, minVersion: 'TLSv1.2', handshakeTimeout: BOUNDS.headersTimeout });
  server.maxConnections = CONNECTIONS;
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    const take = taker(rooms, request);
    if (take === null) refuse(response);
    else take(receive(deps, request, response, open));
  });
  server.on('request', (_request, response) => refuse(response));
  server.listen(listen);
  await once(server, 'listening');
  const base = deps.url ?? `${tls === null ? 'http' : 'https'}://${addressOf(server.address() as AddressInfo)}`;

  return {
    makeRoom: () => rooms.make(base),
    setTls: (next) => {
      if ('setSecureContext' in server) server.setSecureContext({ ...next, minVersion: 'TLSv1.2' });
    },
    close: () => {
      const fault = new LaneFault('closed', 'the lane was closed');
      rooms.refuseAll(fault);
      for (const end of open) end(fault);
      server.close();
      server.closeAllConnections();
    },
  };
}

function taker(rooms: LaneRooms, request: IncomingMessage) {
  const name = roomOfPath(request.url ?? '');
  const token = request.headers[TOKEN_HEADER];
  if (request.method !== 'PUT' || name === null || typeof token !== 'string') return null;
  return rooms.open(name, token);
}

/** The same for everything: which rooms there are is nobody's business. */
function refuse(response: ServerResponse): void {
  response.writeHead(404, { connection: 'close', 'content-length': 0 }).end();
}

/** Moves a request's bytes into a stream to read from, and ends both together, whatever happens to either. */
function receive(
  { clock, times }: Pick<DoorDeps, 'clock' | 'times'>,
  request: IncomingMessage,
  response: ServerResponse,
  open: Set<(fault: LaneFault) => void>,
): Transform {
  let over = false;
  const end = (fault: LaneFault | null) => {
    if (over) return;
    over = true;
    open.delete(end);
    movement.stop();
    stopTelling();
    if (fault === null) {
      response.writeHead(204, { connection: 'close' }).end();
      return;
    }
    stream.destroy(fault);
    request.destroy();
  };
  const movement = watchMovement(clock, times.stall, end);
  const stream = new Transform({
    highWaterMark: BUFFER,
    // Called when the piece before it was taken.
    transform: (chunk: Buffer, _encoding, done) => {
      movement.moved();
      done(null, chunk);
    },
  });
  const stopTelling = tellMovement(
    clock,
    times.stall / TOLD,
    () => movement.last(),
    () => response.writeProcessing(),
  );
  open.add(end);
  // Destroyed by its reader, or by us: without a listener its error would end the process.
  stream.on('error', () => {});
  stream.once('end', () => end(null));
  stream.once('close', () => end(new LaneFault('gone', 'who read the bytes went away')));
  response.on('error', () => {});
  request.on('error', () => end(new LaneFault('broken', 'the host stopped in the middle')));
  request.once('close', () => {
    if (!request.complete) end(new LaneFault('broken', 'the host stopped in the middle'));
  });
  // A reader that is slow leaves the last bytes lying here: whose connection ended then is not waited for.
  response.once('close', () => {
    if (!stream.readableEnded && !request.complete) end(new LaneFault('broken', 'the host stopped in the middle'));
  });
  response.writeContinue();
  request.pipe(stream);
  return stream;
}

/**
 * Much lies between a sender and a slow reader, in two kernels: the sender, which sees nothing move for long, is told that it
 * does.
 */
function tellMovement(clock: Clock, everyMs: number, last: () => number, tell: () => void): () => void {
  let told = last();
  let cancel = () => {};
  const next = () => {
    cancel = clock.after(everyMs, () => {
      const moved = last();
      if (moved > told) tell();
      told = moved;
      next();
    });
  };
  next();
  return () => cancel();
}

function addressOf({ address, family, port }: AddressInfo): string {
  return `${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
