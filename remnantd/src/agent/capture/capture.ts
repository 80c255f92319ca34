// Takes in one dump of one guest: walked as it comes, kept safe against the death of this process, sealed into segments,
// and finished with a manifest once it is whole. A dump that cannot be kept is broken: nothing of it stays but word of that.
// Invariant: a byte is in the tail before anything else is done with it, and in the tail or in a segment until the end.

import { createHash, type Hash } from 'node:crypto';
import type { ArtefactFacts } from '../../model/wire.ts';
import type { BrokenEnd, CaptureFiles } from './capture-files.ts';
import { FlatWalker } from './flat-walker.ts';
import { SEGMENT, STRIDE, seal } from './sealing.ts';

/** What is left to the one who feeds a capture. */
export interface CaptureDeps {
  readonly files: CaptureFiles;
  readonly key: Buffer;
  /** How many bytes more a dump that has `bytes` may have, and by which cap. */
  readonly room: (bytes: number) => Room;
  /** The file system must keep so many bytes free. */
  readonly keepFree: number;
}

/** Room under a cap. */
export interface Room {
  readonly bytes: number;
  /** The cap in words. */
  readonly cap: string;
}

/** What a capture came to. */
export type CaptureEnd =
  | { readonly whole: true; readonly facts: ArtefactFacts }
  | { readonly whole: false; readonly broken: BrokenEnd; readonly facts: ArtefactFacts }
  /** Not a byte came: there was no dump. */
  | null;

/** Bytes that may wait to be sealed before the feeder should pause. */
const ENOUGH = 16 * SEGMENT;
/** Segments between two looks at the disk. */
const SYNC_EVERY = 128;

/** A dump on its way in. */
export class Capture {
  readonly #deps: CaptureDeps;
  readonly #walker = new FlatWalker();
  readonly #hash: Hash = createHash('sha256');
  #size = 0;
  #sealed = 0;
  /** Kept in the tail and not yet in a segment. */
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #fault: string | null = null;
  /** The host has lost bytes, or may have. */
  #hostFault = false;
  /** Why bytes may be missing; null when none can be. */
  #lost: string | null = null;
  #writing: Promise<void> | null = null;
  #end: Promise<CaptureEnd> | null = null;

  constructor(deps: CaptureDeps) {
    this.#deps = deps;
  }

  get files(): CaptureFiles {
    return this.#deps.files;
  }

  /** Bytes of the dump until now. */
  get bytes(): number {
    return this.#size;
  }

  /** True while more of the dump is to come and can be kept. */
  get going(): boolean {
    return this.#fault === null && this.#walker.state === 'going';
  }

  /** True if the walk came to the dump's end. */
  get whole(): boolean {
    return this.#fault === null && this.#walker.state === 'whole';
  }

  /** True if bytes may be missing: then nothing but another dump may come behind what looks like the end. */
  get seamed(): boolean {
    return this.#lost !== null;
  }

  /** Something came behind what looked like the end: bytes are missing. */
  refute(): void {
    this.#break(this.#lost ?? 'its end was none', this.#hostFault);
  }

  /** True while the disk does not keep up. */
  get behind(): boolean {
    return this.#waitingBytes > ENOUGH;
  }

  /** Gives back what an earlier process had written: in order, before anything new. `sealed`: it is in a segment. */
  replay(plain: Buffer, sealed: boolean): void {
    this.#walker.push(plain);
    this.#hash.update(plain);
    this.#size += plain.length;
    if (sealed) this.#sealed += 1;
    else this.#wait(plain);
  }

  /** Bytes may be missing; if it turns out that they are, `why` is the reason. `hostFault`: and the host lost them. */
  seam(why: string, hostFault = false): void {
    this.#walker.seam(hostFault);
    // What the host did outlasts what the guest does: only of the first is it not known what was lost.
    if (hostFault || !this.#hostFault) this.#lost = why;
    this.#hostFault ||= hostFault;
  }

  /** Takes the next bytes; gives how many of them were the dump's. They are safe against the end of this process then. */
  take(chunk: Buffer): number {
    if (!this.going) return 0;
    const count = this.#walker.push(chunk);
    const room = this.#deps.room(this.#size);
    if (count > room.bytes) this.#break(`the dump is over the cap: ${room.cap}`, true);
    else if (this.#walker.state === 'broken') this.#break(this.#lost ?? this.#walker.fault, this.#hostFault);
    else this.#keep(chunk.subarray(0, count));
    return count;
  }

  /** Resolves when the disk has kept up. */
  async settled(): Promise<void> {
    while (this.#writing !== null || this.#waitingBytes > SEGMENT) await this.#writeOn();
  }

  /**
   * Ends it: whole if the walk came to the end, else broken, for `why` unless there is a better reason; null if not a byte came.
   * Once is enough.
   * `hostFault`: that is the host's doing.
   */
  finish(why: string, hostFault = false): Promise<CaptureEnd> {
    this.#end ??= this.#finish(why, hostFault);
    return this.#end;
  }

  /** Leaves it for another process to go on with: everything taken is safe. */
  async leave(): Promise<void> {
    await this.settled();
    if (this.#end !== null) await this.#end;
    else await this.files.close();
  }

  #keep(plain: Buffer): void {
    try {
      this.files.keep(this.#size, plain);
    } catch (error) {
      this.#break(diskWords(error), true);
      return;
    }
    this.#hash.update(plain);
    this.#size += plain.length;
    this.#wait(plain);
  }

  #wait(plain: Buffer): void {
    this.#waiting.push(plain);
    this.#waitingBytes += plain.length;
    if (this.#waitingBytes > SEGMENT) void this.#writeOn();
  }

  #writeOn(): Promise<void> {
    this.#writing ??= this.#write().finally(() => {
      this.#writing = null;
    });
    return this.#writing;
  }

  /** Seals what fills a segment. A segment waits until there is a byte behind it: till then it may be the last. */
  async #write(): Promise<void> {
    try {
      while (this.#waitingBytes > SEGMENT && this.#fault === null) {
        const bytes = seal(this.#deps.key, this.#sealed, false, this.#pull(SEGMENT));
        await this.files.write(bytes, this.#sealed * STRIDE);
        this.#sealed += 1;
        if (this.#sealed % SYNC_EVERY === 0) await this.#look();
        await this.files.settled(this.#sealed * SEGMENT);
      }
    } catch (error) {
      this.#break(diskWords(error), true);
    }
  }

  async #look(): Promise<void> {
    // Little by little: a host whose memory is full of unwritten dumps stalls at the next write of anybody.
    await this.files.sync();
    if ((await this.files.free()) < this.#deps.keepFree) this.#break(DISK_FULL, true);
  }

  #pull(count: number): Buffer {
    const all = Buffer.concat(this.#waiting);
    this.#waiting = [all.subarray(count)];
    this.#waitingBytes -= count;
    return all.subarray(0, count);
  }

  #break(why: string, hostFault: boolean): void {
    if (this.#fault === null) this.#hostFault = hostFault;
    this.#fault ??= why;
    this.#waiting = [];
    this.#waitingBytes = 0;
  }

  async #finish(why: string, hostFault: boolean): Promise<CaptureEnd> {
    await this.settled();
    if (this.#size === 0 && this.going) {
      await this.files.discard(null).catch(() => {});
      return null;
    }
    // Where the host may have lost bytes, it cannot be known that the guest did not write them.
    const lost = this.#hostFault ? this.#lost : null;
    const known = lost === null || lost === why ? why : `${lost}; then ${why}`;
    if (this.#walker.state !== 'whole') this.#break(known, hostFault || this.#hostFault);
    const facts: ArtefactFacts = { id: this.files.id, bytes: this.#size, format: 'flattened', source: 'guest' };
    if (this.#fault === null) {
      try {
        const last = seal(this.#deps.key, this.#sealed, true, this.#pull(this.#waitingBytes));
        await this.files.write(last, this.#sealed * STRIDE);
        const sha256 = this.#hash.digest('hex');
        await this.files.complete(this.#size, sha256);
        return { whole: true, facts: { ...facts, sha256 } };
      } catch (error) {
        this.#break(diskWords(error), true);
      }
    }
    const broken: BrokenEnd = { reason: this.#fault ?? why, hostFault: this.#hostFault, bytes: this.#size };
    // What cannot be removed is found again at the next start; the verdict is the same.
    await this.files.discard(broken).catch(() => {});
    return { whole: false, broken, facts };
  }
}

/** Why nothing more is kept when too little of the disk is free. */
export const DISK_FULL = 'the disk of the host is full';

/** Why the disk did not take something, in words for people. */
export function diskWords(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOSPC' || code === 'EDQUOT') return DISK_FULL;
  return `the host could not write it${code === '' ? '' : ` (${code})`}`;
}
