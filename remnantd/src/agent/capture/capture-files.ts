// The files of one artefact, in a folder of its own: `capture.json` while its dump comes in, `data` with the sealed segments,
// the two files of the tail, and `manifest.json`, written last: what has one is whole, and what has none is not.

import { open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtefactId, CommandId, ServerId } from '../../model/ids.ts';
import type { ArtefactFormat, ArtefactSource } from '../../model/wire.ts';
import type { Disk, DiskFile } from './disk.ts';
import { TAIL_FILES, Tail } from './tail.ts';

/** What is on record of a dump that comes in, and of a whole artefact that nobody was told of yet. */
export interface CaptureRecord {
  readonly id: ArtefactId;
  readonly server: ServerId;
  /** When it began, wall clock in ms. */
  readonly startedAt: number;
  /** The life of the host it came in: what was written and not synced does not outlive that. */
  readonly epoch: string;
  /** It is whole, or nothing of it is kept: there is nothing that could be gone on with. */
  readonly atOnce?: true;
  /** It ended and is not whole: this is all there is of it, until somebody was told. */
  readonly broken?: BrokenEnd;
}

/** How a dump ended that is not whole. */
export interface BrokenEnd {
  readonly reason: string;
  /** It was, or may have been, the host that lost it: then this says nothing of the guest. */
  readonly hostFault: boolean;
  /** What had come of it. */
  readonly bytes: number;
}

/** A whole artefact, as its manifest has it. */
export interface Manifest {
  readonly id: ArtefactId;
  readonly server: ServerId;
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly source: ArtefactSource;
  readonly format: ArtefactFormat;
  /** The command it was kept for, where there was one. */
  readonly command?: CommandId;
  /** Bytes of the dump. */
  readonly size: number;
  /** SHA-256 of the dump, hexadecimal. */
  readonly sha256: string;
}

/** What the files of an artefact need. */
export interface CaptureFilesDeps {
  readonly disk: Disk;
  readonly wall: () => number;
  /** Twelve random bytes. */
  readonly nonce: () => Buffer;
  /** Removes what came of a dump, key and all; how it ended stays on record. Without an end, nothing stays. */
  readonly discard: (record: CaptureRecord, end: BrokenEnd | null) => Promise<void>;
  /** Told when it is whole. */
  readonly completed: (manifest: Manifest) => void;
}

/** The record of a dump that comes in; of one that ended, it says that nobody was told yet. */
export const CAPTURE = 'capture.json';
/** The sealed segments. */
export const DATA = 'data';
/** What makes it whole. */
export const MANIFEST = 'manifest.json';

/** The open files of a dump that comes in. */
export class CaptureFiles {
  readonly #dir: string;
  readonly #record: CaptureRecord;
  readonly #data: DiskFile;
  readonly #tail: Tail;
  readonly #deps: CaptureFilesDeps;

  private constructor(dir: string, record: CaptureRecord, data: DiskFile, tail: Tail, deps: CaptureFilesDeps) {
    this.#dir = dir;
    this.#record = record;
    this.#data = data;
    this.#tail = tail;
    this.#deps = deps;
  }

  /** Opens the files in the folder `dir`. `sealed` bytes are in segments already; `found` is what the tail holds after them. */
  static async open(
    dir: string,
    record: CaptureRecord,
    key: Buffer,
    sealed: number,
    deps: CaptureFilesDeps,
  ): Promise<{ files: CaptureFiles; found: Buffer[] }> {
    const data = await deps.disk.open(join(dir, DATA), 'write');
    try {
      const { tail, found } = await Tail.open(dir, key, deps.nonce, deps.disk, sealed);
      return { files: new CaptureFiles(dir, record, data, tail, deps), found };
    } catch (error) {
      await data.close();
      throw error;
    }
  }

  get id(): ArtefactId {
    return this.#record.id;
  }

  get server(): ServerId {
    return this.#record.server;
  }

  /** Keeps bytes of the dump until they are in a segment. */
  keep(position: number, plain: Buffer): void {
    this.#tail.append(position, plain);
  }

  /** Writes a sealed segment. */
  write(sealed: Buffer, position: number): Promise<void> {
    return this.#data.write(sealed, position);
  }

  /** Everything before `position` is in segments. */
  settled(position: number): Promise<void> {
    return this.#tail.settled(position);
  }

  sync(): Promise<void> {
    return this.#data.sync();
  }

  /** Bytes that are free on the file system. */
  free(): Promise<number> {
    return this.#deps.disk.free(this.#dir);
  }

  /** All segments are written: makes them durable, then the artefact whole. */
  async complete(size: number, sha256: string): Promise<void> {
    await this.#data.sync();
    await this.close();
    const { id, server, startedAt } = this.#record;
    const finishedAt = this.#deps.wall();
    const came = { source: 'guest', format: 'flattened' } as const;
    const manifest: Manifest = { id, server, startedAt, finishedAt, ...came, size, sha256 };
    await putJson(this.#dir, MANIFEST, manifest);
    this.#deps.completed(manifest);
    // Its record stays until somebody was told of it: a process that dies here would take the only word of it along.
    // It is whole, whatever becomes of its tail.
    for (const name of TAIL_FILES) await rm(join(this.#dir, name), { force: true }).catch(() => undefined);
  }

  /** Removes it, key and all. How it ended stays on record, for a process that dies here would take the only word of it along. */
  async discard(end: BrokenEnd | null): Promise<void> {
    await this.close();
    await this.#deps.discard(this.#record, end);
  }

  /** Lets go of the files. */
  async close(): Promise<void> {
    await Promise.all([this.#data.close(), this.#tail.close()]);
  }
}

/** Puts a JSON file in its place, whole and durable, or not at all. */
export async function putJson(dir: string, name: string, value: unknown): Promise<void> {
  const fresh = join(dir, `${name}.new`);
  const file = await open(fresh, 'w', 0o600);
  try {
    await file.writeFile(`${JSON.stringify(value)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(fresh, join(dir, name));
  const folder = await open(dir, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** A JSON file that `putJson` put there; null when there is none. */
export async function readJson<T>(dir: string, name: string): Promise<T | null> {
  try {
    return JSON.parse(await readFile(join(dir, name), 'utf8')) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
