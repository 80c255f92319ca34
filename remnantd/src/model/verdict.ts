// A crash dump's phases and verdicts. A verdict is about the guest and claims no more than was seen; `unknown` is a legal
// one. Phases only move forward.

/** Where a dump is. `requested`: accepted. `sent`: the hypervisor took the NMI. `ended`: there is a verdict. */
export type DumpPhase = 'requested' | 'sent' | 'ended';

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

/** The verdict and its reason that follow from what a guest did after the NMI was sent; null to go on waiting. */
export function verdictFromReaction(seen: Seen): { verdict: Verdict; reason: string } | null {
  switch (seen.kind) {
    case 'panicked':
      return {
        verdict: 'panicked_without_dump',
        reason: `the guest's kernel panicked (${seen.detail}); its panic device spoke, so no crash kernel had taken over`,
      };
    case 'crashloaded':
      return {
        verdict: 'unknown',
        reason: `the guest's crash kernel took over (${seen.detail}); whether it saved a dump was not followed`,
      };
    case 'rebooted':
      return {
        verdict: 'unknown',
        reason: `the guest rebooted after the NMI (${seen.detail}); whether it saved a dump before was not seen`,
      };
    case 'stopped':
      return {
        verdict: 'unknown',
        reason: `the guest stopped after the NMI (${seen.detail}); whether it saved a dump before was not seen`,
      };
    case 'state':
      return seen.detail === 'crashed'
        ? {
            verdict: 'panicked_without_dump',
            reason: 'the guest was found crashed: its panic device had spoken, so no crash kernel had taken over',
          }
        : null;
    default:
      return null;
  }
}
