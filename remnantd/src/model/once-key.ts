// A key under which a client may repeat a request without repeating what it does (IETF draft httpapi-idempotency-key).

import type { ProjectId, RequestId } from './ids.ts';

/** How long a key is known, ms: after that it is a new one. */
export const KEY_KNOWN_MS = 24 * 3_600_000;

/** A key with all that makes it one: two projects, paths or methods may each have their own of the same text. */
export interface OnceKey {
  /** Null for a caller without a project. */
  readonly project: ProjectId | null;
  readonly method: string;
  readonly path: string;
  readonly key: string;
  /** SHA-256 of who asked for what: another body under the same key is another request. */
  readonly fingerprint: string;
}

/** The request that made the change of a key. What it answered is not kept: it may be a guest's, or no longer the caller's to see. */
export interface FirstRequest {
  readonly fingerprint: string;
  readonly requestId: RequestId;
}
