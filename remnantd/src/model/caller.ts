// Who asks: the identity a request carries once its token was checked. Rules are evaluated against it.

import type { ProjectId, UserId } from './ids.ts';

/** An authenticated caller. Names are for people, ids for rules. */
export interface Caller {
  readonly userId: UserId;
  readonly userName: string;
  /** Null when the token is scoped to the system or to nothing. */
  readonly projectId: ProjectId | null;
  readonly projectName: string | null;
  readonly domainId: string;
  /** Lower case, implied roles included (admin implies member implies reader, as Keystone's bootstrap has it). */
  readonly roles: readonly string[];
  /** `all` for a system-scoped token. */
  readonly systemScope: 'all' | null;
  /** The result of Nova's rule `context_is_admin`: sees all projects, passes locks. */
  readonly isAdmin: boolean;
}
