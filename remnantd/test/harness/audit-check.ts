// Whether the audit tells of every change that was asked for: what was done or ordered once, what was refused once (a repeat
// within a minute not again), and of nothing else.

import type { Operation } from '../../src/api/operation.ts';
import type { AuditEntry } from '../../src/model/audit.ts';

/** A request that was made. */
export interface Call {
  /** The operation's id. */
  readonly operation: string;
  readonly status: number;
  readonly requestId: string;
  /** Who asked; null without a token. */
  readonly user: string | null;
}

/** Operations that change something and leave no entry, and why. */
const UNAUDITED: Readonly<Record<string, string>> = {
  'tokens.issue': 'a sign-in changes nothing but the list of tokens; each is a line of the log',
  'tokens.revoke':
    "a sign-out, the same; of somebody else's token it leaves one, which the tests of the identity look at",
};

/** Operations that succeed without an entry where there was nothing to change. */
const MAY_CHANGE_NOTHING: Readonly<Record<string, string>> = {
  'servers.lock': 'a server that its owner has locked already',
};

/** Operations that nobody in the policy matrix can bring to an end, with what stands in their way. It only shrinks. */
const NEVER_DONE: Readonly<Record<string, string>> = {
  'servers.confirm-resize': 'no server of the matrix was resized; the test of resizes does it',
  'servers.revert-resize': 'no server of the matrix was resized; the test of resizes does it',
  'os-services.delete': 'its host is alive and has servers; the services test does it',
};

type Kept = Pick<AuditEntry, 'requestId' | 'operation' | 'result' | 'userId'>;

/** What is wrong with what the audit says of `calls`; nothing when it is right. */
export function auditProblems(
  operations: readonly Operation[],
  calls: readonly Call[],
  entries: readonly Kept[],
): string[] {
  const byId = new Map(operations.map((operation) => [operation.id, operation]));
  const wrong = calls.flatMap((call) => {
    const operation = byId.get(call.operation);
    if (operation === undefined) return [`${call.operation}: there is no such operation`];
    // What a command came to is a further entry, under the name of its event.
    const own = entries.filter((entry) => entry.requestId === call.requestId && entry.operation === call.operation);
    const found = own.map(({ result, userId }) => `${result} by ${userId}`);
    const wanted = wantedOf(operation, call).map((results) => results.map((result) => `${result} by ${call.user}`));
    const isRepeat =
      call.status >= 400 &&
      entries.some((one) => one.result === 'refused' && one.operation === call.operation && one.userId === call.user);
    const noChange = found.length === 0 && call.status < 300 && MAY_CHANGE_NOTHING[call.operation] !== undefined;
    const right =
      noChange ||
      (found.length === 0 && isRepeat) ||
      (found.length === wanted.length && wanted.every((any, i) => any.includes(found[i] ?? '')));
    return right ? [] : [`${call.operation} ${call.status} by ${call.user}: [${found.join(', ')}] in the audit`];
  });
  const done = new Set(entries.filter(({ result }) => result !== 'refused').map(({ operation }) => operation));
  const untried = operations.filter((operation) => isAudited(operation) && !done.has(operation.id));
  return [
    ...wrong,
    ...untried
      .filter(({ id, open }) => open !== true && NEVER_DONE[id] === undefined)
      .map(
        ({ id }) =>
          `${id}: no request of the matrix succeeds and leaves an entry: give it one that does, or say in NEVER_DONE why not`,
      ),
  ];
}

function isAudited(operation: Operation): boolean {
  const reads = operation.method === 'GET' || operation.method === 'HEAD' || operation.readOnly === true;
  return !reads && UNAUDITED[operation.id] === undefined;
}

/** For each entry that must be there, the results it may have. */
function wantedOf(operation: Operation, { status }: Call): readonly (readonly string[])[] {
  if (UNAUDITED[operation.id] !== undefined) return status === 403 || status === 409 ? [['refused']] : [];
  // Of a guarded read each look is told, and each refusal.
  if (operation.guarded === true) {
    if (status === 403) return [['refused']];
    return status === 200 || status === 206 ? [['done']] : [];
  }
  if (!isAudited(operation)) return [];
  if (status < 300) return [['done', 'accepted']];
  return status === 403 || status === 409 ? [['refused']] : [];
}
