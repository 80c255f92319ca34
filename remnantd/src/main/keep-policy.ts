// Keeps the policy in step with the operator's files while requests run. What cannot be put in force is told and changes
// nothing: the rules before it stay. A change counts once it has stood still from one look to the next, so that a file that
// is half written, or away while an editor puts another in its place, is not taken for what the operator meant.

import { VOCABULARY } from '../access/authorise.ts';
import type { LivePolicy } from '../policy/live-policy.ts';
import { livePolicy } from '../policy/live-policy.ts';
import type { LoadedPolicy } from '../policy/load-policy.ts';
import { loadPolicy, PolicyFileError } from '../policy/load-policy.ts';
import type { RuleText } from '../policy/parse-rule.ts';
import type { RuleDefault } from '../policy/rule-default.ts';
import type { Clock } from '../ports/clock.ts';
import { repeat } from '../ports/repeat.ts';
import type { PolicyPlaces } from './policy-files.ts';
import { policyStamp, readPolicyFiles } from './policy-files.ts';

/** What rules are made of: the defaults, tests' overrides of them, and the operator's files. */
export interface PolicyOrigin {
  readonly defaults: readonly RuleDefault[];
  readonly overrides?: Readonly<Record<string, RuleText>>;
  readonly places: PolicyPlaces;
}

/** What became of the files, for the log. */
export type PolicyNews =
  | { readonly kind: 'loaded'; readonly files: readonly string[]; readonly warnings: readonly string[] }
  /** The rules before stay in force; a line for each problem. */
  | { readonly kind: 'refused'; readonly problem: string };

/** Tells it to a log, a line for each thing that somebody must look at. */
export function logPolicy(
  log: Record<'info' | 'warn' | 'error', (facts: object, text: string) => void>,
  news: PolicyNews,
): void {
  if (news.kind === 'loaded') {
    log.info({ files: news.files }, 'policy loaded');
    for (const warning of news.warnings) log.warn({ warning }, 'policy');
  } else {
    log.error({ problems: news.problem.split('\n') }, 'policy refused; the rules before it stay in force');
  }
}

/** A policy that follows its files. */
export interface KeptPolicy {
  readonly policy: LivePolicy;
  /** Why the files as they are now are not in force; null when they are. */
  readonly problem: () => string | null;
  /** Reads the files now, changed or not. Never rejects. */
  readonly reload: () => Promise<void>;
  readonly stop: () => void;
}

/** What keeping a policy needs. */
export interface KeepPolicyDeps extends PolicyOrigin {
  readonly clock: Clock;
  readonly onNews: (news: PolicyNews) => void;
  readonly onError: (what: string, error: unknown) => void;
}

/** A change is in force after two looks at most. */
const LOOK_MS = 500;

/** Loads the files once, as a daemon would. Throws `PolicyFileError`. */
export async function loadPolicyFiles(
  origin: PolicyOrigin,
): Promise<LoadedPolicy & { readonly files: readonly string[] }> {
  const { defaults, overrides = {}, places } = origin;
  const files = await readPolicyFiles(places);
  const loaded = loadPolicy({ defaults, overrides, files, vocabulary: VOCABULARY });
  return { ...loaded, files: files.map(({ name }) => name) };
}

/** Loads the files and follows them until it is stopped. Throws `PolicyFileError` if they are bad to begin with. */
export async function keepPolicy(deps: KeepPolicyDeps): Promise<KeptPolicy> {
  const { clock, places, onNews, onError } = deps;
  let settled = await policyStamp(places);
  let seen = settled;
  let problem: string | null = null;
  const first = await loadPolicyFiles(deps);
  const policy = livePolicy(first.policy);
  tell(first);

  function tell({ files, warnings }: { readonly files: readonly string[]; readonly warnings: readonly string[] }) {
    onNews({ kind: 'loaded', files, warnings });
  }
  /** `stamp` was taken before reading: what is written while it reads differs from it and is read again. */
  const read = async (stamp: string) => {
    settled = stamp;
    try {
      const loaded = await loadPolicyFiles(deps);
      policy.replace(loaded.policy);
      problem = null;
      tell(loaded);
    } catch (error) {
      if (!(error instanceof PolicyFileError)) throw error;
      problem = error.message;
      onNews({ kind: 'refused', problem });
    }
  };
  const look = async () => {
    const stamp = await policyStamp(places);
    const still = stamp === seen;
    seen = stamp;
    if (still && stamp !== settled) await read(stamp);
  };
  let turn: Promise<void> = Promise.resolve();
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    turn = turn.then(work).catch((error: unknown) => onError('reading the policy', error));
    return turn;
  };
  const stop = repeat(
    clock,
    LOOK_MS,
    () => inTurn(look),
    (error) => onError('looking at the policy files', error),
  );
  return {
    policy,
    problem: () => problem,
    reload: () => inTurn(async () => read(await policyStamp(places))),
    stop,
  };
}
