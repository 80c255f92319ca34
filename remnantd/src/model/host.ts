// A host as its agent presents it.

import type { NodeId, ServerId } from './ids.ts';
import type { PowerState } from './power-state.ts';

/** Whether the agent's driver can reach what it drives. */
export interface DriverConnectionState {
  readonly up: boolean;
  /** Why not; empty when up. */
  readonly reason: string;
  /** True where nothing is known of guests meanwhile, and they may be as well as ever. */
  readonly unknown?: true;
}

/** A guest found on a host. */
export interface FoundGuest {
  readonly id: ServerId;
  readonly name: string;
  readonly powerState: PowerState;
  readonly vcpus: number;
  readonly memoryMb: number;
  /** False for one that was there before Remnant. */
  readonly ours: boolean;
  /** The node it is on, where the host has such. */
  readonly node?: NodeId;
}

/** A machine that its host's agent speaks for, and that is a hypervisor of its own (Nova's Ironic driver); memory in MiB, disk in GiB. */
export interface HostNode {
  readonly id: NodeId;
  /** What people call it; its id where it has no name. */
  readonly name: string;
  readonly powerState: PowerState;
  readonly arch: string;
  readonly vcpus: number;
  readonly memoryMb: number;
  readonly diskGb: number;
  /** Where it is in its life, in the words of what drives it, e.g. `active`. */
  readonly provision: string;
  /** Why it is in maintenance, which may be nothing; null: it is not. */
  readonly maintenance: string | null;
  /** What last went wrong with it, in the words of what drives it. */
  readonly lastError: string | null;
  /** The guest on it. */
  readonly guest: ServerId | null;
}

/** The folder in which a host makes disks of guests, as its agent found it; GiB. */
export interface HostDisks {
  /** Why none can be made there, for those who run the host; null: it can be used. */
  readonly problem: string | null;
  /** What was free there when it was told; 0 with a problem. */
  readonly freeGb: number;
  /** True if other hosts may have the same folder: a disk that one of them made may lie there. */
  readonly shared: boolean;
}

/** What a host has and is, told in its agent's hello. */
export interface HostFactsOffered {
  readonly driver: string;
  readonly abilities: readonly string[];
  /** How long an NMI may take on this host, ms; null without the ability. */
  readonly nmiBoundMs: number | null;
  /** What asking for one means there; absent without the ability. */
  readonly nmiAsking?: 'exactly-asked' | 'at-least-once';
  readonly hypervisorType: string;
  readonly hypervisorVersion: number;
  readonly hypervisorHostname: string;
  readonly arch: string;
  readonly vcpus: number;
  readonly memoryMb: number;
  /** All that the file system of its disks has; 0 where no disk can be made. */
  readonly diskGb: number;
  /** Absent from an agent that does not look, and where no disks are made. */
  readonly disks?: HostDisks;
  /** Its machines, where each is a hypervisor of its own: nothing is made on such a host. Absent on any other. */
  readonly nodes?: readonly HostNode[];
  /** All guests when the hello was made; null when the hypervisor could not be asked. */
  readonly guests: readonly FoundGuest[] | null;
}
