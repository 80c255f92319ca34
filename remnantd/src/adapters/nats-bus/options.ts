// What a bus on NATS is made of. The files behind it are read anew at each connection, so that a new certificate or new
// credentials need no restart.

import type { Clock } from '../../ports/clock.ts';

/** A server that answers nothing is given up after this, ms. */
export const REACH_MS = 2_000;
/** The longest wait between two tries, ms. */
export const LONGEST_WAIT_MS = 1_500;
/** A server that is back is reached by everybody within this time, ms. */
export const RETURN_MS = LONGEST_WAIT_MS + REACH_MS;

/** How a process shows NATS who it is, and knows NATS. */
export interface NatsAccess {
  /** The seed of its nkey; null where NATS lets in anybody. */
  readonly seed: Uint8Array | null;
  /** PEM; null is without TLS, as far as the servers' addresses do not ask for it. */
  readonly tls: { readonly ca?: string; readonly cert?: string; readonly key?: string } | null;
}

/** What it needs. */
export interface NatsBusOptions {
  /** Addresses, `nats://HOST:PORT` or `tls://HOST:PORT`: one of them is enough. */
  readonly servers: readonly string[];
  /** First word of every subject. */
  readonly prefix: string;
  /** Where answers to this process come in, as `inboxOf` has it: the only subjects but its own that it must be allowed to hear. */
  readonly inbox: string;
  /** What NATS shows of this connection to its operator. */
  readonly name: string;
  /** Read at each connection; what it throws says in words why there is none. */
  readonly access: () => NatsAccess;
  readonly clock: Clock;
  /** Told of handlers that threw, and once a time that this process is not let in, or may not do what it tried. */
  readonly onError: (what: string, error: unknown) => void;
}
