// Who is behind a token. The built-in identity answers from the database, a Keystone adapter from a real Keystone.

import type { Caller } from '../model/caller.ts';

/** Checks tokens. */
export interface Identity {
  /**
   * The caller behind `token`; null when it is unknown, expired or revoked. A service that acts for the caller sends a token
   * of its own too: with a good `serviceToken` an expired `token` still counts, with a bad one nothing does (null). An
   * identity that knows no services ignores it. Throws IdentityUnavailable when that cannot be told.
   */
  authenticate(token: string, serviceToken?: string): Promise<Omit<Caller, 'isAdmin'> | null>;
  /** Is there a project of that id? An identity that cannot tell has no such method. */
  hasProject?(id: string): Promise<boolean>;
  /** Why tokens cannot be checked, in words for an operator; null when they can. Costs nothing; without it, they always can. */
  healthy?(): string | null;
}

/** The identity service did not answer: the request is 503, never 401. */
export class IdentityUnavailable extends Error {
  override readonly name = 'IdentityUnavailable';
}
