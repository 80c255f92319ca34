// XDR (RFC 4506) as libvirt uses it: big endian, everything in units of four bytes. A codec is one value that writes,
// reads and describes itself; `layout` spells it the way a protocol file would, so that a test can compare the two.
// Invariant: reading never goes past the buffer, never takes a count or length above its bound, and fails only with XdrError.

/** A value that does not fit its layout, in either direction. */
export class XdrError extends Error {
  override readonly name = 'XdrError';
}

/** How one type is laid out on the wire. */
export interface Codec<T> {
  /** E.g. `int`, `string<4194304>`, `opaque[16]`, `{name string<64>, id int}`; `?` optional, `[n]` exactly n, `<n>` at most n. */
  readonly layout: string;
  write(writer: XdrWriter, value: T): void;
  read(reader: XdrReader): T;
}

const padding = (length: number): number => (4 - (length % 4)) % 4;

/** Collects encoded bytes. */
export class XdrWriter {
  #buffer = Buffer.alloc(256);
  #length = 0;

  /** Room for `size` more bytes, zeroed; gives where they start. */
  #grow(size: number): number {
    const start = this.#length;
    this.#length += size;
    if (this.#length > this.#buffer.length) {
      const bigger = Buffer.alloc(Math.max(this.#length, this.#buffer.length * 2));
      this.#buffer.copy(bigger, 0, 0, start);
      this.#buffer = bigger;
    }
    return start;
  }

  word(value: number): void {
    const start = this.#grow(4);
    this.#buffer.writeUInt32BE(value >>> 0, start);
  }

  double(value: bigint): void {
    const start = this.#grow(8);
    this.#buffer.writeBigUInt64BE(BigInt.asUintN(64, value), start);
  }

  bytes(value: Uint8Array): void {
    const start = this.#grow(value.length + padding(value.length));
    this.#buffer.set(value, start);
  }

  finish(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }
}

/** Walks over encoded bytes. */
export class XdrReader {
  readonly #buffer: Buffer;
  #offset = 0;

  constructor(buffer: Buffer) {
    this.#buffer = buffer;
  }

  /** Bytes not read yet. */
  get left(): number {
    return this.#buffer.length - this.#offset;
  }

  #take(size: number): number {
    if (size > this.left) throw new XdrError(`${size} bytes wanted at byte ${this.#offset}, ${this.left} left`);
    const start = this.#offset;
    this.#offset += size;
    return start;
  }

  word(): number {
    return this.#buffer.readUInt32BE(this.#take(4));
  }

  double(): bigint {
    return this.#buffer.readBigUInt64BE(this.#take(8));
  }

  /** A view of the next `length` bytes, their padding skipped. */
  bytes(length: number): Buffer {
    const start = this.#take(length + padding(length));
    return this.#buffer.subarray(start, start + length);
  }
}

/** `value` as bytes. Throws XdrError when it does not fit. */
export function encode<T>(codec: Codec<T>, value: T): Buffer {
  const writer = new XdrWriter();
  codec.write(writer, value);
  return writer.finish();
}

/** The value in `bytes`, which must hold nothing else. Throws XdrError. */
export function decode<T>(codec: Codec<T>, bytes: Buffer): T {
  const reader = new XdrReader(bytes);
  const value = codec.read(reader);
  if (reader.left > 0) throw new XdrError(`${reader.left} bytes too many after ${codec.layout}`);
  return value;
}

function integer(layout: string, low: number, high: number): Codec<number> {
  const check = (value: number): number => {
    if (!Number.isInteger(value) || value < low || value > high) throw new XdrError(`${value} is no ${layout}`);
    return value;
  };
  return {
    layout,
    write: (writer, value) => writer.word(check(value)),
    read: (reader) => check(low < 0 ? reader.word() | 0 : reader.word()),
  };
}

/** Signed, 32 bits. */
export const int = integer('int', -(2 ** 31), 2 ** 31 - 1);
/** Unsigned, 32 bits. */
export const uint = integer('unsigned int', 0, 2 ** 32 - 1);
/** Unsigned, 16 bits, in a word of its own. */
export const ushort = integer('unsigned short', 0, 2 ** 16 - 1);
/** Unsigned, 8 bits, in a word of its own. */
export const uchar = integer('unsigned char', 0, 2 ** 8 - 1);
/** Signed, 8 bits, in a word of its own (how XDR's C mapping sends a `char` outside `opaque`). */
export const char = integer('char', -(2 ** 7), 2 ** 7 - 1);

/** Unsigned, 64 bits. */
export const uhyper: Codec<bigint> = {
  layout: 'unsigned hyper',
  write(writer, value) {
    if (value < 0n || value >= 2n ** 64n) throw new XdrError(`${value} is no unsigned hyper`);
    writer.double(value);
  },
  read: (reader) => reader.double(),
};

/** Signed, 64 bits. */
export const hyper: Codec<bigint> = {
  layout: 'hyper',
  write(writer, value) {
    if (value < -(2n ** 63n) || value >= 2n ** 63n) throw new XdrError(`${value} is no hyper`);
    writer.double(value);
  },
  read: (reader) => BigInt.asIntN(64, reader.double()),
};

/** Exactly `size` bytes. */
export function opaque(size: number): Codec<Uint8Array> {
  const layout = `opaque[${size}]`;
  return {
    layout,
    write(writer, value) {
      if (value.length !== size) throw new XdrError(`${value.length} bytes are no ${layout}`);
      writer.bytes(value);
    },
    read: (reader) => Uint8Array.from(reader.bytes(size)),
  };
}

/** At most `most` bytes. */
export function opaqueUpTo(most: number): Codec<Uint8Array> {
  const layout = `opaque<${most}>`;
  return {
    layout,
    write(writer, value) {
      if (value.length > most) throw new XdrError(`${value.length} bytes are too many for ${layout}`);
      writer.word(value.length);
      writer.bytes(value);
    },
    read(reader) {
      const length = reader.word();
      if (length > most) throw new XdrError(`${length} bytes are too many for ${layout}`);
      return Uint8Array.from(reader.bytes(length));
    },
  };
}

/** UTF-8 text of at most `most` bytes, without NUL, where C on the other side would end it. */
export function string(most: number): Codec<string> {
  const layout = `string<${most}>`;
  return {
    layout,
    write(writer, value) {
      const bytes = Buffer.from(value, 'utf8');
      if (bytes.length > most) throw new XdrError(`${bytes.length} bytes are too many for ${layout}`);
      if (bytes.includes(0)) throw new XdrError('a string holds a NUL');
      writer.word(bytes.length);
      writer.bytes(bytes);
    },
    read(reader) {
      const length = reader.word();
      if (length > most) throw new XdrError(`${length} bytes are too many for ${layout}`);
      return reader.bytes(length).toString('utf8');
    },
  };
}

/** A value or null. */
export function optional<T>(item: Codec<T>): Codec<T | null> {
  return {
    layout: `${item.layout}?`,
    write(writer, value) {
      writer.word(value === null ? 0 : 1);
      if (value !== null) item.write(writer, value);
    },
    read(reader) {
      const flag = reader.word();
      if (flag > 1) throw new XdrError(`${flag} is no flag for an optional ${item.layout}`);
      return flag === 0 ? null : item.read(reader);
    },
  };
}

/** Any number of items up to `most`. */
export function list<T>(item: Codec<T>, most: number): Codec<readonly T[]> {
  const layout = `${item.layout}<${most}>`;
  return {
    layout,
    write(writer, items) {
      if (items.length > most) throw new XdrError(`${items.length} items are too many for ${layout}`);
      writer.word(items.length);
      for (const each of items) item.write(writer, each);
    },
    read(reader) {
      const count = reader.word();
      if (count > most) throw new XdrError(`${count} items are too many for ${layout}`);
      return Array.from({ length: count }, () => item.read(reader));
    },
  };
}

/** Exactly `count` items. */
export function fixed<T>(item: Codec<T>, count: number): Codec<readonly T[]> {
  const layout = `${item.layout}[${count}]`;
  return {
    layout,
    write(writer, items) {
      if (items.length !== count) throw new XdrError(`${items.length} items are no ${layout}`);
      for (const each of items) item.write(writer, each);
    },
    read: (reader) => Array.from({ length: count }, () => item.read(reader)),
  };
}

/** Named fields, in the order they are written here. */
export function struct<T extends object>(fields: { readonly [K in keyof T]: Codec<T[K]> }): Codec<Readonly<T>> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Object.entries loses the keys' type
  const entries = Object.entries(fields) as [keyof T & string, Codec<T[keyof T]>][];
  return {
    layout: `{${entries.map(([name, field]) => `${name} ${field.layout}`).join(', ')}}`,
    write(writer, value) {
      for (const [name, field] of entries) field.write(writer, value[name]);
    },
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every field of T was just read
    read: (reader) => Object.fromEntries(entries.map(([name, field]) => [name, field.read(reader)])) as T,
  };
}

/** The same bytes, seen as another type. */
export function mapped<W, T>(codec: Codec<W>, seen: (wire: W) => T, sent: (value: T) => W): Codec<T> {
  return {
    layout: codec.layout,
    write: (writer, value) => codec.write(writer, sent(value)),
    read: (reader) => seen(codec.read(reader)),
  };
}

/** No bytes at all: the arguments or the result of a procedure that has none. */
export const nothing: Codec<void> = { layout: '', write: () => undefined, read: () => undefined };
