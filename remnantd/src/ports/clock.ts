// Time and chance come from here and nowhere else, so that a test can own both.

/** A clock. `wall` may jump; `mono` never does and is what every bound is measured with. */
export interface Clock {
  /** Wall clock, ms since 1970. */
  wall(): number;
  /** Milliseconds on a clock that only runs forward, comparable between all processes with the same `epoch`. */
  mono(): number;
  /** Names the life of the monotonic clock, e.g. the machine's boot id: readings of different epochs cannot be compared. */
  readonly epoch: string;
  /** Calls `run` once after `ms`; the result cancels it. A pending call does not keep the process alive. */
  after(ms: number, run: () => void): () => void;
  /** A random UUID (version 4). */
  uuid(): string;
  /** `bytes` random bytes as base64url, for secrets. */
  secret(bytes: number): string;
}
