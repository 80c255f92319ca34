// A hypervisor: what a host offers and what its servers take of it, as os-hypervisors and os-hosts show it. A host has one, or
// one for each of its nodes.

import type { HostFactsOffered, HostNode } from './host.ts';
import type { HostName, ServerId } from './ids.ts';
import { POWER_STATE } from './power-state.ts';

/** What servers take together: memory in MiB, disk in GiB. */
export interface Taken {
  readonly vcpus: number;
  readonly memoryMb: number;
  readonly diskGb: number;
}

/** What servers take of one host. */
export interface HostUse extends Taken {
  readonly servers: number;
  /** How many of them something is being done with, by the name of the hypervisor they are on. */
  readonly busy: ReadonlyMap<string, number>;
}

const NOTHING: Taken = { vcpus: 0, memoryMb: 0, diskGb: 0 };
/** A host that nobody uses. */
export const UNUSED: HostUse = { servers: 0, busy: new Map(), ...NOTHING };

/** What one project's servers on a host take. */
export interface ProjectUse extends Taken {
  readonly projectId: string;
}

/** A server as its host knows it. */
export interface GuestName {
  readonly id: ServerId;
  readonly instanceName: string;
  /** The name of the hypervisor it is on. */
  readonly node: string | null;
}

/** What a host has. */
export type HostRoom = Pick<
  HostFactsOffered,
  'hypervisorType' | 'hypervisorVersion' | 'arch' | 'vcpus' | 'memoryMb' | 'diskGb'
>;

/** A host that never told has nothing. */
export const NO_ROOM: HostRoom = {
  hypervisorType: '',
  hypervisorVersion: 0,
  arch: '',
  vcpus: 0,
  memoryMb: 0,
  diskGb: 0,
};

/** One hypervisor of a host. */
export interface HostHypervisor {
  /** Its own name: what it calls its host, or the node's id. */
  readonly hostname: string;
  readonly room: HostRoom;
  /** The node that it is; null for the one of a host without nodes. */
  readonly node: HostNode | null;
}

/** The hypervisors of `host`, in an order that stays: one, under the host's own name where it never told; or one a node, and be it none. */
export function hypervisorsOf(host: HostName, offered: HostFactsOffered | null): readonly HostHypervisor[] {
  if (offered === null) return [{ hostname: host, room: NO_ROOM, node: null }];
  const { nodes, hypervisorType, hypervisorVersion } = offered;
  if (nodes === undefined) return [{ hostname: offered.hypervisorHostname, room: offered, node: null }];
  return nodes
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .map((node) => ({ hostname: node.id, room: { ...node, hypervisorType, hypervisorVersion }, node }));
}

/** True if a host has a hypervisor of that name; with null, if it has any. */
export function hasHypervisor({ nodes, hypervisorHostname }: HostFactsOffered, name: string | null): boolean {
  if (nodes === undefined) return name === null || name === hypervisorHostname;
  return name === null ? nodes.length > 0 : nodes.some(({ id }) => id === name);
}

/**
 * What is taken of a node, of which there is all or nothing to be had: nothing is left of one that has a guest, is in
 * maintenance, is not `available`, or whose power is not known, as Nova's Ironic driver has it.
 */
export function takenOfNode({ guest, maintenance, provision, powerState, ...all }: HostNode): Taken {
  const free =
    guest === null && maintenance === null && provision === 'available' && powerState !== POWER_STATE.noState;
  return free ? NOTHING : { vcpus: all.vcpus, memoryMb: all.memoryMb, diskGb: all.diskGb };
}
