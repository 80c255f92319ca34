// The beginning of a stream, held until enough of it is there to be understood; never more than its limit.

import { MemoryFault } from './memory-fault.ts';

/** Headers of a dump are far smaller, even of a guest with hundreds of CPUs. */
const MOST = 8 * 1024 * 1024;

/** Reads the head of a stream, then hands out the rest. */
export class Head {
  readonly #source: AsyncIterator<Buffer>;
  #held: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** What is held. */
  get bytes(): Buffer {
    return this.#held;
  }

  /** Reads on until at least `size` bytes are held; false when the stream ends before. Throws MemoryFault over the limit. */
  async reach(size: number): Promise<boolean> {
    if (size > MOST) throw new MemoryFault('the headers of the dump are larger than any real ones');
    const pieces = [this.#held];
    let length = this.#held.length;
    while (length < size) {
      const next = await this.#source.next();
      if (next.done === true) break;
      pieces.push(next.value);
      length += next.value.length;
    }
    this.#held = Buffer.concat(pieces, length);
    return length >= size;
  }

  /** All that is behind what is held. */
  async *rest(): AsyncGenerator<Buffer> {
    try {
      for (let next = await this.#source.next(); next.done !== true; next = await this.#source.next()) yield next.value;
    } finally {
      await this.close();
    }
  }

  /** Lets go of the stream. */
  async close(): Promise<void> {
    await this.#source.return?.();
  }
}
