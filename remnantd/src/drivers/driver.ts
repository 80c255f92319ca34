// The contract between an agent and what it drives. A driver is one folder beside this file; `conformance.ts` is the
// suite every driver passes. Core verbs are methods all drivers have; abilities are optional members, and one that is
// missing is a fault raised in `ability()` alone, so no driver needs to say what it cannot do.

import type { CommandId, ServerId } from '../model/ids.ts';
import type { PowerState } from '../model/power-state.ts';

/** What a host can offer; memory in MiB, disk in GiB. */
export interface Inventory {
  readonly hypervisorType: string;
  /** As Nova counts it: major * 1,000,000 + minor * 1,000 + micro. */
  readonly hypervisorVersion: number;
  readonly hypervisorHostname: string;
  /** CPU architecture as the hypervisor names it, e.g. `x86_64`. */
  readonly arch: string;
  readonly vcpus: number;
  readonly memoryMb: number;
  readonly diskGb: number;
}

/** A guest as the hypervisor knows it. `id` is the server's id for guests Remnant made, else the hypervisor's own UUID. */
export interface Guest {
  readonly id: ServerId;
  /** The hypervisor's name for it, e.g. `instance-0000002a`. */
  readonly name: string;
  readonly powerState: PowerState;
  readonly vcpus: number;
  readonly memoryMb: number;
  /** True for a guest this driver created for Remnant; false for one that was there before (to be adopted). */
  readonly ours: boolean;
}

/** What a new guest boots from: a kernel and its initial file system, as files the host can read. */
export interface BootSource {
  readonly kernel: string;
  readonly initrd: string;
  /** The kernel's command line. */
  readonly commandLine: string;
  /** The image's other properties, by Glance's names; a driver reads those it knows. */
  readonly properties: Readonly<Record<string, string>>;
}

/** Everything a driver needs to make a guest. */
export interface GuestSpec {
  readonly id: ServerId;
  readonly name: string;
  readonly displayName: string;
  readonly projectId: string;
  readonly vcpus: number;
  readonly memoryMb: number;
  readonly boot: BootSource;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The command on whose behalf a verb is called: for logs and journals, never for logic. */
export interface Order {
  readonly command: CommandId;
}

/** Something a guest did, seen by the hypervisor. */
export interface GuestEvent {
  readonly guest: ServerId;
  readonly kind: GuestEventKind;
  /** The hypervisor's own words for it, e.g. `Crashed Panicked`. */
  readonly detail: string;
  /** When it was seen, wall clock in ms. */
  readonly at: number;
}

/** What a guest can be seen to do. */
export type GuestEventKind =
  | 'defined'
  | 'undefined'
  | 'started'
  | 'stopped'
  | 'paused'
  | 'resumed'
  | 'rebooted'
  | 'panicked'
  | 'crashloaded';

/** Whether the driver can reach what it drives, and since when (wall clock in ms). */
export type DriverConnection =
  | { readonly up: true; readonly since: number }
  | { readonly up: false; readonly since: number; readonly reason: string };

/** Where a driver tells what happens. Both are called in order and must not throw. */
export interface DriverListener {
  guestEvent(event: GuestEvent): void;
  connection(connection: DriverConnection): void;
}

/** The ability to send a non-maskable interrupt, and what asking for one means here. */
export interface InjectNmi {
  /** `exactly-asked`: one call, one NMI. `at-least-once`: the other side may resend it. */
  readonly asking: 'exactly-asked' | 'at-least-once';
  /** True if a paused guest keeps the NMI until it resumes. */
  readonly latchedWhilePaused: boolean;
  /** How long the call itself may take, in ms; after that its answer is unknown. */
  readonly boundMs: number;
  /**
   * Sends one NMI. Resolves when the hypervisor took it, which says nothing of what the guest did with it.
   * Throws DriverFault: `not-found`, `not-running`, `not-supported`, `failed`, or `connection-lost`, whose `asked`
   * tells whether the NMI may have gone out.
   */
  send(guest: ServerId, order: Order): Promise<void>;
}

/** The ability to read what a guest printed on its serial console. */
export interface ReadConsole {
  /** The last `lines` lines (all when null), control characters kept. Throws DriverFault `not-found` or `failed`. */
  read(guest: ServerId, lines: number | null): Promise<string>;
}

/** A hypervisor, as the agent uses it. All verbs but `start` throw DriverFault and nothing else. */
export interface Driver {
  /** The driver's folder name, e.g. `libvirt`. */
  readonly type: string;
  /** Connects, and reconnects for as long as it runs. Resolves at once, even when nothing answers yet: `connection` tells. */
  start(listener: DriverListener): Promise<void>;
  /** Lets go of everything; guests run on. */
  stop(): Promise<void>;
  inventory(): Promise<Inventory>;
  /** Every guest on the host, ours or not. */
  guests(): Promise<Guest[]>;
  /** One guest; `not-found` when there is none. */
  guest(id: ServerId): Promise<Guest>;
  /** Makes and starts a guest. A failure leaves nothing behind. */
  create(spec: GuestSpec, order: Order): Promise<void>;
  /** Stops and removes a guest and what was made for it; one that is already gone is success. */
  destroy(id: ServerId, order: Order): Promise<void>;
  powerOn(id: ServerId, order: Order): Promise<void>;
  /** Powers off at once, without asking the guest; one that is off is success. */
  powerOff(id: ServerId, order: Order): Promise<void>;
  pause(id: ServerId, order: Order): Promise<void>;
  unpause(id: ServerId, order: Order): Promise<void>;

  readonly injectNmi?: InjectNmi;
  readonly readConsole?: ReadConsole;
}

/** The optional members of a driver. */
export type Ability = 'injectNmi' | 'readConsole';

/** Why a driver says no. */
export type DriverFaultCode =
  | 'not-implemented'
  | 'not-supported'
  | 'not-running'
  | 'not-found'
  | 'connection-lost'
  | 'failed';

/** How a driver says no. */
export class DriverFault extends Error {
  override readonly name = 'DriverFault';
  readonly code: DriverFaultCode;
  /** Whether what was asked may have been done all the same: `no`, or `maybe` when the answer was lost. */
  readonly asked: 'no' | 'maybe';
  /** The class name Nova would show for it in an event's details, e.g. `libvirtError`. */
  readonly novaClass: string;

  /** `message` is for people and carries the hypervisor's own words. */
  constructor(
    code: DriverFaultCode,
    message: string,
    more: { readonly asked?: 'no' | 'maybe'; readonly novaClass?: string; readonly cause?: unknown } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.code = code;
    this.asked = more.asked ?? 'no';
    this.novaClass = more.novaClass ?? 'NovaException';
  }
}

/** The wanted ability of `driver`, or the one fault for a missing one (Nova: NotImplementedError). */
export function ability<A extends Ability>(driver: Driver, name: A): NonNullable<Driver[A]> {
  const found = driver[name];
  if (found === undefined || found === null) {
    throw new DriverFault('not-implemented', `the ${driver.type} driver has no ability "${name}"`, {
      novaClass: 'NotImplementedError',
    });
  }
  return found;
}
