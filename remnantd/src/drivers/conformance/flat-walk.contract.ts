// Walks a dump in makedumpfile's flattened format, which is how the suites know that not one byte of it is missing.

const HEADER = 4_096;
const RECORD_HEAD = 16;

/** What a walk found. */
export interface FlatWalk {
  /** True if the stream begins as it should and the end record was reached. */
  readonly whole: boolean;
  readonly records: number;
  /** Bytes behind the end record. */
  readonly behind: number;
}

/** Walks `stream`, which may be cut off anywhere. Throws Error for what is no flattened dump. */
export function walkFlat(stream: Buffer): FlatWalk {
  const signature = 'makedumpfile\0';
  if (stream.subarray(0, signature.length).toString('latin1') !== signature.slice(0, stream.length)) {
    throw new Error(`no flattened dump: it begins ${JSON.stringify(stream.subarray(0, 16).toString('latin1'))}`);
  }
  let records = 0;
  for (let at = HEADER; at + RECORD_HEAD <= stream.length; records += 1) {
    const offset = stream.readBigInt64BE(at);
    const size = stream.readBigInt64BE(at + 8);
    if (offset === -1n) return { whole: true, records, behind: stream.length - at - RECORD_HEAD };
    if (offset < 0n || size < 0n || size > 2n ** 32n) {
      throw new Error(`a bad record at byte ${at}: offset ${offset}, size ${size}`);
    }
    at += RECORD_HEAD + Number(size);
  }
  return { whole: false, records, behind: 0 };
}
