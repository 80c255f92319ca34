// The contract between an agent and what it drives. A driver is one folder beside this file; `conformance.ts` is the
// suite every driver passes. Core verbs are methods all drivers have; abilities are optional members, and one that is
// missing is a fault raised in `ability()` alone, so no driver needs to say what it cannot do.

import type { Readable } from 'node:stream';
import type { HostDisks, HostNode } from '../model/host.ts';
import type { CommandId, NodeId, ServerId } from '../model/ids.ts';
import type { PowerState } from '../model/power-state.ts';
import type {
  InjectNmi,
  MakeGuest,
  PauseGuest,
  RebootGuest,
  RescueGuest,
  ResetGuest,
  ResizeGuest,
  SuspendGuest,
} from './guest-life.ts';
import type { ReadAddresses, ReadConsole, ReadVitals } from './guest-view.ts';

/** What a host can offer; memory in MiB, disk in GiB. `disks` may be some seconds old and is never waited for long; absent: it makes none. */
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
  readonly disks?: HostDisks;
  /** The machines it drives, where each is a hypervisor of its own (Nova's Ironic driver); the sums above are of all of them. */
  readonly nodes?: readonly HostNode[];
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
  /** The node it is on, where the host has such. */
  readonly node?: NodeId;
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

/** A guest's own disk. */
export interface RootDisk {
  /** The image it begins as, a file the host can read and nobody changes. */
  readonly image: string;
  readonly format: 'qcow2' | 'raw';
  /** GiB; 0: as large as the image, which is never made smaller. */
  readonly sizeGb: number;
}

/** What a guest that is being rescued boots from: at least one of the two. */
export interface RescueBoot {
  readonly boot: BootSource | null;
  readonly disk: RootDisk | null;
}

/** How large a guest is to be. */
export interface GuestSize {
  readonly vcpus: number;
  readonly memoryMb: number;
  /** GiB of its root disk, which only ever grows; 0 leaves it alone. */
  readonly diskGb: number;
}

/** Everything a driver needs to make a guest. */
export interface GuestSpec {
  readonly id: ServerId;
  readonly name: string;
  readonly displayName: string;
  readonly projectId: string;
  readonly vcpus: number;
  readonly memoryMb: number;
  /** Null: it boots from its disk. */
  readonly boot: BootSource | null;
  readonly metadata: Readonly<Record<string, string>>;
  /** Absent: it has none. */
  readonly disk?: RootDisk;
  /** The files of its config drive by path, e.g. `openstack/latest/meta_data.json`, text as UTF-8; absent: it has none. */
  readonly configDrive?: Readonly<Record<string, string | Uint8Array>>;
  /** True: on the host's network for guests, where it has one. */
  readonly network?: boolean;
  /** What its files are told by from those of an earlier making of the same guest; absent: by nothing. */
  readonly making?: CommandId;
  /** Whose files it may replace: those of other makings were made since it was asked for, and it is not made. Absent: any. */
  readonly replaces?: readonly CommandId[];
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
  | 'crashloaded'
  /**
   * `detail` is the port, `status` or `dump`: the guest opened, or closed, it, which it may do often for one crash. A change
   * may be told a second late, and one that was undone within that second not at all; a reset closes all ports before it is
   * told. A port found open after connecting is told then.
   */
  | 'port-opened'
  | 'port-closed'
  /** What drives the guest reports that something is wrong with its machine: `detail` has its words. */
  | 'trouble'
  /** The guest's machine does not answer on the network any more; it answers again. */
  | 'silent'
  | 'answers';

/** Whether the driver can reach what it drives, and since when (wall clock in ms). */
export type DriverConnection =
  | { readonly up: true; readonly since: number }
  | {
      readonly up: false;
      readonly since: number;
      readonly reason: string;
      /** True where guests may be as well as ever, and nothing is known of them; without it, the host cannot be worked with. */
      readonly unknown?: true;
    };

/** Where a driver tells what happens. All are called in order and must not throw. */
export interface DriverListener {
  guestEvent(event: GuestEvent): void;
  connection(connection: DriverConnection): void;
  /** What `inventory` or `guests` give is not what they gave before, and neither an order nor an event told of it. `room`: no guest is. */
  changed?(what?: 'room'): void;
}

/**
 * What of a guest can be seen: its panic device, its console, the two ports of a crash kernel, its agent, its watchdog, its power
 * as its BMC has it, whether it answers on the network.
 */
export type Sight = 'panic-device' | 'console' | 'ports' | 'agent' | 'watchdog' | 'power' | 'ping';

/** A port through which a guest hands something to its host: `status` is lines of text, `dump` is a dump. */
export type GuestPort = 'status' | 'dump';

/** The ability to follow a guest that crashes: what it prints, and what its crash kernel hands over. */
export interface FollowCrash {
  /**
   * What can be seen of this guest, by its live definition: that there is a device for it, not that the guest uses it
   * (`agent`: the channel is there). Throws DriverFault `not-found`, `connection-lost`, `failed`.
   */
  sight(guest: ServerId): Promise<readonly Sight[]>;
  /**
   * Gives what the guest prints from now on, in order, control characters kept, until the result is called; the end of
   * the guest does not end it. `onText` must not throw. Throws DriverFault `not-found` or `failed`.
   */
  followConsole(guest: ServerId, onText: (text: string) => void): Promise<() => Promise<void>>;
  /**
   * Opens a port for reading. Bytes that nobody has read yet wait in the guest, which waits with them; one who reads on
   * later loses nothing. The stream ends when the guest is gone; destroying it leaves the rest for the next one.
   * One reader at a time. A guest that is off has a stream that ends at once, and one that resets keeps its stream. Stopping
   * the driver destroys it. Throws DriverFault `not-found`, or `failed` where there is no such port or it is being read.
   */
  openPort(guest: ServerId, port: GuestPort): Promise<Readable>;
}

/** How much, how long, and until when a guest's agent is asked. */
export interface GuestAsk {
  /** Of each file, or of a program's output; what is more is cut off. */
  readonly mostBytes: number;
  /** For all of it, ms; after that it is a fault. */
  readonly boundMs: number;
  /** Ends it early, as a fault: nothing more is asked of the guest, but what it has open for us is closed. */
  readonly signal?: AbortSignal;
}

/** How a program that ran in a guest ended. */
export interface GuestRun {
  /** Null for one that was ended by a signal. */
  readonly exitCode: number | null;
  /** What it wrote to its standard output. */
  readonly out: string;
}

/**
 * The ability to ask the agent in a guest (qemu-guest-agent). What it answers is the guest's word: it may be anything.
 * One thing is asked of a guest at a time, the next waits; a guest that does not answer holds up no other verb.
 * Throws DriverFault: `not-found`, `not-running`, `connection-lost`, `failed`, and GuestAgentFault.
 */
export interface GuestAgent {
  /** The texts of files by path, null for one that cannot be read. */
  readFiles(guest: ServerId, paths: readonly string[], ask: GuestAsk): Promise<ReadonlyMap<string, string | null>>;
  /** Runs a program in the guest, as its agent's user, and waits for its end. `argv` begins with the program. */
  run(guest: ServerId, argv: readonly string[], ask: GuestAsk): Promise<GuestRun>;
}

/** How memory is written. `kdump`: compressed, in makedumpfile's flattened format. `elf`: an ELF core, as large as the memory. */
export type MemoryFormat = 'kdump' | 'elf';

/** How a guest's memory is to be written. */
export interface MemoryAsk {
  readonly format: MemoryFormat;
  /** For all of it, ms; after that it is cancelled, as a fault. */
  readonly boundMs: number;
  /** Cancels it, also before its turn has come. */
  readonly signal?: AbortSignal;
  /** Called once, when its turn has come and the hypervisor is about to be asked; what it throws is thrown, and nothing was asked. */
  readonly stillGood?: () => Promise<void>;
}

/** How far the hypervisor is, in bytes of the guest's memory. */
export interface MemoryProgress {
  readonly done: number;
  readonly total: number;
}

/** A guest's memory on its way. */
export interface MemoryDump {
  /**
   * What the hypervisor writes, as it writes it, faults of its own included. It ends once the hypervisor says that it wrote
   * all, and is destroyed with a DriverFault when it did not. The guest stands still until all is read; destroying the
   * stream cancels the dump.
   */
  readonly bytes: Readable;
  /** Resolves when the hypervisor has nothing to do with it any more, however it ended: the guest is as it was before. */
  readonly over: Promise<void>;
  /** Null when that is not known now. Never rejects. */
  progress(): Promise<MemoryProgress | null>;
}

/**
 * The ability to write a guest's memory, and nothing else of it. The guest is paused meanwhile, and goes on as it was:
 * a running one runs, a paused or crashed one stays so. Nothing of the memory is put on a disk by the driver. What an
 * agent that died left of it ends by itself, at the latest at the next `start` of the driver.
 */
export interface DumpMemory {
  readonly formats: readonly MemoryFormat[];
  /**
   * Begins; may wait for its turn. Throws DriverFault `not-found`, `not-running`, `not-supported` (the format, or a guest
   * whose memory is confidential: it is encrypted, or must not be read), `connection-lost`, `failed`.
   */
  start(guest: ServerId, ask: MemoryAsk, order: Order): Promise<MemoryDump>;
}

/** A driver of guests that it can make and pause. */
export type GuestMaker = Driver & Required<Pick<Driver, 'make' | 'pause'>>;

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
  /**
   * Stops and removes a guest and what was made for it; one that is already gone is success. With `stale`, files that another host may
   * have taken over (disks on shared storage) stay, unless they were made, and taken over, by these alone.
   */
  destroy(id: ServerId, order: Order, stale?: readonly CommandId[]): Promise<void>;
  powerOn(id: ServerId, order: Order): Promise<void>;
  /** Powers off at once, without asking the guest; one that is off is success. */
  powerOff(id: ServerId, order: Order): Promise<void>;

  /** How long the host is up, as uptime(1) prints it; absent where the agent is not on that host. Throws DriverFault. */
  readonly hostUptime?: () => Promise<string>;

  readonly make?: MakeGuest;
  readonly pause?: PauseGuest;
  readonly injectNmi?: InjectNmi;
  readonly readConsole?: ReadConsole;
  readonly followCrash?: FollowCrash;
  readonly reset?: ResetGuest;
  readonly suspend?: SuspendGuest;
  readonly reboot?: RebootGuest;
  readonly rescue?: RescueGuest;
  readonly resize?: ResizeGuest;
  readonly readAddresses?: ReadAddresses;
  readonly vitals?: ReadVitals;
  readonly guestAgent?: GuestAgent;
  readonly dumpMemory?: DumpMemory;
}

/** The optional members of a driver. */
export type Ability =
  | 'make'
  | 'pause'
  | 'injectNmi'
  | 'readConsole'
  | 'followCrash'
  | 'guestAgent'
  | 'dumpMemory'
  | 'reset'
  | 'suspend'
  | 'reboot'
  | 'rescue'
  | 'resize'
  | 'readAddresses'
  | 'vitals'
  | 'hostUptime';

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
  /** The message as the guest's owner may read it: without what tells of the cloud behind it (addresses, hosts). */
  readonly forOwner: string;

  /** `message` is for people and carries the hypervisor's own words. */
  constructor(
    code: DriverFaultCode,
    message: string,
    more: {
      readonly asked?: 'no' | 'maybe';
      readonly novaClass?: string;
      readonly forOwner?: string;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.code = code;
    this.asked = more.asked ?? 'no';
    this.novaClass = more.novaClass ?? 'NovaException';
    this.forOwner = more.forOwner ?? message;
  }
}

/**
 * What is wrong with a guest's agent. `absent`: it has no channel for one, or nobody is at its end. `silent`: it does not
 * answer. `blocked`: it answers, but its configuration forbids the call.
 */
export type AgentTrouble = 'absent' | 'silent' | 'blocked';

/** How a guest's agent fails to say what it was asked. */
export class GuestAgentFault extends DriverFault {
  readonly trouble: AgentTrouble;

  constructor(trouble: AgentTrouble, message: string, cause?: unknown) {
    super('failed', message, { novaClass: 'libvirtError', cause });
    this.trouble = trouble;
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
