// What takes dmesg out of a dump, as the rest of the agent sees it: plaintext in, the end of a text out, and bounds that hold
// whatever the dump is made of. One implementation runs makedumpfile; tests play others.

import type { Readable } from 'node:stream';
import type { ArtefactFormat } from '../../model/wire.ts';

/** A dump to look into. */
export interface DumpToRead {
  readonly format: ArtefactFormat;
  readonly size: number;
  /** Opens its plaintext. */
  readonly open: () => Promise<Readable>;
}

/** What came of it. */
export type Taken =
  | {
      readonly ok: true;
      /** Bytes of the whole text. */
      readonly bytes: number;
      /** Its end, at most `MOST_KEPT` bytes. */
      readonly text: Buffer;
    }
  | {
      readonly ok: false;
      /** `host`: the host lacks something, and another try may do better. `dump`: this dump gives nothing. `stopped`: we were. */
      readonly fault: 'host' | 'dump' | 'stopped';
      /** In words for people; nothing of the guest's memory is in it. */
      readonly reason: string;
    };

/** Takes the dmesg out of a dump; never rejects. It lets go of everything when `stop` is aborted. */
export type TakeDmesg = (dump: DumpToRead, stop: AbortSignal) => Promise<Taken>;

/** More of a dmesg is not looked at, bytes. */
export const MOST_TAKEN: number = 8 * 2 ** 20;
/** So much of its end is kept, bytes. */
export const MOST_KEPT: number = 2 ** 20;

/** True if there may be a dmesg in it. */
export function mayHoldDmesg(format: ArtefactFormat): boolean {
  return format === 'flattened' || format === 'kdump' || format === 'elf';
}
