// The bus between API processes and agents. It is a doorbell and a wire, never a memory: any message may be lost,
// repeated, delayed or reordered, and nothing correct may depend on it. `bus.contract.ts` is passed by every adapter.

import type { JsonValue } from '../lib/json.ts';

/** Ends a subscription. */
export type Unsubscribe = () => void;

/** A bus. Subjects are dotted words, e.g. `agent.host-1.ring`; no wildcards. */
export interface Bus {
  /** Sends to every subscriber of `subject` there is now. Never throws: a message may be lost. */
  publish(subject: string, message: JsonValue): void;
  /** Calls `handle` for each message; a handler that throws is logged by the adapter and hurts nobody else. */
  subscribe(subject: string, handle: (message: JsonValue) => void): Unsubscribe;
  /** Asks and waits for one answer. Throws BusFault `no-responder`, `timeout`, `refused` (the other side threw) or `closed`. */
  request(subject: string, message: JsonValue, timeoutMs: number): Promise<JsonValue>;
  /** Answers requests on `subject`; a handler that throws answers `refused` with its message. */
  serve(subject: string, handle: (message: JsonValue) => Promise<JsonValue>): Unsubscribe;
  /** Lets go of every subscription; requests in flight fail with `closed`. */
  close(): Promise<void>;
}

/** Why a bus says no. */
export type BusFaultCode = 'no-responder' | 'timeout' | 'refused' | 'closed';

/** How a bus says no. */
export class BusFault extends Error {
  override readonly name = 'BusFault';
  readonly code: BusFaultCode;

  /** `message` names the subject and what happened. */
  constructor(code: BusFaultCode, message: string) {
    super(message);
    this.code = code;
  }
}
