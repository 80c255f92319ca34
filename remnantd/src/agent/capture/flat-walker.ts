// Walks a dump in makedumpfile's flattened format as it arrives, and knows when it is whole: a header of 4096 bytes, then
// records of two big-endian 64-bit numbers (offset, size) and `size` bytes, ended by a record of two -1. Garbage is
// refused at its first wrong byte. Nothing is kept but a position and the ranges written, whatever the size of the dump.

import { Coverage } from './coverage.ts';

/** What every flattened dump begins with: the name, padded to 16 bytes, then type 1 and version 1. */
export const FLAT_SIGNATURE: Buffer = Buffer.concat([
  Buffer.from('makedumpfile\0\0\0\0', 'latin1'),
  Buffer.from([0, 0, 0, 0, 0, 0, 0, 1]),
  Buffer.from([0, 0, 0, 0, 0, 0, 0, 1]),
]);

const HEADER = 4_096;
const RECORD = 16;
const END = -1n;
/** A record is a few blocks of memory; makedumpfile's own are 64 KiB. */
const LARGEST = 1n << 30n;
/** No machine has a dump of a pebibyte. */
const FARTHEST = 1n << 50n;

/** Where a walk stands. */
export type WalkState = 'going' | 'whole' | 'broken';

/** One walk over one dump. */
export class FlatWalker {
  #state: WalkState = 'going';
  #fault = '';
  #taken = 0;
  /** Bytes of the current record that are still to come. */
  #left = 0;
  #head = Buffer.alloc(RECORD);
  #headLength = 0;
  #records = 0;
  #seamed = false;
  /** False while what may have been lost could have been the last there was. */
  #goesOn = true;
  readonly #coverage = new Coverage();

  get state(): WalkState {
    return this.#state;
  }

  /** Why it is broken; '' while it is not. */
  get fault(): string {
    return this.#fault;
  }

  /** Takes the next bytes; gives how many of them belong to the dump: fewer than all only when it is over. */
  push(chunk: Uint8Array): number {
    let at = 0;
    while (at < chunk.length && this.#state === 'going') {
      if (this.#taken < HEADER) at += this.#header(chunk, at);
      else if (this.#left > 0) at += this.#payload(chunk.length - at);
      else at += this.#record(chunk, at);
    }
    return at;
  }

  /**
   * Bytes may be missing somewhere. Such a dump is whole only if its records leave no gap: each says where it belongs, so
   * what was lost is missing there. That proves nothing of what looks like the end: behind lost bytes, anything that is
   * full of ones does. A real end has nothing behind it, and that is for the caller to see.
   * `anywhere`: what was lost may have been the last there was, which leaves no gap; so a record must still come that goes on
   * behind all others. Not so where a stream was cut off: it loses its end too.
   */
  seam(anywhere = false): void {
    this.#seamed = true;
    if (anywhere) this.#goesOn = false;
  }

  #break(why: string): void {
    this.#state = 'broken';
    this.#fault = why;
  }

  #header(chunk: Uint8Array, at: number): number {
    const count = Math.min(HEADER - this.#taken, chunk.length - at);
    const checked = Math.min(count, Math.max(0, FLAT_SIGNATURE.length - this.#taken));
    for (let i = 0; i < checked; i += 1) {
      if (chunk[at + i] === FLAT_SIGNATURE[this.#taken + i]) continue;
      this.#break('it does not begin as a flattened dump');
      return 0;
    }
    this.#taken += count;
    return count;
  }

  #payload(available: number): number {
    const count = Math.min(this.#left, available);
    this.#left -= count;
    this.#taken += count;
    return count;
  }

  #record(chunk: Uint8Array, at: number): number {
    const count = Math.min(RECORD - this.#headLength, chunk.length - at);
    this.#head.set(chunk.subarray(at, at + count), this.#headLength);
    this.#headLength += count;
    this.#taken += count;
    if (this.#headLength === RECORD) {
      this.#headLength = 0;
      this.#begin(this.#head.readBigInt64BE(0), this.#head.readBigInt64BE(8));
    }
    return count;
  }

  #begin(offset: bigint, size: bigint): void {
    if (offset === END && size === END) this.#end();
    else if (offset < 0n || size < 0n || size > LARGEST || offset > FARTHEST)
      this.#break(`record ${this.#records + 1}, at byte ${this.#taken - RECORD}, is none`);
    else this.#add(Number(offset), Number(size));
  }

  #add(offset: number, size: number): void {
    const { end } = this.#coverage;
    if (!this.#coverage.add(offset, size)) {
      this.#break('its records are scattered');
      return;
    }
    if (this.#coverage.end > end) this.#goesOn = true;
    this.#left = size;
    this.#records += 1;
  }

  #end(): void {
    if (this.#records === 0) this.#break('it has no records');
    else if (this.#seamed && !this.#coverage.isGapless()) this.#break('bytes of it were lost');
    else if (!this.#goesOn) this.#break('bytes may have been lost at its end');
    else this.#state = 'whole';
  }
}
