// The JSON of rows, kept by the row's version: a list is put together from texts that are there already. A text is found
// only under the whole variant it was made for (fields, links, rights of the reader) and only for the very version of the
// row, so nobody is given what was made for another, or what was true before. Bounded by bytes, in two generations: when
// the young one is full it becomes the old one, and what nobody asked for meanwhile is gone.

import type { JsonValue } from '../lib/json.ts';
import type { RowText } from './shape.ts';

/** About 18,000 servers with all their details: the pages that are read over and over, in a part of the 300 MiB we may take. */
const MAX_BYTES = 32 * 1024 * 1024;
/** What a text takes beside its characters. */
const OVERHEAD = 150;

interface Kept extends RowText {
  readonly version: number;
}

type Generation = Map<string, Map<number, Kept>>;

/** What of a row says which text is its. */
export interface Versioned {
  readonly seq: number;
  readonly version: number;
}

/** The texts of one variant. */
export interface VariantTexts {
  /** The text made of exactly this version of the row; null if there is none. */
  get(row: Versioned): RowText | null;
  /** Keeps a text, and gives it back. */
  put(row: Versioned, text: RowText): RowText;
}

/** All texts there are. One per process; it never holds more than `maxBytes`. */
export class RowTexts {
  readonly #halfBytes: number;
  #young: Generation = new Map();
  #old: Generation = new Map();
  #youngBytes = 0;

  constructor(maxBytes = MAX_BYTES) {
    this.#halfBytes = maxBytes / 2;
  }

  /** The texts of `variant`: everything that a text depends on beside the row. */
  of(variant: JsonValue): VariantTexts {
    const key = JSON.stringify(variant);
    return {
      get: (row) => {
        const young = this.#young.get(key)?.get(row.seq);
        if (young?.version === row.version) return young;
        const old = this.#old.get(key)?.get(row.seq);
        if (old?.version !== row.version) return null;
        this.#put(key, row.seq, old);
        return old;
      },
      put: (row, { before, after }) => {
        this.#put(key, row.seq, { before, after, version: row.version });
        return { before, after };
      },
    };
  }

  #put(key: string, seq: number, text: Kept): void {
    let variant = this.#young.get(key);
    if (variant === undefined) {
      variant = new Map();
      this.#young.set(key, variant);
    }
    const replaced = variant.get(seq);
    variant.set(seq, text);
    this.#youngBytes += sizeOf(text) - (replaced === undefined ? 0 : sizeOf(replaced));
    if (this.#youngBytes < this.#halfBytes) return;
    this.#old = this.#young;
    this.#young = new Map();
    this.#youngBytes = 0;
  }
}

function sizeOf(text: Kept): number {
  return text.before.length + text.after.length + OVERHEAD;
}
