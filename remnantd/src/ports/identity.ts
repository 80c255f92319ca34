// Who is behind a token. The built-in identity answers from the database, a Keystone adapter from a real Keystone.

import type { Caller } from '../model/caller.ts';

/** Checks tokens. */
export interface Identity {
  /** The caller behind `token`; null when it is unknown, expired or revoked. Throws IdentityUnavailable when that cannot be told. */
  authenticate(token: string): Promise<Omit<Caller, 'isAdmin'> | null>;
}

/** The identity service did not answer: the request is 503, never 401. */
export class IdentityUnavailable extends Error {
  override readonly name = 'IdentityUnavailable';
}
