// A crash dump's phases and verdicts. A verdict is about the guest and claims no more than was seen; `unknown` is a legal
// one. Phases only move forward.

/**
 * Where a dump is. `requested`: accepted. `sent`: the hypervisor took the NMI. `unconfirmed`: it may have; guarded and
 * followed like a sent one. `ended`: there is a verdict.
 */
export type DumpPhase = 'requested' | 'sent' | 'unconfirmed' | 'ended';

/**
 * What the guest did, as far as was seen.
 * `panicked_without_dump`: its kernel panicked and no crash kernel took over. `not_sent`: no NMI went out.
 * `unknown`: it cannot be told, and the reason says why. The others need a dump followed further than its reaction.
 */
export type Verdict = 'captured' | 'panicked_without_dump' | 'ignored' | 'hung' | 'not_sent' | 'unknown';

/** What an NMI asked for through this driver meant when it was asked. */
export type NmiMeaning = 'exactly-asked' | 'at-least-once' | 'latched';

/** A kind of thing seen, with the words it was seen in. */
export interface Seen {
  readonly kind: string;
  readonly detail: string;
}

/** A verdict with its reason in words for people. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly reason: string;
}

/** What the entries of one host's journal, in their order, show of a dump: only what stands behind `nmi-asked` can have come of it. */
interface Shown {
  /** True if the guest had crashed before that. */
  readonly crashedBefore: boolean;
  /** True once its crash kernel took over. */
  readonly crashKernel: boolean;
  /** What ended the wait; null while nothing did. */
  readonly end: Seen | null;
}

function isCrash({ kind, detail }: Seen): boolean {
  return kind === 'panicked' || (kind === 'state' && detail === 'crashed');
}

function whatIsShown(seen: readonly Seen[]): Shown {
  const at = seen.findIndex((entry) => entry.kind === 'nmi-asked');
  const before = at < 0 ? seen : seen.slice(0, at);
  const after = at < 0 ? [] : seen.slice(at + 1);
  const crashedBefore = before.some(isCrash);
  const ends = (entry: Seen) =>
    entry.kind === 'rebooted' || entry.kind === 'stopped' || (isCrash(entry) && !crashedBefore);
  return {
    crashedBefore,
    crashKernel: after.some((entry) => entry.kind === 'crashloaded'),
    end: after.find(ends) ?? null,
  };
}

/** The verdict that follows from what was seen; null to go on waiting. A crash kernel at work is waited for. */
export function judge(seen: readonly Seen[]): Judgement | null {
  const { end, crashKernel } = whatIsShown(seen);
  if (end === null) return null;
  if (isCrash(end)) {
    const how = end.kind === 'state' ? 'the guest was found crashed' : `the guest's kernel panicked (${end.detail})`;
    return {
      verdict: 'panicked_without_dump',
      reason: `${how}; its panic device spoke, so no crash kernel had taken over`,
    };
  }
  const did = end.kind === 'rebooted' ? 'rebooted' : 'stopped';
  const first = crashKernel ? "the guest's crash kernel took over, and it" : 'the guest';
  return {
    verdict: 'unknown',
    reason: `${first} ${did} after the NMI (${end.detail}); whether it saved a dump before was not seen`,
  };
}

/** Why nothing can be said of a dump whose time is over: what was looked for, and what could not be seen. */
export function judgeAtBound(
  seen: readonly Seen[],
  dump: { readonly phase: DumpPhase; readonly meaning: NmiMeaning | null; readonly seconds: number },
): Judgement {
  const { crashedBefore, crashKernel } = whatIsShown(seen);
  const parts = crashKernel
    ? [`the guest's crash kernel took over, and nothing more was seen of it within ${dump.seconds} s`]
    : [`no reaction of the guest was seen within ${dump.seconds} s`];
  if (dump.phase === 'unconfirmed') parts.push('whether the NMI was sent is not known');
  if (dump.meaning === 'latched') parts.push('the server was paused: its NMI waits until it resumes');
  if (crashedBefore) parts.push('the guest had crashed before the NMI was asked for');
  if (seen.some((entry) => entry.kind === 'blind')) parts.push('the host could not be watched all the time');
  if (!crashKernel && !crashedBefore) parts.push('it may have ignored the NMI, or have no panic device to tell with');
  return { verdict: 'unknown', reason: parts.join('; ') };
}
