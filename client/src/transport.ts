// What the generated methods stand on: a call, what may be chosen for it, and what comes back when there is no body.

import type { QueryValue } from './generated/types.ts';

/** The catalogue's service types that this client talks to. */
export type ServiceType = 'compute' | 'identity' | 'image' | 'crash-dump';

/** One call, as its operation has it. */
export interface Call {
  /** The operation's id, for messages. */
  readonly id: string;
  readonly service: ServiceType;
  readonly method: string;
  /** Below the service's endpoint, or below what `from` names. */
  readonly path: string;
  /** `version`: the endpoint up to its version (`/v2.1`). `root`: what stands above the version. Default: the endpoint. */
  readonly from?: 'version' | 'root';
  /** True for what wants no token and has no microversion. */
  readonly open?: boolean;
  /** The first microversion that has the operation. */
  readonly since?: string;
  readonly query?: Readonly<Record<string, QueryValue>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** What a caller may choose for one call. */
export interface CallOptions {
  /** Microversion of the Compute API, e.g. `2.53`; raised to the operation's own `since`. Default: the client's. */
  readonly microversion?: string;
  /** For a write of Remnant's own: a repeat with the same key does nothing, and is answered with what the first one made (24 h). */
  readonly idempotencyKey?: string;
  /** Ends the call early. */
  readonly signal?: AbortSignal;
  /** Ends one request of the call after this long, ms. Default: the client's. */
  readonly timeoutMs?: number;
}

/** What a caller may choose for a download. */
export interface DownloadOptions extends CallOptions {
  /** Bytes from `start` up to, and without, `end`; all from `start` without one. */
  readonly range?: { readonly start: number; readonly end?: number };
  /** The tag of the file that the range is meant of: of another file, the whole is given. */
  readonly ifRange?: string;
  /** False: a whole file is not checked against its SHA-256. Default: true. */
  readonly check?: boolean;
}

/** A download that has begun. */
export interface Download {
  /** Where in the file the bytes begin: 0 when the whole is given, be it in the place of a range. */
  readonly start: number;
  /** Bytes that come. */
  readonly length: number;
  /** Bytes of the whole file. */
  readonly size: number;
  /** Names this file, for `ifRange`. */
  readonly tag: string | null;
  /** Of the whole file, hexadecimal. */
  readonly sha256: string | null;
  /** What to call it. */
  readonly fileName: string | null;
  /**
   * The bytes. It fails with RemnantConnectionError when the connection ends before all came, nothing came for the time of
   * an answer, or a whole file is not what its SHA-256 says. To be read or cancelled.
   */
  readonly bytes: ReadableStream<Uint8Array>;
}

/** What the head of an answer tells: all of one without a body. */
export interface Receipt {
  readonly status: number;
  /** Under which the daemon keeps what came of it; null if it told none. */
  readonly requestId: string | null;
}

/** What the answer's head tells of a token that was issued. */
export interface Issued {
  /** The token itself. A secret. */
  readonly subjectToken: string;
}

/**
 * Sends calls. All throw RemnantApiError for a refusal, RemnantConnectionError when no usable answer came, and
 * RemnantVersionError when the service is too old for the call.
 */
export interface Transport {
  /** For an operation that answers with a body. */
  ask<T>(call: Call, options: CallOptions): Promise<T>;
  /** For one that does not. */
  send(call: Call, options: CallOptions): Promise<Receipt>;
  /** For an action that answers with a body: that, and what the head tells. */
  act<T>(call: Call, options: CallOptions): Promise<T & Receipt>;
  /** For one whose answer is a token: its body, and the token from its head. */
  issue<T>(call: Call, options: CallOptions): Promise<T & Issued>;
  /** For one whose answer is plain bytes. */
  open(call: Call, options: DownloadOptions): Promise<Download>;
}
