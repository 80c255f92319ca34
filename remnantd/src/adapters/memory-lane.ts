// The lane of one process: an agent's bytes go straight to the API beside it. A bounded buffer stands between, so that who
// reads slowly is waited for, and nobody holds more of a dump than a few pieces.

import { type Readable, Transform } from 'node:stream';
import type { ArtefactLane, LaneTimes } from '../ports/artefact-lane.ts';
import { LANE_TIMES, LaneFault } from '../ports/artefact-lane.ts';
import type { Clock } from '../ports/clock.ts';
import { watchMovement } from '../ports/movement.ts';

const BUFFER = 128 * 1024;
const TICKET_BYTES = 32;

interface Room {
  readonly take: (stream: Readable) => void;
  readonly refuse: (fault: LaneFault) => void;
}

/** Makes a lane. */
export function memoryLane(clock: Clock, times: LaneTimes = LANE_TIMES): ArtefactLane {
  const rooms = new Map<string, Room>();
  const open = new Set<(fault: LaneFault) => void>();

  const makeRoom: ArtefactLane['makeRoom'] = () => {
    const ticket = clock.secret(TICKET_BYTES);
    const { promise, resolve, reject } = Promise.withResolvers<Readable>();
    // Who cancels need not wait for it.
    promise.catch(() => {});
    const refuse = (fault: LaneFault) => {
      rooms.delete(ticket);
      cancelTimer();
      reject(fault);
    };
    const cancelTimer = clock.after(times.arrive, () =>
      refuse(new LaneFault('late', 'nobody came with the bytes in time')),
    );
    const take = (stream: Readable) => {
      rooms.delete(ticket);
      cancelTimer();
      resolve(stream);
    };
    rooms.set(ticket, { take, refuse });
    return { ticket, arrived: promise, cancel: () => refuse(new LaneFault('closed', 'nobody waits for it any more')) };
  };

  const send: ArtefactLane['send'] = (ticket, bytes) => {
    const room = rooms.get(ticket);
    if (room === undefined) {
      bytes.destroy();
      return Promise.reject(new LaneFault('no-room', 'nobody waits for these bytes'));
    }
    const { between, sent } = carry(clock, times.stall, bytes, open);
    room.take(between);
    return sent;
  };

  return {
    makeRoom,
    send,
    close: () => {
      const fault = new LaneFault('closed', 'the lane was closed');
      for (const room of rooms.values()) room.refuse(fault);
      for (const end of open) end(fault);
    },
  };
}

/** Moves `bytes` through a stream to read from, and ends both together, whatever happens to either. */
function carry(
  clock: Clock,
  stallMs: number,
  bytes: Readable,
  open: Set<(fault: LaneFault) => void>,
): { readonly between: Readable; readonly sent: Promise<void> } {
  let over = false;
  const { promise: sent, resolve, reject } = Promise.withResolvers<void>();
  const between = new Transform({
    highWaterMark: BUFFER,
    // Called when the piece before it was taken.
    transform: (chunk: Buffer, _encoding, done) => {
      movement.moved();
      done(null, chunk);
    },
  });
  const end = (problem: Error | null, toReader: Error | null = problem) => {
    if (over) return;
    over = true;
    open.delete(close);
    movement.stop();
    bytes.destroy();
    if (problem === null) {
      resolve();
      return;
    }
    between.destroy(toReader ?? problem);
    reject(problem);
  };
  const close = (fault: LaneFault) => end(fault);
  const movement = watchMovement(clock, stallMs, end);
  const broke = (error: Error) => end(error, new LaneFault('broken', 'the host stopped in the middle'));
  open.add(close);
  bytes.once('error', broke);
  bytes.once('close', () => {
    if (!bytes.readableEnded) broke(new LaneFault('broken', 'the bytes broke off'));
  });
  // Destroyed by its reader, or by us: without a listener its error would end the process.
  between.on('error', () => {});
  between.once('end', () => end(null));
  between.once('close', () => end(new LaneFault('gone', 'who read the bytes went away')));
  bytes.pipe(between);
  return { between, sent };
}
