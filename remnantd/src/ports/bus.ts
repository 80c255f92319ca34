// The bus between API processes and agents. It is a doorbell and a wire, never a memory: any message may be lost,
// repeated, delayed or reordered, and nothing correct may depend on it. `bus.contract.ts` is passed by every adapter.

import type { JsonValue } from '../lib/json.ts';

/** Ends a subscription. */
export type Unsubscribe = () => void;

/** Whether a process reaches its bus. */
export interface BusConnection {
  readonly up: boolean;
  /** Since when, on this process's monotonic clock, ms. */
  readonly since: number;
  /** Why not; empty when it does. */
  readonly reason: string;
}

/** Takes what comes in on one subject. */
export type Ear = (message: JsonValue) => void;

/**
 * A bus. Subjects are dotted words, e.g. `agent.host-1.ring`. Who subscribes or serves may write `*` for one whole word, and
 * is told the subject of each message; only who may speak on a subject can, so a name in it is to be trusted where one in
 * the message is not.
 */
export interface Bus {
  /** Sends to every subscriber of `subject` there is now. Never throws, and keeps nothing for later: a message may be lost. */
  publish(subject: string, message: JsonValue): void;
  /**
   * Calls `handle` for each message, which may be one that was given out before: it is not to be changed. A handler that throws is logged by
   * the adapter and hurts nobody else.
   */
  subscribe(subject: string, handle: (message: JsonValue, subject: string) => void): Unsubscribe;
  /**
   * The same, with an ear for each subject that a `*` stands for: `open` makes it when something comes in on that subject, and again
   * where the adapter has forgotten it, so an ear knows nothing that may not be lost. What is said again in the same bytes may be given
   * to it as the same object again.
   */
  subscribeEach(subject: string, open: (subject: string) => Ear): Unsubscribe;
  /**
   * Asks and waits for one answer; the question may come to those who serve more than once. Throws BusFault `no-responder`, `timeout`, `refused` (the other side threw), `away` (the bus
   * cannot be reached) or `closed`.
   */
  request(subject: string, message: JsonValue, timeoutMs: number): Promise<JsonValue>;
  /**
   * Answers requests on `subject`; a handler that throws answers `refused` with its message, and the adapter logs it unless it
   * is a BusFault. Several processes may serve one subject: each request goes to one of them.
   */
  serve(subject: string, handle: (message: JsonValue, subject: string) => Promise<JsonValue>): Unsubscribe;
  /**
   * Resolves when every message that was on its way to this process when it was called has been given to its subscribers.
   * Throws BusFault `away` or `timeout` when that cannot be known, or `closed`.
   */
  settle(timeoutMs: number): Promise<void>;
  /** Whether the bus is reached now. */
  connection(): BusConnection;
  /** Tells of each change of it. */
  onConnection(handle: (connection: BusConnection) => void): Unsubscribe;
  /** Lets go of every subscription; requests in flight fail with `closed`. */
  close(): Promise<void>;
}

/** Why a bus says no. */
export type BusFaultCode = 'no-responder' | 'timeout' | 'refused' | 'away' | 'closed';

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
