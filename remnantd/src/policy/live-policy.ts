// The policy that may be replaced while requests run. Replacing is one assignment: whoever asks, asks the whole old policy
// or the whole new one. Who must be judged by one policy through several questions takes `now()` and keeps it.

import type { Policy } from './policy-engine.ts';

/** A policy that may be replaced; asked directly, it answers as the one in force now. */
export interface LivePolicy extends Policy {
  /** The one in force now, which never changes. */
  readonly now: () => Policy;
  /** Puts `next` in force. */
  readonly replace: (next: Policy) => void;
}

/** Begins with `first`. */
export function livePolicy(first: Policy): LivePolicy {
  let current = first;
  return {
    now: () => current,
    replace: (next) => {
      current = next;
    },
    allows: (rule, credentials, target) => current.allows(rule, credentials, target),
    rules: () => current.rules(),
  };
}
