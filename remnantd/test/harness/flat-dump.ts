// Dumps as makedumpfile flattens them, made for tests: the same layout, in small. Its records move on at two places at
// once, blocks are left unfinished, and the header is written first.

const HEADER = 4_096;

/** The header of a flattened dump. */
export function flatHeader(): Buffer {
  const header = Buffer.alloc(HEADER);
  header.write('makedumpfile', 'latin1');
  header.writeBigInt64BE(1n, 16);
  header.writeBigInt64BE(1n, 24);
  return header;
}

/** A record of `bytes` that belong at `offset`. */
export function flatRecord(offset: number | bigint, bytes: Uint8Array): Buffer {
  return Buffer.concat([flatRecordHead(offset, bytes.length), bytes]);
}

/** The head of a record, whatever it says. */
export function flatRecordHead(offset: number | bigint, size: number | bigint): Buffer {
  const head = Buffer.alloc(16);
  head.writeBigInt64BE(BigInt(offset), 0);
  head.writeBigInt64BE(BigInt(size), 8);
  return head;
}

/** The end of a flattened dump. */
export function flatEnd(): Buffer {
  return flatRecordHead(-1n, -1n);
}

/** A whole dump of about `size` bytes; `mark` makes it unlike others. */
export function flatDump(size: number, mark = 1): Buffer {
  const page = (length: number, seed: number) =>
    Buffer.from(Uint8Array.from({ length }, (_, i) => (seed * 31 + mark * 101 + i * (1 + (seed % 7))) % 251));
  const parts = [
    flatHeader(),
    flatRecord(0, page(464, 1)),
    flatRecord(4_200, page(3_664, 2)),
    flatRecord(4_096, page(104, 3)),
  ];
  const pieces = Math.max(1, Math.ceil(size / 65_000));
  const pages = 8_192 + pieces * 1_320;
  for (let i = 0; i < pieces; i += 1) {
    const length = Math.max(1, Math.min(65_000, size - i * 65_000));
    parts.push(flatRecord(pages + i * 65_000, page(length, i)), flatRecord(8_192 + i * 1_320, page(1_320, i + 5)));
  }
  return Buffer.concat([...parts, flatEnd()]);
}

/** `bytes` in pieces of at most `most` bytes; the lengths follow from `seed`. */
export function* inPieces(bytes: Buffer, most: number, seed = 7): Generator<Buffer> {
  let state = seed;
  for (let at = 0; at < bytes.length; ) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    const length = 1 + (state % most);
    yield bytes.subarray(at, at + length);
    at += length;
  }
}
