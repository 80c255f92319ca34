// While the database is away, everything that runs in a loop fails at every turn. The store has told it once; here the rest is
// left out of the log.

import { DatabaseAway } from '../model/database-away.ts';

/** Passes on everything but DatabaseAway. */
export function quietWhileAway(
  onError: (what: string, error: unknown) => void,
): (what: string, error: unknown) => void {
  return (what, error) => {
    if (!(error instanceof DatabaseAway)) onError(what, error);
  };
}
