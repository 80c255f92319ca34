// One step of a simulated guest's reaction to an NMI: what it makes of the guest, what is printed and what is heard.

import { behaviourOf, type Step, simOption } from './behaviours.ts';
import { bootText } from './console-text.ts';
import { actOnPorts, rebootPorts, type Told } from './sim-ports.ts';
import type { SimGuest, SimGuestState } from './world-record.ts';

/** What came of a step. */
export interface Effect {
  readonly to: Partial<SimGuestState>;
  readonly print: string;
  /** In the order it happened. */
  readonly told: readonly Told[];
}

/** The step of `guest` by its index in the behaviour; undefined behind the last one. */
export function stepOf(guest: SimGuest, index: number): Step | undefined {
  return behaviourOf(guest.spec)?.steps[index];
}

/** What `step` does to `guest` at `at` (wall clock in ms). */
export function effectOf(guest: SimGuest, step: Step, at: number): Effect {
  const own = step.event === undefined ? [] : [step.event];
  if (step.boots === true) {
    const { ports, told } = rebootPorts(guest);
    return { to: { kernel: 'up', bootedAt: at, ports }, print: bootLines(guest), told: [...told, ...own] };
  }
  const to: Partial<SimGuestState> = {};
  if (step.powerState !== undefined) to.powerState = step.powerState;
  if (step.kernel !== undefined) to.kernel = step.kernel;
  const { ports, told } = actOnPorts(guest, step.ports ?? []);
  if (step.ports !== undefined) to.ports = ports;
  return { to, print: step.print?.(Math.max(0, at - guest.bootedAt)) ?? '', told: [...told, ...own] };
}

/** What `guest` prints when it comes up. */
export function bootLines(guest: SimGuest): string {
  const { spec, rescue } = guest;
  const { boot } = rescue ?? spec;
  return bootText(spec.name, boot?.commandLine ?? '', isStalled(guest));
}

/** True if what runs in `guest` hangs; what makes it do so is on its own disk, so one that is rescued does not. */
export function isStalled({ spec, rescue = null }: SimGuest): boolean {
  return rescue === null && simOption(spec, 'sim_stall') === 'hard';
}
