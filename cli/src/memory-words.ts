// How the hypervisor's dump of a guest's memory stands, in words for people.

import { mebibytes } from './table.ts';

/** A dump of memory as the API shows it. */
export interface MemoryShown {
  readonly state: 'queued' | 'running' | 'done' | 'failed';
  readonly bytes: number | null;
  readonly total: number | null;
  readonly reason: string | null;
}

/** How it stands; null where there is none to speak of. */
export function memoryWords(memory: MemoryShown | null): string | null {
  switch (memory?.state) {
    case undefined:
      return null;
    case 'queued':
      return 'to be written by the hypervisor';
    case 'running': {
      const { bytes, total } = memory;
      const far = bytes === null || total === null ? '' : `, ${mebibytes(bytes)} of ${mebibytes(total)}`;
      return `being written by the hypervisor, as the guest stands still${far}`;
    }
    case 'done':
      return 'written by the hypervisor';
    case 'failed':
      return `not kept: ${memory.reason ?? 'its host did not say why'}`;
  }
}
