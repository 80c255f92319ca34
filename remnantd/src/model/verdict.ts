// A crash dump's phases and verdicts. A verdict is about the guest and claims no more than was seen; `unknown` is a legal
// one. Phases only move forward.

/**
 * Where a dump is. `requested`: accepted. `sent`: the hypervisor took the NMI; `unconfirmed`: it may have, and is guarded and
 * followed like a sent one; `waiting`: it holds the NMI until the guest resumes. `reacted`: the guest panicked, its crash
 * kernel took over, or it went on. `capturing`: its dump is being written. `saved`: it is done with that. `rebooted`: it came
 * back. `ended`: nothing more is waited for.
 */
export const DUMP_PHASES = [
  'requested',
  'unconfirmed',
  'sent',
  'waiting',
  'reacted',
  'capturing',
  'saved',
  'rebooted',
  'ended',
] as const;
/** A phase. */
export type DumpPhase = (typeof DUMP_PHASES)[number];

/**
 * What the guest did, as far as was seen. `captured`: there is a dump. `panicked_without_dump`: its kernel panicked, and there
 * is none. `ignored`: it took the NMI and went on. `hung`: its crash kernel took over and got stuck. `not_sent`: no NMI reached
 * it. `unknown`: it cannot be told, and the reason says why.
 */
export const VERDICTS = ['captured', 'panicked_without_dump', 'ignored', 'hung', 'not_sent', 'unknown'] as const;
/** A verdict. */
export type Verdict = (typeof VERDICTS)[number];

/** What an NMI asked for through this driver meant when it was asked. */
export type NmiMeaning = 'exactly-asked' | 'at-least-once' | 'latched';

/** A verdict with its reason in words for people. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly reason: string;
}
