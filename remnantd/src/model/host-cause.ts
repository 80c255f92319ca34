// Why a host has the status it has: one closed list, told apart by a pure function. host_status keeps Nova's four words; the
// cause says what the word stands on, and what it hides (a disabled host may be dead).

/** What is heard of a host's agent. `held`: heard, and not counted UP yet because it comes and goes. */
export type Hearing = 'heard' | 'held' | 'not-heard-yet' | 'silent' | 'stopped' | 'bus-lost';

/** Every cause there is, with what it means. */
export const HOST_CAUSES = {
  heard: 'its agent is heard',
  'not-heard-yet': 'this process has just begun to listen',
  stopped: 'its agent said that it stops',
  silent: 'its agent was not heard in time',
  'bus-lost': 'this process does not reach the bus: nothing is known of the host',
  flapping: 'it is heard, and came and went too often to count as up',
  'out-of-reach': 'its agent is heard, and cannot reach what it speaks for: nothing is known of its servers',
  'hypervisor-lost': 'its agent lost the hypervisor and disabled it by itself',
  'forced-down': 'an operator marked it down',
  disabled: 'it is disabled',
  'disabled-silent': 'it is disabled, and its agent is not heard',
} as const;

/** A cause. */
export type HostCause = keyof typeof HOST_CAUSES;

/** What decides it. */
export interface HostCauseFacts {
  readonly forcedDown: boolean;
  readonly disabled: boolean;
  /** True if it disabled itself (`AUTO: `). */
  readonly auto: boolean;
  readonly hearing: Hearing;
  /** True if its agent says that it knows nothing of its guests. */
  readonly outOfReach: boolean;
}

/** The cause for a host with these facts, in the order of host_status. */
export function hostCause({ forcedDown, disabled, auto, hearing, outOfReach }: HostCauseFacts): HostCause {
  if (forcedDown) return 'forced-down';
  if (disabled) {
    if (hearing === 'silent' || hearing === 'stopped') return 'disabled-silent';
    return auto ? 'hypervisor-lost' : 'disabled';
  }
  if (outOfReach && (hearing === 'heard' || hearing === 'held')) return 'out-of-reach';
  return hearing === 'held' ? 'flapping' : hearing;
}

/** True for a cause that lies with whoever watches: it says nothing of the host, and no transition of it is kept. */
export function isWatchersOwn(cause: HostCause): boolean {
  return cause === 'not-heard-yet' || cause === 'bus-lost';
}
