// The reading end of a simulated port, as the FIFO of a real one: bytes leave the guest only when a reader asks for them, and
// what a reader was handed and did not take, the next one gets first.

import { Readable } from 'node:stream';

/** Gives the next bytes a guest has written, null when there are none for now. */
export type TakeBytes = () => Buffer | null;

/** One port of one guest, for one life of its power. */
export class PortLine {
  readonly #take: TakeBytes;
  readonly #kept: Buffer[] = [];
  #stream: PortStream | null = null;
  #asked = false;
  #over = false;

  constructor(take: TakeBytes) {
    this.#take = take;
  }

  /** What is to come, until the guest is gone. There may be one at a time: throws Error for a second one. */
  stream(): Readable {
    if (this.#stream !== null) throw new Error('this port is being read');
    this.#asked = false;
    this.#stream = new PortStream(
      () => {
        this.#asked = true;
        this.wake();
      },
      (left) => {
        this.#stream = null;
        if (left !== null) this.#kept.unshift(left);
      },
    );
    return this.#stream;
  }

  /** There may be more to read. */
  wake(): void {
    if (this.#stream === null || !this.#asked) return;
    const piece = this.#kept.shift() ?? (this.#over ? null : this.#take());
    if (piece === null && !this.#over) return;
    this.#asked = false;
    this.#stream.give(piece);
  }

  /** The guest is gone: what it had handed over can still be read, and `rest` behind it; then the stream ends. */
  end(rest: Buffer | null): void {
    if (this.#over) return;
    this.#over = true;
    if (rest !== null) this.#kept.push(rest);
    this.wake();
  }
}

class PortStream extends Readable {
  readonly #ask: () => void;
  readonly #leave: (left: Buffer | null) => void;
  #last: Buffer = Buffer.alloc(0);

  constructor(ask: () => void, leave: (left: Buffer | null) => void) {
    super({ highWaterMark: 0 });
    this.#ask = ask;
    this.#leave = leave;
  }

  give(piece: Buffer | null): void {
    if (piece !== null) this.#last = piece;
    this.push(piece);
  }

  override _read(): void {
    this.#ask();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    const left = this.readableLength;
    this.#leave(left > 0 ? this.#last.subarray(-left) : null);
    done(error);
  }
}
