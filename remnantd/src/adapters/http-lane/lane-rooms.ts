// The rooms of a lane's door: each is found by its name, opened by its token, once, and forgotten when nobody comes in time.
// A wrong token opens nothing and takes nothing away.

import { createHash, timingSafeEqual } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { LaneRoom } from '../../ports/artefact-lane.ts';
import { LaneFault } from '../../ports/artefact-lane.ts';
import type { Clock } from '../../ports/clock.ts';
import { ticketOf } from './ticket.ts';

const NAME_BYTES = 16;
const TOKEN_BYTES = 32;

interface Room {
  /** SHA-256 of the token: two of these are as long as each other, whatever somebody sends. */
  readonly hash: Buffer;
  readonly take: (stream: Readable) => void;
  readonly refuse: (fault: LaneFault) => void;
}

/** Rooms that wait for somebody. */
export class LaneRooms {
  readonly #clock: Clock;
  readonly #arriveMs: number;
  readonly #rooms = new Map<string, Room>();

  constructor(clock: Clock, arriveMs: number) {
    this.#clock = clock;
    this.#arriveMs = arriveMs;
  }

  /** Makes one in the process that is reached at `base`. */
  make(base: string): LaneRoom {
    const name = this.#clock.secret(NAME_BYTES);
    const token = this.#clock.secret(TOKEN_BYTES);
    const { promise, resolve, reject } = Promise.withResolvers<Readable>();
    // Who cancels need not wait for it.
    promise.catch(() => {});
    const leave = () => {
      this.#rooms.delete(name);
      cancelTimer();
    };
    const refuse = (fault: LaneFault) => {
      leave();
      reject(fault);
    };
    const take = (stream: Readable) => {
      leave();
      resolve(stream);
    };
    const cancelTimer = this.#clock.after(this.#arriveMs, () =>
      refuse(new LaneFault('late', 'nobody came with the bytes in time')),
    );
    this.#rooms.set(name, { hash: hashOf(token), take, refuse });
    return {
      ticket: ticketOf(base, name, token),
      arrived: promise,
      cancel: () => refuse(new LaneFault('closed', 'nobody waits for it any more')),
    };
  }

  /** What gives a stream to the room, for who has its token; null for anybody else. */
  open(name: string, token: string): ((stream: Readable) => void) | null {
    const room = this.#rooms.get(name);
    return room !== undefined && timingSafeEqual(room.hash, hashOf(token)) ? room.take : null;
  }

  /** Takes all rooms away. */
  refuseAll(fault: LaneFault): void {
    for (const room of this.#rooms.values()) room.refuse(fault);
  }
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
