// What the generated methods stand on: a call, what may be chosen for it, and what comes back when there is no body.

import type { QueryValue } from './generated/types.ts';

/** The catalogue's service types that this client talks to. */
export type ServiceType = 'compute' | 'image' | 'crash-dump';

/** One call, as its operation has it. */
export interface Call {
  /** The operation's id, for messages. */
  readonly id: string;
  readonly service: ServiceType;
  readonly method: string;
  /** Below the service's endpoint. */
  readonly path: string;
  /** The first microversion that has the operation. */
  readonly since?: string;
  readonly query?: Readonly<Record<string, QueryValue>>;
  readonly body?: unknown;
}

/** What a caller may choose for one call. */
export interface CallOptions {
  /** Microversion of the Compute API, e.g. `2.53`; raised to the operation's own `since`. Default: the client's. */
  readonly microversion?: string;
  /** Ends the call early. */
  readonly signal?: AbortSignal;
  /** Ends the call after this long, ms. Default: the client's. */
  readonly timeoutMs?: number;
}

/** The answer of an operation without a body. */
export interface Receipt {
  readonly status: number;
  /** Under which the daemon keeps what came of it; null if it told none. */
  readonly requestId: string | null;
}

/** Sends calls. Both throw RemnantApiError for a refusal and RemnantConnectionError when no answer came. */
export interface Transport {
  /** For an operation that answers with a body. */
  ask<T>(call: Call, options: CallOptions): Promise<T>;
  /** For one that does not. */
  send(call: Call, options: CallOptions): Promise<Receipt>;
}
