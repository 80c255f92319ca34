// Which parts of a file have been written, as few joined ranges. A dump is written at a handful of places that each move
// on, so there are never many ranges; a writer that scatters its bytes is told to stop.

/** More ranges than this no honest dump has at one time. */
const MOST = 16_384;
/** Dumps lay their parts out in blocks of this size; what a part leaves of its last block is never written. */
const BLOCK = 4_096;

/** The written ranges of one file. */
export class Coverage {
  /** Sorted, apart from each other; the ends belong to no range. */
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];

  /** Adds `size` bytes at `offset`; false when the ranges have become too many. */
  add(offset: number, size: number): boolean {
    if (size === 0) return true;
    const end = offset + size;
    // The first range that ends at or behind the new one's start, and the first that starts behind its end.
    const first = firstWhere(this.#ends, (other) => other >= offset);
    const last = firstWhere(this.#starts, (other) => other > end);
    const start = first < last ? Math.min(offset, this.#starts[first] ?? offset) : offset;
    const stop = first < last ? Math.max(end, this.#ends[last - 1] ?? end) : end;
    this.#starts.splice(first, last - first, start);
    this.#ends.splice(first, last - first, stop);
    return this.#starts.length <= MOST;
  }

  /** Where the last written byte ends; 0 when there is none. */
  get end(): number {
    return this.#ends.at(-1) ?? 0;
  }

  /** True if everything up to the last byte was written, but for what is left of blocks. */
  isGapless(): boolean {
    return this.#starts.every((start, i) => {
      const before = i === 0 ? 0 : (this.#ends[i - 1] ?? 0);
      return start === before || (start % BLOCK === 0 && start - before < BLOCK);
    });
  }
}

/** The first index of the sorted `list` whose item fits; its length when none does. */
function firstWhere(list: readonly number[], fits: (item: number) => boolean): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (fits(list[middle] ?? 0)) high = middle;
    else low = middle + 1;
  }
  return low;
}
