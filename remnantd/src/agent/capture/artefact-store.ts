// The artefacts of a host: what is whole, what is coming in, room for more. Nothing here knows guests or events. An artefact
// is a folder; its key lies elsewhere. What a crash of the host left of neither kind is swept away at the next start.

import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { ArtefactId, CommandId, ServerId } from '../../model/ids.ts';
import { asId, isUuid } from '../../model/ids.ts';
import type { ArtefactFormat, ArtefactSource } from '../../model/wire.ts';
import type { Clock } from '../../ports/clock.ts';
import { Beside } from './beside.ts';
import { Capture, type Room } from './capture.ts';
import {
  type BrokenEnd,
  CAPTURE,
  CaptureFiles,
  type CaptureFilesDeps,
  type CaptureRecord,
  MANIFEST,
  type Manifest,
  putJson,
  readJson,
} from './capture-files.ts';
import type { Disk } from './disk.ts';
import type { Keyring } from './keyring.ts';
import { openKeyring } from './keyring.ts';
import { ArtefactFault, type ByteRange, readSealed } from './read-artefact.ts';
import { type Resumed, resumeCapture } from './resume-capture.ts';
import { sealStream } from './seal-stream.ts';

/** How much may be kept, in bytes. */
export interface Caps {
  readonly perDump: number;
  /** Of all artefacts together, those that come in counted. */
  readonly perHost: number;
  /** What must stay free on the file system: the ledger and the journal live there too. */
  readonly keepFree: number;
}

/** What a stream that is kept is. */
export interface KeptStream {
  readonly server: ServerId;
  readonly source: ArtefactSource;
  readonly format: ArtefactFormat;
  /** The command it is kept for. */
  readonly command?: CommandId;
}

/** The record of a dump that ended broken. */
export type BrokenRecord = CaptureRecord & { readonly broken: BrokenEnd };

/** What a store needs. */
export interface StoreDeps {
  /** Holds `artefacts` and `keys`. */
  readonly stateDir: string;
  readonly clock: Clock;
  readonly disk: Disk;
  readonly caps: Caps;
}

/** The artefacts of one host. */
export class ArtefactStore {
  readonly #deps: StoreDeps;
  readonly #dir: string;
  readonly #keys: Keyring;
  readonly #whole = new Map<ArtefactId, Manifest>();
  readonly #coming = new Map<ArtefactId, { readonly bytes: number }>();
  #unfinished: CaptureRecord[] = [];
  #untold: Manifest[] = [];
  #broken: BrokenRecord[] = [];

  private constructor(deps: StoreDeps, dir: string, keys: Keyring) {
    this.#deps = deps;
    this.#dir = dir;
    this.#keys = keys;
  }

  /** Opens it and looks at what is there. */
  static async open(deps: StoreDeps): Promise<ArtefactStore> {
    const dir = join(deps.stateDir, 'artefacts');
    await mkdir(dir, { recursive: true, mode: 0o700 });
    const random = (bytes: number) => Buffer.from(deps.clock.secret(bytes), 'base64url');
    const store = new ArtefactStore(deps, dir, await openKeyring(join(deps.stateDir, 'keys'), random));
    await store.#scan();
    return store;
  }

  /** Every whole artefact, oldest first. */
  list(): readonly Manifest[] {
    return [...this.#whole.values()].toSorted((a, b) => a.finishedAt - b.finishedAt);
  }

  /** True while a dump comes in. */
  get busy(): boolean {
    return [...this.#coming.values()].some(({ bytes }) => bytes > 0);
  }

  /** What was taken out of a whole artefact, and lies beside it; null when there is no such artefact. */
  async beside(id: ArtefactId): Promise<Beside | null> {
    const key = this.#whole.has(id) ? await this.#keys.keyOf(id) : null;
    return key === null ? null : new Beside(join(this.#dir, id), key, this.#filesDeps().nonce);
  }

  /** Dumps that an earlier process began and did not end: each is to be resumed, once. */
  unfinished(): readonly CaptureRecord[] {
    return this.#unfinished;
  }

  /** Whole artefacts that an earlier process did not live to tell of. */
  untold(): readonly Manifest[] {
    return this.#untold;
  }

  /** Dumps that ended broken, of which an earlier process did not live to tell. */
  untoldBroken(): readonly BrokenRecord[] {
    return this.#broken;
  }

  /** Notes that it is safe that somebody will know of an artefact: that it is whole, or that it is broken. */
  async told(id: ArtefactId): Promise<void> {
    this.#untold = this.#untold.filter((other) => other.id !== id);
    this.#broken = this.#broken.filter((other) => other.id !== id);
    if (this.#whole.has(id)) await rm(join(this.#dir, id, CAPTURE), { force: true });
    else await this.#remove(id);
  }

  /** Makes ready to take in a dump of `server`. */
  async begin(server: ServerId): Promise<Capture> {
    const { clock } = this.#deps;
    const id = asId<ArtefactId>(clock.uuid());
    const key = await this.#keys.make(id);
    const dir = join(this.#dir, id);
    await mkdir(dir, { mode: 0o700 });
    const record: CaptureRecord = { id, server, startedAt: clock.wall(), epoch: clock.epoch };
    await putJson(dir, CAPTURE, record);
    const { files } = await CaptureFiles.open(dir, record, key, 0, this.#filesDeps());
    return this.#add(files, key);
  }

  /** Goes on with an unfinished dump; `null` and why when that cannot be, and then nothing of it is left but that, until `told`. */
  async resume(record: CaptureRecord): Promise<Resumed> {
    this.#unfinished = this.#unfinished.filter((other) => other !== record);
    const { id } = record;
    const none = async (reason: string): Promise<Resumed> => {
      const broken: BrokenEnd = { reason, hostFault: true, bytes: 0 };
      await this.#discard(record, broken);
      return { capture: null, broken };
    };
    const key = record.epoch === this.#deps.clock.epoch ? await this.#keys.keyOf(id) : null;
    if (key === null) return none('the host restarted while the dump was written');
    try {
      const make = (files: CaptureFiles) => this.#add(files, key);
      return {
        capture: await resumeCapture({ dir: join(this.#dir, id), record, key, files: this.#filesDeps(), make }),
      };
    } catch (error) {
      const why = error instanceof Error && 'code' in error ? String(error.code) : 'a fault of the agent';
      return none(`what was written of the dump could not be read again (${why})`);
    }
  }

  /**
   * Seals a stream as an artefact, with its digest. Throws ArtefactFault `over-cap` or `disk`, or what `bytes` throws: then
   * nothing of it is left. Nor is anything if this process dies before the end; if it dies behind that, before `told`, the next
   * one finds it among `untold`.
   */
  async keep(what: KeptStream, bytes: AsyncIterable<Buffer>): Promise<Manifest> {
    const { clock, disk, caps } = this.#deps;
    const id = asId<ArtefactId>(clock.uuid());
    const startedAt = clock.wall();
    const dir = join(this.#dir, id);
    const coming = { bytes: 0 };
    this.#coming.set(id, coming);
    try {
      const key = await this.#keys.make(id);
      await mkdir(dir, { mode: 0o700 });
      const taken = (size: number) => {
        coming.bytes = size;
      };
      const room = (size: number) => this.#room(size);
      const whole = await sealStream({ dir, key, disk, room, keepFree: caps.keepFree, taken }, bytes);
      const manifest: Manifest = { id, ...what, startedAt, finishedAt: clock.wall(), ...whole };
      const untold: CaptureRecord = { id, server: what.server, startedAt, epoch: clock.epoch, atOnce: true };
      await putJson(dir, CAPTURE, untold);
      await putJson(dir, MANIFEST, manifest);
      this.#whole.set(id, manifest);
      this.#coming.delete(id);
      return manifest;
    } catch (error) {
      await this.#remove(id);
      throw error;
    }
  }

  /** How many bytes more may be kept of one dump now, and what would be in the way of the next. */
  async room(): Promise<Room> {
    const { caps, disk } = this.#deps;
    const cap = this.#room(0);
    const free = (await disk.free(this.#dir)) - caps.keepFree;
    return free < cap.bytes ? { bytes: Math.max(0, free), cap: 'the free space of the disk of the host' } : cap;
  }

  /**
   * The plaintext of a whole artefact, or of `range` of it; nothing is given that was not checked. Throws ArtefactFault
   * `not-found` or `range`; the stream is destroyed with ArtefactFault `damaged` where it is not what was sealed.
   */
  async read(id: ArtefactId, range?: ByteRange): Promise<Readable> {
    const manifest = this.#whole.get(id);
    const key = manifest === undefined ? null : await this.#keys.keyOf(id);
    if (manifest === undefined || key === null) throw new ArtefactFault('not-found', `there is no artefact ${id}`);
    return readSealed(join(this.#dir, id), key, manifest.size, range ?? { start: 0, end: manifest.size });
  }

  /** Erases a whole artefact; false when there is none. Who reads it may read on for as long as the file is open. */
  async delete(id: ArtefactId): Promise<boolean> {
    if (!this.#whole.has(id)) return false;
    await this.#remove(id);
    return true;
  }

  #add(files: CaptureFiles, key: Buffer): Capture {
    const { keepFree } = this.#deps.caps;
    const capture = new Capture({ files, key, keepFree, room: (bytes) => this.#room(bytes) });
    this.#coming.set(files.id, capture);
    return capture;
  }

  #room(bytes: number): Room {
    const { perDump, perHost } = this.#deps.caps;
    let used = 0;
    for (const { size } of this.#whole.values()) used += size;
    for (const capture of this.#coming.values()) used += capture.bytes;
    const ofDump = { bytes: perDump - bytes, cap: `${perDump} bytes for a dump` };
    const ofHost = { bytes: perHost - used, cap: `${perHost} bytes for all dumps of the host` };
    return ofHost.bytes < ofDump.bytes ? ofHost : ofDump;
  }

  #filesDeps(): CaptureFilesDeps {
    const { disk, clock } = this.#deps;
    return {
      disk,
      wall: () => clock.wall(),
      nonce: () => Buffer.from(clock.secret(12), 'base64url'),
      discard: (record, end) => (end === null ? this.#remove(record.id) : this.#discard(record, end)),
      completed: (manifest) => {
        this.#coming.delete(manifest.id);
        this.#whole.set(manifest.id, manifest);
      },
    };
  }

  /** What came of a dump goes, and how it ended stays; where even that finds no room, nothing does. */
  async #discard(record: CaptureRecord, broken: BrokenEnd): Promise<void> {
    this.#coming.delete(record.id);
    this.#whole.delete(record.id);
    const noted = putJson(join(this.#dir, record.id), CAPTURE, { ...record, broken });
    const isNoted = await noted.then(
      () => true,
      () => false,
    );
    if (isNoted) await this.#strip(record.id);
    else await this.#remove(record.id);
  }

  /** Leaves nothing but the record. The key first: what is left without it is noise. */
  async #strip(id: ArtefactId): Promise<void> {
    await this.#keys.forget(id);
    const dir = join(this.#dir, id);
    for (const name of await readdir(dir)) if (name !== CAPTURE) await rm(join(dir, name), { force: true });
  }

  /** The key first. */
  async #remove(id: ArtefactId): Promise<void> {
    this.#coming.delete(id);
    await this.#keys.forget(id);
    await rm(join(this.#dir, id), { recursive: true, force: true });
    this.#whole.delete(id);
  }

  async #scan(): Promise<void> {
    const names = (await readdir(this.#dir)).filter(isUuid) as ArtefactId[];
    const keyless = new Set(await this.#keys.ids());
    for (const id of names) {
      const manifest = await manifestOf(join(this.#dir, id));
      const record = await readJson<CaptureRecord>(join(this.#dir, id), CAPTURE);
      if (isBroken(record)) {
        await this.#strip(id);
        this.#broken.push(record);
        keyless.delete(id);
        continue;
      }
      if (manifest !== null) this.#whole.set(id, manifest);
      if (manifest !== null && record !== null) this.#untold.push(manifest);
      else if (manifest === null && record !== null && record.atOnce !== true) this.#unfinished.push(record);
      else if (manifest === null) await this.#remove(id);
      keyless.delete(id);
    }
    for (const id of keyless) await this.#keys.forget(id);
  }
}

function isBroken(record: CaptureRecord | null): record is BrokenRecord {
  return record?.broken !== undefined;
}

/** The manifest in `dir`; null when there is none. One that names no source is from when guests alone wrote artefacts. */
async function manifestOf(dir: string): Promise<Manifest | null> {
  const manifest = await readJson<Omit<Manifest, 'source'> & Partial<Manifest>>(dir, MANIFEST);
  return manifest === null ? null : { ...manifest, source: manifest.source ?? 'guest' };
}
