// Reads one FIFO for one reader after the other, evented and without a thread. Bytes are taken out of the FIFO only when a
// reader asks for them: what nobody reads stays in it, and the one who writes to it waits.
// Invariant: no byte is lost between two readers; what one was handed and did not take, the next one gets first.

import { constants, openSync, readSync } from 'node:fs';
import { Socket } from 'node:net';
import { Readable } from 'node:stream';

/** A FIFO's own size on Linux. */
const pieceBytes = 65_536;

/** The reading end of a FIFO. */
export class FifoReader {
  readonly #fd: number;
  readonly #tap: Socket;
  /** Taken out of the FIFO and not yet read, oldest first. */
  readonly #kept: Buffer[] = [];
  #stream: FifoStream | null = null;
  #asked = false;
  /** It was read from at least once. */
  #begun = false;
  /** The writer is gone and the FIFO is empty. */
  #over = false;

  /** Opens the FIFO at `path`; returns at once, whether somebody writes to it or not. Throws the system's error. */
  constructor(path: string) {
    this.#fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
    this.#tap = new Socket({
      fd: this.#fd,
      readable: true,
      writable: false,
      onread: {
        buffer: Buffer.allocUnsafeSlow(pieceBytes),
        callback: (length, buffer) => {
          this.#kept.push(Buffer.from(buffer.subarray(0, length)));
          this.#serve();
          return false;
        },
      },
    });
    this.#tap.on('end', () => this.#end());
    this.#tap.on('error', (error) => {
      this.#over = true;
      this.#stream?.destroy(error);
    });
    this.#tap.pause();
  }

  /** True while somebody reads. */
  get busy(): boolean {
    return this.#stream !== null;
  }

  /** True once everything was read and no more can come. */
  get drained(): boolean {
    return this.#over && this.#kept.length === 0;
  }

  /** A stream of what is to come, which ends with the writer. There may be one at a time. */
  stream(): Readable {
    if (this.#stream !== null) throw new Error('this FIFO is being read');
    this.#asked = false;
    this.#stream = new FifoStream(
      () => {
        this.#asked = true;
        this.#serve();
      },
      (left) => {
        this.#stream = null;
        // It may have asked for a piece: what nobody waits for any more stays where another process would find it too.
        if (!this.#over) this.#tap.pause();
        if (left !== null) this.#kept.unshift(left);
      },
    );
    return this.#stream;
  }

  /** Takes up what a writer that went has left, so that nobody else's bytes get behind it. Does nothing while it is there. */
  writerGone(): void {
    if (this.#over) return;
    this.#tap.pause();
    // A FIFO holds no more than one piece: where there is more, somebody writes.
    for (let taken = 0; taken <= pieceBytes; ) {
      const piece = readNow(this.#fd);
      if (piece === null) break;
      if (piece.length === 0) return this.#end();
      this.#kept.push(piece);
      taken += piece.length;
    }
    this.#serve();
  }

  /** Lets go of the FIFO, and of what was taken out and not read. */
  close(): void {
    this.#over = true;
    this.#kept.length = 0;
    this.#tap.destroy();
    this.#stream?.destroy();
  }

  /** A FIFO without a writer gives no sign of itself until there was one; a first read tells it from an empty one. */
  #first(): Buffer | undefined {
    if (this.#begun || this.#over) return undefined;
    this.#begun = true;
    const piece = readNow(this.#fd);
    if (piece?.length !== 0) return piece ?? undefined;
    this.#over = true;
    this.#tap.destroy();
    return undefined;
  }

  #end(): void {
    this.#over = true;
    this.#tap.destroy();
    this.#serve();
  }

  #serve(): void {
    if (this.#stream === null || !this.#asked) return;
    const piece = this.#kept.shift() ?? this.#first();
    if (piece === undefined && !this.#over) {
      this.#tap.resume();
      return;
    }
    this.#asked = false;
    this.#stream.give(piece ?? null);
  }
}

/** Holds at most the one piece that was asked for. */
class FifoStream extends Readable {
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

/** What can be read at once: nothing (empty) when the writer is gone, null when it is there and has not written. */
function readNow(fd: number): Buffer | null {
  const buffer = Buffer.allocUnsafeSlow(pieceBytes);
  try {
    return buffer.subarray(0, readSync(fd, buffer));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return null;
    throw error;
  }
}
