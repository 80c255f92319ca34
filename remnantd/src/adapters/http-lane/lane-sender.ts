// The agent's side of the lane over HTTP: one PUT for one stream. Not a byte leaves before the door has said "go on", and no more
// than its reader takes. It goes only where a ticket says, by http or https, and with an authority given, by https alone.

import type { ClientRequest, IncomingMessage } from 'node:http';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Readable } from 'node:stream';
import type { ArtefactLane, LaneTimes } from '../../ports/artefact-lane.ts';
import { LaneFault } from '../../ports/artefact-lane.ts';
import type { Clock } from '../../ports/clock.ts';
import { watchMovement } from '../../ports/movement.ts';
import type { Place } from './ticket.ts';
import { placeOf, TOKEN_HEADER } from './ticket.ts';

/** What sending needs. */
export interface SenderDeps {
  readonly clock: Clock;
  readonly times: LaneTimes;
  /** The authorities to trust, PEM: asked at each stream. Null are the usual ones, and lets plain HTTP be. */
  readonly ca: () => Buffer | null;
}

/** Sends, and can stop. */
export type LaneSender = Pick<ArtefactLane, 'send' | 'close'>;

const MAX_HEADER = 4_096;

/** Makes it. */
export function laneSender(deps: SenderDeps): LaneSender {
  const open = new Set<(fault: LaneFault) => void>();
  const under = new Set<string>();
  const refuse = (bytes: Readable, reason: string) => {
    bytes.destroy();
    return Promise.reject(new LaneFault('no-room', reason));
  };
  return {
    send: (ticket, bytes) => {
      const place = placeOf(ticket);
      const ca = deps.ca();
      if (place === null) return refuse(bytes, 'this is no ticket of a lane over HTTP');
      if (ca !== null && place.url.protocol !== 'https:') {
        return refuse(bytes, `${place.url.host} wants the bytes over plain HTTP: with lane.ca they go over TLS alone`);
      }
      if (under.has(ticket)) return refuse(bytes, 'these bytes are being sent already');
      under.add(ticket);
      return carry(deps, place, ca, bytes, open).finally(() => under.delete(ticket));
    },
    close: () => {
      const fault = new LaneFault('closed', 'the lane was closed');
      for (const end of open) end(fault);
    },
  };
}

/** Sends all of `bytes`, and ends both together, whatever happens to either. */
function carry(
  { clock, times }: SenderDeps,
  place: Place,
  ca: Buffer | null,
  bytes: Readable,
  open: Set<(fault: LaneFault) => void>,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const request = put(place, ca);
  let over = false;
  let goesOn = false;
  const end = (problem: Error | null) => {
    if (over) return;
    over = true;
    open.delete(end);
    movement.stop();
    bytes.destroy();
    if (problem === null) {
      resolve();
      return;
    }
    request.destroy();
    reject(problem);
  };
  const movement = watchMovement(clock, times.stall, end);
  open.add(end);
  bytes.once('error', end);
  bytes.once('close', () => {
    if (!bytes.readableEnded) end(new LaneFault('broken', 'the bytes broke off'));
  });
  bytes.pause();
  request.once('continue', () => {
    goesOn = true;
    bytes.on('data', () => movement.moved());
    bytes.pipe(request);
  });
  // What left here may lie in two kernels for long: the door tells that it is being read.
  request.on('information', () => movement.moved());
  request.once('response', (response: IncomingMessage) => {
    response.resume();
    const fault = faultOf(response.statusCode ?? 0);
    // Nobody can have read what was not sent.
    end(fault === null && !bytes.readableEnded ? gone() : fault);
  });
  request.on('error', (error) => end(goesOn ? gone() : unreachable(place, error)));
  request.once('close', () => end(gone()));
  return promise;
}

function put({ url, token }: Place, ca: Buffer | null): ClientRequest {
  const options = {
    method: 'PUT',
    // A connection of its own: when it ends, so does the stream.
    agent: false as const,
    maxHeaderSize: MAX_HEADER,
    headers: {
      expect: '100-continue',
      'content-type': 'application/octet-stream',
      'transfer-encoding': 'chunked',
      [TOKEN_HEADER]: token,
    },
  };
  const request =
    url.protocol === 'https:'
      ? httpsRequest(url, { ...options, minVersion: 'TLSv1.2', ...(ca === null ? {} : { ca }) })
      : httpRequest(url, options);
  request.flushHeaders();
  return request;
}

function faultOf(status: number): LaneFault | null {
  if (status === 204) return null;
  return status === 404 ? new LaneFault('no-room', 'nobody waits for these bytes') : gone();
}

function gone(): LaneFault {
  return new LaneFault('gone', 'who read the bytes went away');
}

/** A trouble of the network or of certificates: the operator's, so it names where, and never the token. */
function unreachable({ url }: Place, error: Error): Error {
  const code = (error as NodeJS.ErrnoException).code ?? error.message;
  return new Error(`${url.protocol}//${url.host} cannot be reached for an artefact: ${code}`, { cause: error });
}
