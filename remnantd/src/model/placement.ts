// Where a new server goes: one pure function. Among hosts that are up, enabled, in the wanted zone and have room, as its group
// would have it, the one with the most memory left; the name decides a tie, so that the same question has the same answer. Where there
// is none, another one says why, host by host.

import type { HostName } from './ids.ts';
import type { GroupPolicy } from './server-group.ts';

/** A host as a place for servers. */
export interface Place {
  readonly host: HostName;
  readonly node: string;
  readonly zone: string;
  /** Why nothing is put there now; null: it is UP, and not disabled. */
  readonly away: string | null;
  readonly vcpus: number;
  readonly memoryMb: number;
  readonly usedVcpus: number;
  readonly usedMemoryMb: number;
  /** Null where its agent does not tell: then any disk fits. */
  readonly disks: PlaceDisks | null;
}

/** Room for disks, GiB. */
export interface PlaceDisks {
  /** Why none can be made there; null: it can. */
  readonly problem: string | null;
  readonly totalGb: number;
  readonly usedGb: number;
  /** True if other hosts may have the same folder: a disk that is to go there may lie there already. */
  readonly shared: boolean;
}

/** What a server takes; memory in MiB, disks in GiB. */
export interface Size {
  readonly vcpus: number;
  readonly ram: number;
  readonly disk: number;
  readonly ephemeral: number;
  /** True for one that has files of its own, whatever their size: a disk as large as its image, a config drive. */
  readonly hasFiles?: boolean;
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

/** Guests' CPUs may be promised this many times over (Nova's default cpu_allocation_ratio for KVM); memory and disks are not. */
export const CPU_RATIO = 16;

/** The place for a server of this size; null when there is none. */
export function place(places: readonly Place[], size: Size, wishes: Wishes = {}): Place | null {
  const { group = null } = wishes;
  let best: Place | null = null;
  for (const candidate of places) {
    if (
      noRoom(candidate, size) === null &&
      isWished(candidate, wishes) &&
      (best === null || better(candidate, best, group))
    ) {
      best = candidate;
    }
  }
  return best;
}

/** How many hosts are named for one reason, and how many reasons are told. */
const MOST_TOLD = 5;

/** Why there is no place for it, in one line for those who run the hosts. */
export function whyNoPlace(places: readonly Place[], size: Size, wishes: Wishes = {}): string {
  const hosts = new Map<string, string[]>();
  for (const one of places.toSorted((a, b) => (a.host < b.host ? -1 : 1))) {
    const why = isWished(one, wishes) ? noRoom(one, size) : 'not wanted there, by zone, name, group or hint';
    if (why !== null) hosts.set(why, [...(hosts.get(why) ?? []), one.host]);
  }
  if (hosts.size === 0) return 'No host has told what it has.';
  return some(
    [...hosts].map(([why, names]) => `${some(names, ', ')}: ${why}`),
    '; ',
  );
}

function some(all: readonly string[], between: string): string {
  const more = all.length - MOST_TOLD;
  return all.slice(0, MOST_TOLD).join(between) + (more > 0 ? `${between}and ${more} more` : '');
}

/** The same places once a server of this size is on `taken`. */
export function withTaken(places: readonly Place[], taken: Place, size: Size): Place[] {
  return places.map((one) => {
    if (one !== taken) return one;
    const { usedVcpus, usedMemoryMb, disks } = one;
    return {
      ...one,
      usedVcpus: usedVcpus + size.vcpus,
      usedMemoryMb: usedMemoryMb + size.ram,
      disks: disks === null ? null : { ...disks, usedGb: disks.usedGb + diskOf(size) },
    };
  });
}

/** The same group once it has another member on `host`. */
export function withMember(group: GroupWish, host: HostName): GroupWish {
  return { ...group, members: new Map([...group.members, [host, membersOn(group, host) + 1]]) };
}

/** Why there is no room for it on a host; null: there is. */
function noRoom(one: Place, size: Size): string | null {
  if (one.away !== null) return one.away;
  if (one.usedVcpus + size.vcpus > one.vcpus * CPU_RATIO) return `fewer than ${size.vcpus} VCPUs left`;
  if (one.usedMemoryMb + size.ram > one.memoryMb) return `less than ${size.ram} MiB of memory left`;
  const disk = diskOf(size);
  if (one.disks === null || (disk === 0 && size.hasFiles !== true)) return null;
  if (one.disks.problem !== null) return one.disks.problem;
  // As in Nova, a disk of size 0 asks for no room.
  return disk > 0 && one.disks.usedGb + disk > one.disks.totalGb ? `less than ${disk} GiB of disk left` : null;
}

function diskOf({ disk, ephemeral }: Size): number {
  return disk + ephemeral;
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
