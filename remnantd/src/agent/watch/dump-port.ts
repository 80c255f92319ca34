// Reads the dump port of one guest and makes artefacts of what comes. What is not taken waits in the guest; what cannot be
// kept is taken all the same and thrown away, so that no guest hangs on us.
// Invariant: bytes of two dumps never meet in one artefact: behind a dump that ended, the next one begins at its signature.

import type { Readable } from 'node:stream';
import { DriverFault } from '../../drivers/driver.ts';
import type { ArtefactId, ServerId } from '../../model/ids.ts';
import { type Capture, type CaptureEnd, diskWords } from '../capture/capture.ts';
import type { BrokenEnd } from '../capture/capture-files.ts';
import { FLAT_SIGNATURE } from '../capture/flat-walker.ts';
import { RESTARTED } from '../capture/resume-capture.ts';
import type { Tell, WatchDeps } from './watch-deps.ts';

/**
 * `take`: bytes go into the capture. `scan`: a dump ended here, and bytes of it, or of none, may still come: they are thrown
 * away up to the next signature. `drain`: everything is thrown away until the port is opened anew. `proof`: what looks like
 * the end of a dump of which bytes may be missing was seen; one more byte refutes it.
 */
type Mode = 'take' | 'scan' | 'drain' | 'proof';

/** In so many turns of the event loop, a port that has bytes is heard of them. */
const READING = 3;

/** The dump port of one guest. */
export class DumpPort {
  readonly #server: ServerId;
  readonly #deps: WatchDeps;
  #mode: Mode = 'take';
  #stream: Readable | null = null;
  #opening: Promise<void> | null = null;
  /** The capture that is being made ready, if any, is there. */
  #ready: Promise<void> = Promise.resolve();
  #capture: Capture | null = null;
  /** The guest's opening of the port for this capture was told. */
  #openingTold = false;
  /** The end of the last chunk that was scanned. */
  #carry: Buffer = Buffer.alloc(0);
  /** Everything that must be done before the next chunk. */
  #work: Promise<void> = Promise.resolve();
  #holds = 0;
  #lastByte = 0;
  #toldAt = 0;
  #cancelTelling: (() => void) | null = null;
  #cancelSettling = () => {};
  #cancelProof = () => {};
  /** An earlier life of the agent began this capture. */
  #goneOn = false;
  #closed = false;

  constructor(server: ServerId, deps: WatchDeps) {
    this.#server = server;
    this.#deps = deps;
  }

  /** True while part of a dump is here and more of it is waited for. */
  get busy(): boolean {
    return (this.#capture?.bytes ?? 0) > 0;
  }

  /**
   * Goes on with a dump that an earlier life of the agent began, once `coming` has it; `open` waits for it. Resolves when it
   * is clear whether more comes of it: false when nothing did for long, and it was ended.
   */
  async goOn(coming: Promise<Capture | null>): Promise<boolean> {
    const ready = Promise.all([this.#ready, coming]).then(async ([, capture]) => {
      if (capture === null) return;
      if (this.#capture !== null) await this.#conclude(RESTARTED, 'take');
      this.#capture = capture;
      this.#goneOn = true;
      if (capture.whole) this.#prove();
      else if (!capture.going) await this.#conclude('');
    });
    this.#ready = ready.catch(() => {});
    await ready;
    return this.busy && this.#mode === 'take' ? this.#moves() : true;
  }

  /** Begins to read, if it does not yet. Rejects with DriverFault when there is no such port. */
  open(): Promise<void> {
    this.#opening ??= this.#open().catch((error: unknown) => {
      this.#opening = null;
      throw error;
    });
    return this.#opening;
  }

  /** The guest opened the port: what it writes from now on is another dump, unless this one has just begun. */
  opened(): void {
    this.#cancelSettling();
    if (this.#mode === 'drain') this.#mode = 'scan';
    if (this.#openingTold && this.busy) void this.#conclude('another dump began before it was whole');
    this.#openingTold = true;
  }

  /** What was to be settled is not: the guest is to be read on. */
  stay(): void {
    this.#cancelSettling();
  }

  /**
   * Nothing more will come but what is under way: resolves when that is here, and the dump, if any, has its end. It never
   * resolves if the port is opened meanwhile, or at `stay`, or if this is called again.
   */
  settle(why: string): Promise<void> {
    this.#cancelSettling();
    this.#capture?.seam(why);
    return new Promise((resolve) => {
      let cancelled = false;
      let cancelTimer = () => {};
      const look = async () => {
        // A process that is busy, or waits for its disk, hears its timers before it reads what has been there for long.
        await this.#work;
        await turns(READING);
        if (cancelled) return;
        const quiet = this.#deps.clock.mono() - this.#lastByte;
        const left = this.#stream === null ? 0 : this.#deps.times.settle - quiet;
        if (left > 0 && !this.#closed) cancelTimer = this.#deps.clock.after(left, () => void look());
        else resolve(this.busy ? this.#conclude(why) : this.#work);
      };
      this.#cancelSettling = () => {
        cancelled = true;
        cancelTimer();
      };
      this.#lastByte = Math.max(this.#lastByte, this.#deps.clock.mono());
      cancelTimer = this.#deps.clock.after(this.#deps.times.settle, () => void look());
    });
  }

  /** Stops reading. The dump, if any, ends here, for `why`; it stays for another life of the agent when that is null. */
  async close(why: string | null): Promise<void> {
    this.#closed = true;
    this.#cancelSettling();
    this.#cancelProof();
    this.#cancelTelling?.();
    await this.#ready;
    const stream = this.#stream;
    stream?.pause();
    await this.#work;
    // What was taken out of the port already is lost with this process.
    if (why === null && (stream?.readableLength ?? 0) > 0) this.#data(stream?.read() as Buffer);
    this.#stream = null;
    stream?.destroy();
    await this.#work;
    if (why === null) await this.#capture?.leave();
    // It is us who stop: the guest may have gone on.
    else await this.#conclude(why, 'scan', true);
    this.#capture = null;
  }

  async #open(): Promise<void> {
    await this.#ready;
    const stream = await this.#deps.follow.openPort(this.#server, 'dump').catch(async (error: unknown) => {
      if (isNoPort(error)) await this.#conclude('the guest has no port for its dump any more', 'take');
      throw error;
    });
    stream.on('error', () => {});
    if (!this.#closed && this.#capture === null) {
      // Before the first byte is taken, so that a life that ends here leaves word of it.
      const begun = this.#deps.store.begin(this.#server).then((capture) => {
        this.#capture = capture;
      });
      this.#ready = begun.catch(() => {});
      await begun.catch((error: unknown) => this.#deps.onError('taking in a dump', error));
    }
    if (this.#closed) {
      stream.destroy();
      return;
    }
    this.#stream = stream;
    stream.once('close', () => this.#gone(stream));
    stream.once('end', () => stream.destroy());
    stream.on('data', (chunk: Buffer) => this.#data(chunk));
    // It may have gone while the capture was made ready.
    if (stream.destroyed) this.#gone(stream);
  }

  /** False when a dump that was gone on with brought nothing for long. */
  async #moves(): Promise<boolean> {
    const capture = this.#capture;
    const before = capture?.bytes;
    await new Promise<void>((resolve) => this.#deps.clock.after(this.#deps.times.stalled, resolve));
    if (this.#closed || this.#capture !== capture || capture?.bytes !== before) return true;
    await this.#conclude(RESTARTED);
    return false;
  }

  #gone(stream: Readable): void {
    if (this.#stream !== stream) return;
    this.#stream = null;
    this.#opening = null;
    void this.#conclude('the guest went before its dump was whole', 'take');
  }

  #data(chunk: Buffer): void {
    this.#lastByte = this.#deps.clock.mono();
    if (this.#mode === 'take') this.#take(chunk);
    else if (this.#mode === 'scan') this.#scan(chunk);
    else if (this.#mode === 'proof') this.#ended(chunk);
  }

  #take(all: Buffer): void {
    const capture = this.#capture;
    const chunk = capture?.bytes === 0 && capture.going ? behindZeros(all) : all;
    if (chunk.length === 0) return;
    if (capture === null) {
      this.#next(chunk);
      return;
    }
    const count = capture.take(chunk);
    if (capture.going) {
      this.#tellBytes(capture);
      if (capture.behind) this.#hold(() => capture.settled());
      return;
    }
    if (capture.whole) this.#ended(chunk.subarray(count));
    else void this.#conclude('', 'drain');
  }

  /** The walk came to an end, and `rest` came behind it. */
  #ended(rest: Buffer): void {
    const capture = this.#capture;
    if (rest.length === 0 && this.#goneOn) return this.#prove();
    const refuted = rest.length > 0 && capture?.seamed === true && !beginsDump(rest);
    if (refuted) capture.refute();
    void this.#conclude('', refuted ? 'drain' : 'scan');
    if (!refuted) this.#scan(rest);
    return undefined;
  }

  #prove(): void {
    this.#mode = 'proof';
    this.#cancelProof = this.#deps.clock.after(this.#deps.times.proof, () => void this.#conclude(''));
  }

  #scan(chunk: Buffer): void {
    const bytes = Buffer.concat([this.#carry, chunk]);
    const at = bytes.indexOf(FLAT_SIGNATURE);
    this.#carry = at < 0 ? bytes.subarray(Math.max(0, bytes.length - FLAT_SIGNATURE.length + 1)) : Buffer.alloc(0);
    if (at >= 0) this.#next(bytes.subarray(at));
  }

  /** Another dump begins with `chunk`. */
  #next(chunk: Buffer): void {
    this.#mode = 'take';
    this.#hold(async () => {
      try {
        this.#capture ??= await this.#deps.store.begin(this.#server);
      } catch (error) {
        this.#mode = 'drain';
        this.#deps.tell(this.#server, 'capture-broken', diskWords(error), { hostFault: true });
        return;
      }
      this.#take(chunk);
    });
  }

  /** Does something before the next chunk is taken. */
  #hold(work: () => Promise<void>): void {
    this.#holds += 1;
    this.#stream?.pause();
    this.#work = this.#work
      .then(work)
      .catch((error: unknown) => {
        this.#mode = 'drain';
        this.#deps.onError('taking in a dump', error);
      })
      .then(() => {
        this.#holds -= 1;
        if (this.#holds === 0 && !this.#closed) this.#stream?.resume();
      });
  }

  /** Ends the capture there is and tells how. `hostFault`: it is the host that ends it. */
  #conclude(why: string, then: Mode = 'scan', hostFault = false): Promise<void> {
    const capture = this.#capture;
    if (capture === null) return this.#work;
    this.#capture = null;
    this.#mode = then;
    this.#carry = Buffer.alloc(0);
    this.#openingTold = false;
    this.#goneOn = false;
    this.#cancelProof();
    this.#cancelTelling?.();
    this.#cancelTelling = null;
    this.#hold(async () => tellEnd(this.#deps.tell, this.#server, await capture.finish(why, hostFault)));
    return this.#work;
  }

  #tellBytes(capture: Capture): void {
    if (this.#cancelTelling !== null) return;
    const tell = () => {
      this.#toldAt = this.#deps.clock.mono();
      this.#cancelTelling = null;
      const artefact = { id: capture.files.id, bytes: capture.bytes, format: 'flattened' } as const;
      this.#deps.tell(this.#server, 'bytes', String(capture.bytes), { artefact });
    };
    const wait = this.#toldAt === 0 ? 0 : this.#toldAt + this.#deps.times.bytes - this.#deps.clock.mono();
    if (wait <= 0) tell();
    else this.#cancelTelling = this.#deps.clock.after(wait, tell);
  }
}

/** A guest may fill its queue with zeros behind a dump, to push that out: what is left of them stands before the next one. */
function behindZeros(bytes: Buffer): Buffer {
  const at = bytes.findIndex((byte) => byte !== 0);
  return at < 0 ? bytes.subarray(bytes.length) : bytes.subarray(at);
}

/** Lets so many turns of the event loop pass. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
}

/** Tells how a capture ended. */
export function tellEnd(tell: Tell, server: ServerId, end: CaptureEnd): void {
  if (end === null) return;
  const { facts } = end;
  if (end.whole) tell(server, 'artefact', wholeWords(facts.bytes, facts.sha256), { artefact: facts });
  else tellBroken(tell, server, facts.id, end.broken);
}

/** Tells of a dump that ended and is not whole. */
export function tellBroken(tell: Tell, server: ServerId, id: ArtefactId, end: BrokenEnd): void {
  const artefact = { id, bytes: end.bytes, format: 'flattened', source: 'guest' } as const;
  tell(server, 'capture-broken', end.reason, { artefact, ...(end.hostFault ? { hostFault: true } : {}) });
}

/** How a whole dump is told of. */
export function wholeWords(bytes: number, sha256: string | undefined): string {
  return `${bytes} bytes, SHA-256 ${sha256}`;
}

/** True if `bytes` are the beginning of a dump, as far as they go. */
function beginsDump(bytes: Buffer): boolean {
  const length = Math.min(bytes.length, FLAT_SIGNATURE.length);
  return bytes.subarray(0, length).equals(FLAT_SIGNATURE.subarray(0, length));
}

/** True if there is no such port, and will be none when the driver connects again. */
function isNoPort(error: unknown): boolean {
  return error instanceof DriverFault && error.code !== 'connection-lost';
}
