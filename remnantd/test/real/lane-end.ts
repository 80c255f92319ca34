// One end of a lane over HTTP in a process of its own: `receive` makes room and reads what comes, `stand` makes room and goes on
// standing there, `send TICKET BYTES` sends so many.
// It writes JSON lines: what a test waits for, and how far its memory grew.

import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { openLaneDoor } from '../../src/adapters/http-lane/lane-door.ts';
import { laneSender } from '../../src/adapters/http-lane/lane-sender.ts';
import { systemClock } from '../../src/adapters/system-clock.ts';
import { LANE_TIMES } from '../../src/ports/artefact-lane.ts';

/** Memory is compared with what it was after so much: by then everything is loaded and every buffer made. */
const WARM = 30 * 2 ** 20;
const PIECE = 65_536;

const clock = systemClock();
const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);
const codeOf = (error: unknown) => (error as { code?: string }).code ?? String(error);

/** Counts bytes that pass, and what they cost. */
function counter() {
  let [bytes, base, peak] = [0, 0, 0];
  return {
    add: (more: number) => {
      bytes += more;
      if (bytes < WARM) return;
      const { rss } = process.memoryUsage();
      if (base === 0) base = rss;
      peak = Math.max(peak, rss);
    },
    facts: () => ({ bytes, grew: peak - base }),
  };
}

async function open() {
  const listen = { host: '127.0.0.1', port: 0 };
  const door = await openLaneDoor({ clock, times: LANE_TIMES, listen, url: null, tls: null });
  const room = door.makeRoom();
  say({ ticket: room.ticket });
  return { door, room };
}

async function receive(): Promise<void> {
  const { door, room } = await open();
  const hash = createHash('sha256');
  const count = counter();
  try {
    for await (const chunk of await room.arrived) {
      hash.update(chunk as Buffer);
      count.add((chunk as Buffer).length);
      if (count.facts().bytes === (chunk as Buffer).length) say({ began: true });
    }
    say({ outcome: 'done', sha256: hash.digest('hex'), ...count.facts() });
  } catch (error) {
    say({ outcome: codeOf(error) });
  }
  door.close();
}

async function send(ticket: string, total: number): Promise<void> {
  const hash = createHash('sha256');
  const count = counter();
  const pieces = function* () {
    for (let left = total; left > 0; left -= PIECE) {
      const piece = Buffer.alloc(Math.min(PIECE, left), left);
      hash.update(piece);
      count.add(piece.length);
      yield piece;
    }
  };
  try {
    await laneSender({ clock, times: LANE_TIMES, ca: () => null }).send(ticket, Readable.from(pieces()));
    say({ outcome: 'done', sha256: hash.digest('hex'), ...count.facts() });
  } catch (error) {
    say({ outcome: codeOf(error) });
  }
}

const [what, ticket = '', total = '0'] = process.argv.slice(2);
// The clock's timers keep nobody alive.
const alive = setInterval(() => {}, 60_000);
if (what === 'stand') await open();
else {
  await (what === 'receive' ? receive() : send(ticket, Number(total)));
  clearInterval(alive);
}
