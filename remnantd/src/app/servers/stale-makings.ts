// Which makings of a server's files are nobody's any more. Every command that makes a guest signs what it makes; a host removes, or
// makes anew, only what bears a sign of this list. Invariant: a making that `staleMakings` names is never the server's again, so that
// an order which carries the list may be as late as it likes.

import type { CommandRow } from '../../db/commands.ts';
import type { CommandId } from '../../model/ids.ts';
import type { Server } from '../../model/server.ts';

/** Those among the `commands` of a server, oldest first, whose files it cannot have, wherever it is or is being made. */
export function staleMakings(commands: readonly CommandRow[], { host }: Pick<Server, 'host'>): CommandId[] {
  const live = new Set(liveMakings(commands, host));
  return makings(commands)
    .filter(({ id, state }) => state === 'done' && !live.has(id))
    .map(({ id }) => id);
}

/**
 * For a server whose host is lost, and that is made on another one now: all that cannot be on its disk. While its host is at work on a
 * rebuild, what was there before is what its owner wants to be rid of; once that has ended, whatever there is may be all that is left.
 */
export function supersededMakings(commands: readonly CommandRow[], { host }: Pick<Server, 'host'>): CommandId[] {
  const running = makings(commands).findLast((one) => one.host === host && one.state === 'granted');
  const live = new Set(running === undefined ? liveMakings(commands, host) : [running.id]);
  return allMakings(commands).filter((id) => !live.has(id));
}

/** What may be on its disk on `host`, newest first: the last that is known to have been made, and what was begun since. */
function liveMakings(commands: readonly CommandRow[], host: Server['host']): (CommandId | null)[] {
  const live: (CommandId | null)[] = [];
  for (const { id, host: on, grantedAt, state, outcome } of makings(commands).toReversed()) {
    if (on !== host || (state === 'done' && grantedAt === null)) continue;
    // Who took a disk over signed it too.
    if (outcome?.result === 'success')
      return [...live, id, ...(outcome.kept === undefined ? [] : [outcome.kept.making])];
    if (outcome?.result !== 'error' || outcome.untouched !== true) live.push(id);
  }
  return live;
}

/** All of them. */
export function allMakings(commands: readonly CommandRow[]): CommandId[] {
  return makings(commands).map(({ id }) => id);
}

function makings(commands: readonly CommandRow[]): CommandRow[] {
  return commands.filter(({ order }) => order.kind === 'create' || order.kind === 'rebuild');
}
