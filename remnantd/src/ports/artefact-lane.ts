// The lane for big bytes, which never ride the bus: an API process makes room for one stream and gives its ticket to a host;
// the host's agent sends the bytes under it. Nothing but bytes crosses. `artefact-lane.contract.ts` is passed by every adapter.
// Invariant: a ticket is good once, for a short time, and cannot be guessed; when one side goes, so does the other.

import type { Readable } from 'node:stream';

/** Room for one stream. */
export interface LaneRoom {
  /** What the host is told: everything it needs to find this room. A secret. */
  readonly ticket: string;
  /**
   * The bytes, from when somebody sends under the ticket. Rejects with LaneFault `late` when nobody does in time, or
   * `closed`. The stream breaks with LaneFault `broken` when the sender goes before its end, and `stalled` when nothing
   * moved for long; who destroys it ends the sender. What is not read is not sent.
   */
  readonly arrived: Promise<Readable>;
  /** Takes the room away, if nobody has come to it yet. */
  cancel(): void;
}

/** The lane, as both sides see it. */
export interface ArtefactLane {
  /** Makes room for one stream: for an API process. */
  makeRoom(): LaneRoom;
  /**
   * Sends all of `bytes`: for an agent. Resolves when the last byte was taken. Rejects with LaneFault `no-room` (no such
   * ticket, used, too old), `gone` (who read it went away) or `stalled`, or with what broke `bytes`; `bytes` is destroyed
   * then.
   */
  send(ticket: string, bytes: Readable): Promise<void>;
  /** Ends every stream, and takes every room away. */
  close(): void;
}

/** How long is waited on a lane, ms. */
export interface LaneTimes {
  /** For somebody to come with the ticket. */
  readonly arrive: number;
  /** For the next bytes to move, whichever side it hangs on. */
  readonly stall: number;
}

/** Times that suit real hosts and clients. */
export const LANE_TIMES: LaneTimes = { arrive: 10_000, stall: 60_000 };

/** How a lane fails. */
export class LaneFault extends Error {
  override readonly name = 'LaneFault';
  readonly code: 'late' | 'closed' | 'broken' | 'stalled' | 'no-room' | 'gone';

  /** `message` is for people, and names no ticket. */
  constructor(code: LaneFault['code'], message: string) {
    super(message);
    this.code = code;
  }
}
