// What every lane must do, as one suite: run by each adapter's own test.

import { once } from 'node:events';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { waitFor } from '../../test/harness/wait-for.ts';
import type { ArtefactLane, LaneTimes } from './artefact-lane.ts';

/** A lane under test. */
export interface OpenLane {
  readonly lane: ArtefactLane;
  /** Lets `ms` pass on the lane's clock. */
  readonly pass: (ms: number) => void;
  readonly times: LaneTimes;
  /** At most so much is on its way before anybody reads, in this process or below it, bytes. */
  readonly ahead: number;
}

const PIECE = 65_536;

/** Pieces without end, and how many of them were asked for. */
function endless() {
  const given = { pieces: 0 };
  const bytes = new Readable({
    highWaterMark: PIECE,
    read() {
      given.pieces += 1;
      this.push(Buffer.alloc(PIECE, given.pieces));
    },
  });
  return { bytes, given };
}

/** A stream that gives a first piece and then nothing, until the test says so. */
function halting(): Readable {
  const bytes = new Readable({ read: () => {} });
  bytes.push(Buffer.from('first'));
  return bytes;
}

/** What comes of a promise that may not be waited for yet. */
const outcome = (promise: Promise<unknown>) =>
  promise.then(
    () => 'done',
    (error: { code?: string; message: string }) => error.code ?? error.message,
  );

/** Runs the contract against the lane that `open` makes. */
export function artefactLaneContract(name: string, open: () => Promise<OpenLane>): void {
  describe(`${name} keeps the lane's contract`, () => {
    let opened: OpenLane;
    let lane: ArtefactLane;
    beforeEach(async () => {
      opened = await open();
      lane = opened.lane;
    });
    afterEach(() => lane.close());

    it('carries any bytes, in any pieces, as they are', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.uint8Array({ minLength: 1, maxLength: 200_000 }), { maxLength: 6 }),
          async (all) => {
            const room = lane.makeRoom();
            const sent = lane.send(room.ticket, Readable.from(all.map((piece) => Buffer.from(piece))));
            expect((await buffer(await room.arrived)).equals(Buffer.concat(all))).toBe(true);
            await sent;
          },
        ),
        { numRuns: 15 },
      );
    });

    it('has tickets that nobody can guess', () => {
      const tickets = Array.from({ length: 50 }, () => lane.makeRoom().ticket);
      expect(new Set(tickets).size).toBe(50);
      for (const ticket of tickets) expect(ticket.length).toBeGreaterThanOrEqual(43);
    });

    it('takes a ticket once', async () => {
      const room = lane.makeRoom();
      const first = lane.send(room.ticket, Readable.from([Buffer.from('one')]));
      const again = Readable.from([Buffer.from('two')]);
      expect(await outcome(lane.send(room.ticket, again))).toBe('no-room');
      expect(again.destroyed).toBe(true);
      expect((await buffer(await room.arrived)).toString()).toBe('one');
      await first;
      expect(await outcome(lane.send(room.ticket, Readable.from([Buffer.from('three')])))).toBe('no-room');
    });

    it('knows no ticket that it did not give', async () => {
      lane.makeRoom();
      expect(await outcome(lane.send('a'.repeat(43), Readable.from([Buffer.from('x')])))).toBe('no-room');
    });

    it('forgets a ticket that nobody came with in time', async () => {
      const room = lane.makeRoom();
      const arrived = outcome(room.arrived);
      opened.pass(opened.times.arrive);
      expect(await arrived).toBe('late');
      expect(await outcome(lane.send(room.ticket, Readable.from([Buffer.from('x')])))).toBe('no-room');
    });

    it('forgets a ticket that was cancelled', async () => {
      const room = lane.makeRoom();
      room.cancel();
      expect(await outcome(room.arrived)).toBe('closed');
      expect(await outcome(lane.send(room.ticket, Readable.from([Buffer.from('x')])))).toBe('no-room');
    });

    it('sends no more than is read', async () => {
      const room = lane.makeRoom();
      const { bytes, given } = endless();
      const sent = outcome(lane.send(room.ticket, bytes));
      const stream = await room.arrived;
      let before = -1;
      const still = () => {
        const same = given.pieces === before && given.pieces > 0;
        before = given.pieces;
        return same;
      };
      await waitFor('the sender to stand still', still, 20_000, 200);
      const waiting = given.pieces * PIECE;
      expect(waiting).toBeLessThan(opened.ahead);
      const iterator = stream[Symbol.asyncIterator]();
      for (let read = 0; read < 4 * 2 ** 20; ) read += ((await iterator.next()).value as Buffer).length;
      expect(given.pieces * PIECE).toBeLessThan(5 * 2 ** 20 + opened.ahead);
      stream.destroy();
      await sent;
    });

    it('ends the sender when the reader goes', async () => {
      const room = lane.makeRoom();
      const { bytes } = endless();
      const sent = outcome(lane.send(room.ticket, bytes));
      const stream = await room.arrived;
      await once(stream, 'readable');
      stream.destroy();
      expect(await sent).toBe('gone');
      expect(bytes.destroyed).toBe(true);
    });

    it('breaks the stream when the sender goes in the middle, and when its bytes fail', async () => {
      for (const end of [(bytes: Readable) => bytes.destroy(), (bytes: Readable) => bytes.destroy(new Error('disk'))]) {
        const room = lane.makeRoom();
        const bytes = halting();
        const sent = outcome(lane.send(room.ticket, bytes));
        const stream = await room.arrived;
        await once(stream, 'readable');
        const read = outcome(buffer(stream));
        end(bytes);
        expect(await read).toBe('broken');
        expect(await sent).toMatch(/broken|disk/);
      }
    });

    it('ends both when nothing moves for long, whoever it hangs on', async () => {
      const idle = lane.makeRoom();
      const bytes = halting();
      const sent = outcome(lane.send(idle.ticket, bytes));
      const read = outcome(buffer(await idle.arrived));
      opened.pass(opened.times.stall);
      expect([await sent, await read]).toEqual(['stalled', 'stalled']);
      expect(bytes.destroyed).toBe(true);

      const unread = lane.makeRoom();
      const never = outcome(lane.send(unread.ticket, endless().bytes));
      const stream = await unread.arrived;
      opened.pass(opened.times.stall);
      expect(await never).toBe('stalled');
      expect(stream.destroyed).toBe(true);
    });

    it('ends everything when it is closed', async () => {
      const waiting = outcome(lane.makeRoom().arrived);
      const room = lane.makeRoom();
      const bytes = halting();
      const sent = outcome(lane.send(room.ticket, bytes));
      const read = outcome(buffer(await room.arrived));
      lane.close();
      expect(await waiting).toBe('closed');
      expect(await read).toMatch(/closed|broken/);
      expect(await sent).toMatch(/closed|gone/);
      expect(bytes.destroyed).toBe(true);
    });
  });
}
