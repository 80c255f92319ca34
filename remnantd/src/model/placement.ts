// Where a new server goes: one pure function. Among hosts that are up, enabled and have room, the one with the most memory
// left; the name decides a tie, so that the same question has the same answer.

import type { HostName } from './ids.ts';

/** A host as a place for servers. */
export interface Place {
  readonly host: HostName;
  readonly node: string;
  /** UP, and not disabled. */
  readonly ready: boolean;
  readonly vcpus: number;
  readonly memoryMb: number;
  readonly usedVcpus: number;
  readonly usedMemoryMb: number;
}

/** Guests' CPUs may be promised this many times over (Nova's default cpu_allocation_ratio for KVM); memory is not. */
export const CPU_RATIO = 16;

/** The place for a server of this size; null when there is none. */
export function place(places: readonly Place[], size: { readonly vcpus: number; readonly ram: number }): Place | null {
  let best: Place | null = null;
  for (const candidate of places) {
    const room =
      candidate.ready &&
      candidate.usedVcpus + size.vcpus <= candidate.vcpus * CPU_RATIO &&
      candidate.usedMemoryMb + size.ram <= candidate.memoryMb;
    if (room && (best === null || better(candidate, best))) best = candidate;
  }
  return best;
}

function better(a: Place, b: Place): boolean {
  const difference = a.memoryMb - a.usedMemoryMb - (b.memoryMb - b.usedMemoryMb);
  return difference === 0 ? a.host < b.host : difference > 0;
}
