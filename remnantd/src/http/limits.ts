// The bounds of the listener, as values: what a client may send, how slowly, and how many connections there may be.

/** Bounds on clients. Times are milliseconds. */
export interface HttpLimits {
  /** A body larger than this is 413. Bytes. */
  readonly bodyBytes: number;
  /** Connections served at a time; a request on a further one is 503, and far beyond they are dropped. */
  readonly connections: number;
  /** The same for one client address (429); null for no bound. */
  readonly connectionsPerClient: number | null;
  /** Requests of one connection worked on at a time. */
  readonly pipelined: number;
  /** Request line and headers together, bytes (431). */
  readonly headerBytes: number;
  /** Headers of one request (431). */
  readonly headers: number;
  /** The URL, bytes (414). */
  readonly urlBytes: number;
  /** From the first byte, or the connection, to the last header (408). */
  readonly headerMs: number;
  /** The same to the last byte of the body (408). */
  readonly requestMs: number;
  /** A connection without a request. */
  readonly keepAliveMs: number;
  /** A connection on which nothing moves. */
  readonly idleMs: number;
}

/** A certificate with its key, PEM both. */
export interface TlsMaterial {
  readonly cert: Buffer;
  readonly key: Buffer;
}
