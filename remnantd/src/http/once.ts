// Requests with an Idempotency-Key, for what Remnant's own root changes: a repeat does nothing, and is answered out of what the
// first one made. Invariant: of two requests with one key at most one makes its change, in this process by what is held here,
// between processes and lives by the key's row, which is written with the change. No answer is kept: each is made for who asks.

import { createHash } from 'node:crypto';
import type { CallerOperation, Operation, Reply } from '../api/operation.ts';
import { fault } from '../model/faults.ts';
import type { ProjectId, RequestId, UserId } from '../model/ids.ts';
import type { FirstRequest, OnceKey } from '../model/once-key.ts';
import type { Clock } from '../ports/clock.ts';

/** Where the keys of requests that changed something are found. */
export interface KeyFinder {
  find(key: OnceKey): Promise<FirstRequest | null>;
}

/** The work behind one request. */
export interface OnceWork {
  readonly requestId: RequestId;
  /** Does it. */
  readonly run: () => Promise<Reply>;
  /** Answers out of what an earlier request made. It asks the policy as `run` does. */
  readonly again: (first: RequestId) => Promise<Reply>;
}

/** An operation whose requests may carry a key. */
export type RepeatableOperation = CallerOperation & Required<Pick<CallerOperation, 'again'>>;

/** A repeat waits this long for those before it, ms. */
const WAIT_MS = 5_000;
const READS: ReadonlySet<string> = new Set(['GET', 'HEAD']);
/** The draft writes a key as a string in quotes; without them it is taken as it is. */
const QUOTED = /^"((?:[^"\\]|\\["\\])*)"$/;
const PRINTABLE = /^[\x20-\x7e]{1,255}$/;

/** True for an operation whose requests may carry a key. */
export function takesKey(operation: Operation): operation is RepeatableOperation {
  const { root, method, readOnly } = operation;
  return (
    root === 'remnant' &&
    !READS.has(method) &&
    readOnly !== true &&
    'again' in operation &&
    operation.again !== undefined
  );
}

/** The key in a header. Fault key-malformed. */
function keyText(header: string): string {
  const inner = QUOTED.exec(header.trim())?.[1];
  const key = inner === undefined ? header.trim() : inner.replaceAll(/\\(["\\])/g, '$1');
  if (!PRINTABLE.test(key)) throw fault('key-malformed');
  return key;
}

/** Who asks for what: the same key with another of these is another request. */
function fingerprintOf(user: UserId, query: string, body: Buffer | null): string {
  return createHash('sha256')
    .update(JSON.stringify([user, query]))
    .update(body ?? '')
    .digest('hex');
}

/** One that is at work: `done` has the request that made the change, null where none did. */
interface Running {
  readonly fingerprint: string;
  readonly done: Promise<FirstRequest | null>;
}

/** A request's turn, to be ended with what is there then; or what the one before it made. */
type Turn = { readonly made: FirstRequest } | { readonly end: (first: FirstRequest | null) => void };

/** Keeps requests with a key from being carried out twice. */
export class OnceOnly {
  readonly #keys: KeyFinder;
  readonly #clock: Clock;
  readonly #running = new Map<string, Running>();

  constructor(keys: KeyFinder, clock: Clock) {
    this.#keys = keys;
    this.#clock = clock;
  }

  /** The answer to a request with `key`. Faults key-used, key-running; else what `work` throws. */
  async serve(key: OnceKey, work: OnceWork): Promise<Reply> {
    const turn = await this.#turn(key);
    if ('made' in turn) return work.again(turn.made.requestId);
    let first: FirstRequest | null = null;
    try {
      first = await this.#keys.find(key);
      if (first === null) {
        const reply = await work.run();
        first = { fingerprint: key.fingerprint, requestId: work.requestId };
        return reply;
      }
    } catch (error) {
      // Another process may have carried it out meanwhile; what this one met then is no answer.
      first = await this.#keys.find(key);
      if (first === null || first.requestId === work.requestId) throw error;
    } finally {
      turn.end(first);
    }
    requireSame(key, first.fingerprint);
    return work.again(first.requestId);
  }

  /** Waits while another request with this key is at work here: what that one made, or else a turn of its own. */
  async #turn(key: OnceKey): Promise<Turn> {
    const scope = JSON.stringify([key.project, key.method, key.path, key.key]);
    const late = Promise.withResolvers<'late'>();
    const cancel = this.#clock.after(WAIT_MS, () => late.resolve('late'));
    try {
      for (let at = this.#running.get(scope); at !== undefined; at = this.#running.get(scope)) {
        requireSame(key, at.fingerprint);
        // oxlint-disable-next-line no-await-in-loop
        const made = await Promise.race([at.done, late.promise]);
        if (made === 'late') throw fault('key-running');
        if (made !== null) return { made };
      }
    } finally {
      cancel();
    }
    // In the same breath as the look: of those that waited, one has it.
    const { promise: done, resolve } = Promise.withResolvers<FirstRequest | null>();
    this.#running.set(scope, { fingerprint: key.fingerprint, done });
    return {
      end: (first) => {
        this.#running.delete(scope);
        resolve(first);
      },
    };
  }
}

function requireSame(key: OnceKey, fingerprint: string): void {
  if (key.fingerprint !== fingerprint) throw fault('key-used');
}

/** The project a key belongs to, and the rest of it. */
export function onceKey(
  project: ProjectId | null,
  user: UserId,
  request: { readonly method: string; readonly url: string; readonly body: Buffer | null },
  header: string,
): OnceKey {
  const [path = '/', query = ''] = request.url.split('?', 2);
  const fingerprint = fingerprintOf(user, query, request.body);
  return { project, method: request.method, path, key: keyText(header), fingerprint };
}
