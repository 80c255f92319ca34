// A guest that can be followed, in a test's hands: it prints, and it writes to its ports as QEMU does to a FIFO. What nobody
// reads waits; a reader takes a piece only when it wants one, and leaves the rest for the next.

import { Readable } from 'node:stream';
import type { FollowCrash, GuestPort, Sight } from '../../src/drivers/driver.ts';
import { DriverFault } from '../../src/drivers/driver.ts';

/** One port's pipe. */
class Pipe {
  readonly #pieces: Buffer[] = [];
  #reader: Readable | null = null;
  #wants = false;
  #over = false;
  opened = 0;

  /** Bytes that nobody has taken. */
  get waiting(): number {
    return this.#pieces.reduce((sum, piece) => sum + piece.length, 0);
  }

  get isRead(): boolean {
    return this.#reader !== null;
  }

  write(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; at += 65_536) this.#pieces.push(bytes.subarray(at, at + 65_536));
    this.#serve();
  }

  /** The writer is gone. */
  end(): void {
    this.#over = true;
    this.#serve();
  }

  /** What a process that dies takes with it: bytes it had read and not written. */
  lose(count: number): void {
    const all = Buffer.concat(this.#pieces.splice(0));
    this.#pieces.push(all.subarray(count));
  }

  read(): Readable {
    if (this.#reader !== null) throw new Error('this pipe is being read');
    this.opened += 1;
    const reader = new Readable({
      highWaterMark: 0,
      read: () => {
        this.#wants = true;
        this.#serve();
      },
      destroy: (error, done) => {
        this.#reader = null;
        this.#wants = false;
        done(error);
      },
    });
    this.#reader = reader;
    return reader;
  }

  #serve(): void {
    if (!this.#wants || this.#reader === null) return;
    const piece = this.#pieces.shift();
    if (piece === undefined && !this.#over) return;
    this.#wants = false;
    this.#reader.push(piece ?? null);
  }
}

/** What the fake answers `sight` with; a promise that never ends for a hypervisor that hangs. */
export type SightAnswer = () => Promise<readonly Sight[]>;

/** A guest with a console and both ports. */
export function fakeFollow() {
  const ports: Record<GuestPort, Pipe> = { status: new Pipe(), dump: new Pipe() };
  const consoles = new Set<(text: string) => void>();
  const seen = { sights: 0, hasPorts: true };
  let sight: SightAnswer = () => Promise.resolve(['panic-device', 'console', 'ports']);
  const follow: FollowCrash = {
    sight: () => {
      seen.sights += 1;
      return sight();
    },
    followConsole: async (_, onText) => {
      consoles.add(onText);
      return async () => void consoles.delete(onText);
    },
    openPort: async (_, port) => {
      if (!seen.hasPorts) throw new DriverFault('not-found', `the guest has no port ${port}`);
      return ports[port].read();
    },
  };
  return {
    follow,
    ports,
    seen,
    /** How many follow the console. */
    followers: () => consoles.size,
    print: (text: string) => {
      for (const onText of consoles) onText(text);
    },
    sightIs: (answer: SightAnswer) => {
      sight = answer;
    },
  };
}
