// What a simulated guest does with an NMI, and how its hypervisor answers the call, as one table. A guest picks a row
// with the metadata key `sim_behaviour`, else with the boot property of that name, else it panics.
// Times follow what real QEMU guests were seen to do; only what a crash kernel takes is cut short.

import { POWER_STATE, type PowerState } from '../../model/power-state.ts';
import type { DriverFaultCode, GuestEventKind, GuestSpec } from '../driver.ts';
import { type ConsoleText, crashKernelText, dazedText, dumpDoneText, panicText } from './console-text.ts';

/** What runs in a guest: nothing, its kernel, a kernel that panicked and stands still, or a crash kernel. */
export type Kernel = 'off' | 'up' | 'halted' | 'crash';

/** One thing a guest does after an NMI. */
export interface Step {
  /** Since the step before it, or since the NMI. */
  readonly afterMs: number;
  readonly powerState?: PowerState;
  readonly kernel?: Kernel;
  /** Comes up anew, printing its boot lines. */
  readonly boots?: true;
  readonly print?: ConsoleText;
  readonly event?: readonly [kind: GuestEventKind, detail: string];
}

/** What the hypervisor makes of the call. With `refuses` no NMI reaches the guest; otherwise it does, at once. */
export type Call =
  | { readonly kind: 'answers'; readonly afterMs: number }
  | { readonly kind: 'never-answers' }
  | { readonly kind: 'breaks'; readonly reason: string; readonly backAfterMs: number }
  | { readonly kind: 'refuses'; readonly code: DriverFaultCode; readonly message: string; readonly novaClass: string };

/** One row: the call, then the guest. */
export interface Behaviour {
  readonly call: Call;
  readonly steps: readonly Step[];
}

const atOnce: Call = { kind: 'answers', afterMs: 0 };

// The crashed state lasts a moment only, as with a libvirt driver that resumes the guest to let its panic text out.
const panic: readonly Step[] = [
  { afterMs: 20, powerState: POWER_STATE.crashed, kernel: 'halted', event: ['panicked', 'Crashed Panicked'] },
  { afterMs: 20, powerState: POWER_STATE.running, print: panicText, event: ['resumed', 'Resumed Unpaused'] },
];

const capture: readonly Step[] = [
  { afterMs: 270, print: crashKernelText },
  { afterMs: 700, print: dumpDoneText },
  { afterMs: 1_000, boots: true, event: ['rebooted', 'Rebooted'] },
];

/** All behaviours by name. */
export const BEHAVIOURS = {
  /** No crash kernel: panics and stands still. */
  panics: { call: atOnce, steps: panic },
  /** A crash kernel takes over and says so, saves a dump, reboots. */
  kdump: {
    call: atOnce,
    steps: [{ afterMs: 30, kernel: 'crash', event: ['crashloaded', 'Crashed Crashloaded'] }, ...capture],
  },
  /** The same by a kernel with default settings: no event before the reboot. */
  'kdump-silent': { call: atOnce, steps: [{ afterMs: 30, kernel: 'crash' }, ...capture] },
  /** Prints two lines and goes on. */
  ignores: { call: atOnce, steps: [{ afterMs: 5, print: dazedText }] },
  /** Gives no sign at all. */
  hangs: { call: atOnce, steps: [] },
  /** The hypervisor fails the call. */
  refuses: {
    call: {
      kind: 'refuses',
      code: 'failed',
      message: "internal error: unable to execute QEMU command 'inject-nmi': machine does not provide NMIs",
      novaClass: 'libvirtError',
    },
    steps: [],
  },
  /** The hypervisor knows no such call. */
  unsupported: {
    call: {
      kind: 'refuses',
      code: 'not-supported',
      message: 'Triggering crash dump is not supported',
      novaClass: 'TriggerCrashDumpNotSupported',
    },
    steps: [],
  },
  /** Panics at once, but the hypervisor takes 3 s to answer the call. */
  slow: { call: { kind: 'answers', afterMs: 3_000 }, steps: panic },
  /** Panics, but the hypervisor never answers the call. */
  stuck: { call: { kind: 'never-answers' }, steps: panic },
  /** The connection breaks with the call under way, for a second; the guest panics unseen. */
  lost: {
    call: { kind: 'breaks', reason: 'Cannot recv data: Connection reset by peer', backAfterMs: 1_000 },
    steps: panic,
  },
} as const satisfies Record<string, Behaviour>;

/** A behaviour's name. */
export type BehaviourName = keyof typeof BEHAVIOURS;

const byName: ReadonlyMap<string, Behaviour> = new Map(Object.entries(BEHAVIOURS));

/** The name of the behaviour a guest asks for, known or not. */
export function behaviourName(spec: GuestSpec): string {
  return simOption(spec, 'sim_behaviour') ?? 'panics';
}

/** The behaviour a guest asks for; undefined if there is none of that name. */
export function behaviourOf(spec: GuestSpec): Behaviour | undefined {
  return byName.get(behaviourName(spec));
}

/** How long a guest waits before `step`, in ms; `sim_reboot_ms` sets how long a crash kernel takes to reboot when done. */
export function delayOf(spec: GuestSpec, step: Step): number {
  const wanted = step.boots === true ? Number(simOption(spec, 'sim_reboot_ms') ?? step.afterMs) : step.afterMs;
  return Number.isFinite(wanted) && wanted >= 0 ? wanted : step.afterMs;
}

/** What a guest's metadata says of a `sim_` key, else its boot properties. */
export function simOption(spec: GuestSpec, key: `sim_${string}`): string | undefined {
  return spec.metadata[key] ?? spec.boot.properties[key];
}
