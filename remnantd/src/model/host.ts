// A host as its agent presents it.

import type { ServerId } from './ids.ts';
import type { PowerState } from './power-state.ts';

/** Whether the agent's driver can reach what it drives. */
export interface DriverConnectionState {
  readonly up: boolean;
  /** Why not; empty when up. */
  readonly reason: string;
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
}

/** What a host has and is, told in its agent's hello. */
export interface HostFactsOffered {
  readonly driver: string;
  readonly abilities: readonly string[];
  /** How long an NMI may take on this host, ms; null without the ability. */
  readonly nmiBoundMs: number | null;
  readonly hypervisorType: string;
  readonly hypervisorVersion: number;
  readonly hypervisorHostname: string;
  readonly arch: string;
  readonly vcpus: number;
  readonly memoryMb: number;
  readonly diskGb: number;
  /** All guests when the hello was made; null when the hypervisor could not be asked. */
  readonly guests: readonly FoundGuest[] | null;
}
