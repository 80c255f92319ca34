// Who asks: the identity a request carries once its token was checked. Rules are evaluated against it.

import type { ProjectId, UserId } from './ids.ts';

/** An authenticated caller. Names are for people, ids for rules. */
export interface Caller {
  readonly userId: UserId;
  readonly userName: string;
  /** Null when the token is scoped to a domain, the system or nothing. */
  readonly projectId: ProjectId | null;
  readonly projectName: string | null;
  /** Lower case, implied roles included (admin implies member implies reader, as Keystone's bootstrap has it). */
  readonly roles: readonly string[];
  /** `all` for a system-scoped token. */
  readonly systemScope: 'all' | null;
  /** The id of the domain the token is scoped to; null for any other scope, whatever domain its user or project is of. */
  readonly domainScope: string | null;
  /** The result of Nova's rule `context_is_admin`: sees all projects, passes locks, where the token's scope lets it in at all. */
  readonly isAdmin: boolean;
}
