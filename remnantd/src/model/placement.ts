// Where a new server goes: one pure function. Among hosts that are up, enabled, in the wanted zone and have room, as its group
// would have it, the one with the most memory left; the name decides a tie, so that the same question has the same answer.

import type { HostName } from './ids.ts';
import type { GroupPolicy } from './server-group.ts';

/** A host as a place for servers. */
export interface Place {
  readonly host: HostName;
  readonly node: string;
  readonly zone: string;
  /** UP, and not disabled. */
  readonly ready: boolean;
  readonly vcpus: number;
  readonly memoryMb: number;
  readonly usedVcpus: number;
  readonly usedMemoryMb: number;
}

/** What a server takes; memory in MiB. */
export interface Size {
  readonly vcpus: number;
  readonly ram: number;
}

/** A server group as placement sees it. */
export interface GroupWish {
  readonly policy: GroupPolicy;
  /** Under `anti-affinity`, the most members that one host may have. */
  readonly mostPerHost: number;
  /** How many members each host has; one without any may be missing. */
  readonly members: ReadonlyMap<HostName, number>;
}

/** What is wished of the place; what is absent is all the same. */
export interface Wishes {
  readonly zone?: string | null;
  readonly host?: string | null;
  readonly node?: string | null;
  readonly group?: GroupWish | null;
  /** Only these, where there is a set. */
  readonly only?: ReadonlySet<HostName> | null;
  /** None of these. */
  readonly never?: ReadonlySet<HostName>;
}

/** Guests' CPUs may be promised this many times over (Nova's default cpu_allocation_ratio for KVM); memory is not. */
export const CPU_RATIO = 16;

/** The place for a server of this size; null when there is none. */
export function place(places: readonly Place[], size: Size, wishes: Wishes = {}): Place | null {
  const { group = null } = wishes;
  let best: Place | null = null;
  for (const candidate of places) {
    if (hasRoom(candidate, size) && isWished(candidate, wishes) && (best === null || better(candidate, best, group))) {
      best = candidate;
    }
  }
  return best;
}

/** The same places once a server of this size is on `taken`. */
export function withTaken(places: readonly Place[], taken: Place, size: Size): Place[] {
  return places.map((one) =>
    one === taken ? { ...one, usedVcpus: one.usedVcpus + size.vcpus, usedMemoryMb: one.usedMemoryMb + size.ram } : one,
  );
}

/** The same group once it has another member on `host`. */
export function withMember(group: GroupWish, host: HostName): GroupWish {
  return { ...group, members: new Map([...group.members, [host, membersOn(group, host) + 1]]) };
}

function hasRoom(one: Place, size: Size): boolean {
  return (
    one.ready && one.usedVcpus + size.vcpus <= one.vcpus * CPU_RATIO && one.usedMemoryMb + size.ram <= one.memoryMb
  );
}

function isWished({ host, node, zone }: Place, wishes: Wishes): boolean {
  if ((wishes.zone ?? zone) !== zone || (wishes.host ?? host) !== host || (wishes.node ?? node) !== node) return false;
  if (wishes.never?.has(host) === true || wishes.only?.has(host) === false) return false;
  const { group = null } = wishes;
  if (group === null) return true;
  switch (group.policy) {
    case 'affinity':
      return group.members.size === 0 || membersOn(group, host) > 0;
    case 'anti-affinity':
      return membersOn(group, host) < group.mostPerHost;
    case 'soft-affinity':
    case 'soft-anti-affinity':
      return true;
  }
}

function membersOn({ members }: GroupWish, host: HostName): number {
  return members.get(host) ?? 0;
}

function better(a: Place, b: Place, group: GroupWish | null): boolean {
  if (group?.policy === 'soft-affinity' || group?.policy === 'soft-anti-affinity') {
    const more = membersOn(group, a.host) - membersOn(group, b.host);
    if (more !== 0) return group.policy === 'soft-affinity' ? more > 0 : more < 0;
  }
  const difference = a.memoryMb - a.usedMemoryMb - (b.memoryMb - b.usedMemoryMb);
  return difference === 0 ? a.host < b.host : difference > 0;
}
