// What a simulated guest does with an NMI, and how its hypervisor answers the call, as one table. A guest picks a row
// with the metadata key `sim_behaviour`, else with the boot property of that name, else it panics.
// Times follow what real QEMU guests were seen to do; only what a crash kernel takes is cut short.

import { POWER_STATE, type PowerState } from '../../model/power-state.ts';
import type { DriverFaultCode, GuestEventKind, GuestPort, GuestSpec } from '../driver.ts';
import {
  type ConsoleText,
  crashKernelText,
  dazedText,
  dumpDoneText,
  dumpFailedText,
  openPanicText,
  panicText,
} from './console-text.ts';

/** What runs in a guest: nothing, its kernel, a kernel that panicked and stands still, or a crash kernel. */
export type Kernel = 'off' | 'up' | 'halted' | 'crash';

/**
 * One thing a crash kernel does with its ports. `say` is a line on the status port. `write` is a dump into the dump port,
 * whole or about half of it; it is the last act of its step, and the next step's time counts from when all was read.
 */
export type PortAct =
  | { readonly open: GuestPort }
  | { readonly close: GuestPort }
  | { readonly say: string }
  | { readonly write: 'whole' | 'half' };

/** One thing a guest does after an NMI. */
export interface Step {
  /** Since the step before it, or since the NMI. */
  readonly afterMs: number;
  readonly powerState?: PowerState;
  readonly kernel?: Kernel;
  /** Comes up anew, printing its boot lines. */
  readonly boots?: true;
  readonly print?: ConsoleText;
  readonly ports?: readonly PortAct[];
  /** Heard behind what is heard of the ports. */
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

// Its panic device stops the guest, as on libvirt with on_crash=preserve: its text comes out only once somebody lets it go on.
const panicked: Step = {
  afterMs: 20,
  powerState: POWER_STATE.crashed,
  kernel: 'halted',
  event: ['panicked', 'Crashed Panicked'],
};
const panic: readonly Step[] = [panicked, { afterMs: 20, print: panicText }];

const crashloaded: Step = { afterMs: 30, kernel: 'crash', event: ['crashloaded', 'Crashed Crashloaded'] };
const crashedSilently: Step = { afterMs: 30, kernel: 'crash' };

/** The crash kernel, up and telling where it will save. */
function comesUp(dump: string): Step {
  const ports = [{ open: 'status' }, { say: `CRASH-KERNEL-UP dump=${dump}` }] as const;
  return { afterMs: 270, print: crashKernelText, ports };
}

/** The end of a crash kernel's work, by the exit code of what saves; a reset follows, which closes its status port. */
function done(rc: 0 | 1, afterMs: number): readonly Step[] {
  const print = rc === 0 ? dumpDoneText : dumpFailedText;
  return [
    { afterMs, print, ports: [{ say: `DUMP-DONE rc=${rc}` }] },
    { afterMs: 1_000, boots: true, event: ['rebooted', 'Rebooted'] },
  ];
}

const toPort = (write: 'whole' | 'half'): Step => ({ afterMs: 10, ports: [{ open: 'dump' }, { write }] });
const portClosed: Step = { afterMs: 690, ports: [{ close: 'dump' }] };
const capture: readonly Step[] = [comesUp('port'), toPort('whole'), portClosed, ...done(0, 0)];

const breaks = {
  kind: 'breaks',
  reason: 'Cannot recv data: Connection reset by peer',
  backAfterMs: 1_000,
} as const satisfies Behaviour['call'];

/** All behaviours by name. */
export const BEHAVIOURS = {
  /** No crash kernel: panics and stands still. */
  panics: { call: atOnce, steps: panic },
  /** The same with a kernel that does not stay (kernel.panic=-1): its text done, it boots anew. */
  'panics-reboots': {
    call: atOnce,
    steps: [
      panicked,
      { afterMs: 20, print: openPanicText },
      { afterMs: 10, boots: true, event: ['rebooted', 'Rebooted'] },
    ],
  },
  /** The same without a panic device: no event, its text at once. */
  'panics-in-text': { call: atOnce, steps: [{ afterMs: 40, kernel: 'halted', print: panicText }] },
  /** A crash kernel takes over and says so, hands a dump to its port, reboots. */
  kdump: { call: atOnce, steps: [crashloaded, ...capture] },
  /** The same by a kernel with default settings: nothing is heard before its crash kernel opens a port. */
  'kdump-silent': { call: atOnce, steps: [crashedSilently, ...capture] },
  /** The dump goes to the guest's own disk: no byte on the port. */
  'kdump-local': { call: atOnce, steps: [crashloaded, comesUp('local'), ...done(0, 700)] },
  /** The dump goes to an NFS server: no byte on the port. */
  'kdump-nfs': { call: atOnce, steps: [crashloaded, comesUp('nfs'), ...done(0, 700)] },
  /** The crash kernel stops in the middle of the dump, for ever. */
  'kdump-hangs': { call: atOnce, steps: [crashloaded, comesUp('port'), toPort('half')] },
  /** The crash kernel comes up, says so, and stops there, for ever. */
  'kdump-stands': { call: atOnce, steps: [crashloaded, comesUp('port')] },
  /** The crash kernel takes over and is never heard of. */
  'kdump-dies': { call: atOnce, steps: [crashloaded] },
  /** What saves the dump fails before its first byte, and says so. */
  'kdump-fails': {
    call: atOnce,
    steps: [
      crashloaded,
      comesUp('port'),
      { afterMs: 10, ports: [{ open: 'dump' }] },
      { afterMs: 10, ports: [{ close: 'dump' }] },
      ...done(1, 0),
    ],
  },
  /** The dump breaks off in the middle of a record, and the guest calls it done all the same. */
  'kdump-broken': { call: atOnce, steps: [crashloaded, comesUp('port'), toPort('half'), portClosed, ...done(0, 0)] },
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
  lost: { call: breaks, steps: panic },
  /** The same, and the guest gives no sign. */
  'lost-hangs': { call: breaks, steps: [] },
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

/** How many bytes a guest's dump has, put together: `sim_dump_bytes`, or 256 KiB. */
export function dumpBytesOf(spec: GuestSpec): number {
  const wanted = Number(simOption(spec, 'sim_dump_bytes') ?? Number.NaN);
  return Number.isSafeInteger(wanted) && wanted > 0 ? wanted : 262_144;
}

/** True if the guest has a panic device, which tells of a panic. */
export function hasPanicDevice(spec: GuestSpec): boolean {
  return behaviourName(spec) !== 'panics-in-text';
}

/** What a guest's metadata says of a `sim_` key, else its boot properties. */
export function simOption(spec: Pick<GuestSpec, 'metadata' | 'boot'>, key: `sim_${string}`): string | undefined {
  return spec.metadata[key] ?? spec.boot?.properties[key];
}
