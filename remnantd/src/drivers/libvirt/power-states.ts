// libvirt's domain states as the Compute API's power states, as Nova's libvirt driver maps them.

import { POWER_STATE, type PowerState } from '../../model/power-state.ts';
import { STATE } from './constants.ts';

const states: ReadonlyMap<number, PowerState> = new Map<number, PowerState>([
  [STATE.VIR_DOMAIN_NOSTATE, POWER_STATE.noState],
  [STATE.VIR_DOMAIN_RUNNING, POWER_STATE.running],
  [STATE.VIR_DOMAIN_BLOCKED, POWER_STATE.running],
  [STATE.VIR_DOMAIN_PAUSED, POWER_STATE.paused],
  [STATE.VIR_DOMAIN_SHUTDOWN, POWER_STATE.shutdown],
  [STATE.VIR_DOMAIN_SHUTOFF, POWER_STATE.shutdown],
  [STATE.VIR_DOMAIN_CRASHED, POWER_STATE.crashed],
  [STATE.VIR_DOMAIN_PMSUSPENDED, POWER_STATE.suspended],
]);

/** True for a domain that runs, by libvirt's `state`. */
export function isRunning(state: number): boolean {
  return state === STATE.VIR_DOMAIN_RUNNING || state === STATE.VIR_DOMAIN_BLOCKED;
}

/** True for a domain that somebody paused. */
export function isPaused(state: number): boolean {
  return state === STATE.VIR_DOMAIN_PAUSED;
}

/** True for a domain that has no QEMU. */
export function isOff(state: number): boolean {
  return state === STATE.VIR_DOMAIN_SHUTOFF;
}

/** The power state for libvirt's `state`; one that this version does not know is "no state". */
export function powerState(state: number): PowerState {
  return states.get(state) ?? POWER_STATE.noState;
}
