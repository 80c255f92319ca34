// What was taken out of an artefact, beside it in its folder: the end of its dmesg, sealed under a key of its own that is
// made from the artefact's, and a word that this is done. Whoever erases the artefact erases both.

import { hkdfSync } from 'node:crypto';
import { open as openFile, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { putJson, readJson } from './capture-files.ts';
import { ArtefactFault } from './read-artefact.ts';
import { KEY_BYTES, open, sealWith } from './sealing.ts';

/** The sealed text: a nonce, then the seal. */
const TEXT = 'dmesg';
/** Written last: with it, nothing more is to be taken out. */
const DONE = 'extract.json';
const NONCE = 12;
/** In front of the text: how long all of it is. */
const HEAD = 8;
const LABEL = Buffer.from('remnant dmesg 1');

/** The end of a text. */
export interface KeptText {
  /** Bytes of all of it. */
  readonly bytes: number;
  readonly text: Buffer;
}

/** What came of taking dmesg out. */
export interface ExtractRecord {
  /** Bytes of the whole dmesg; null where there is none. */
  readonly bytes: number | null;
  /** Why there is none. */
  readonly error: string | null;
}

/** The files beside one artefact. */
export class Beside {
  readonly #dir: string;
  readonly #key: Buffer;
  readonly #nonce: () => Buffer;

  /** In the folder `dir` of the artefact with `key`; `nonce` draws twelve random bytes. */
  constructor(dir: string, key: Buffer, nonce: () => Buffer) {
    this.#dir = dir;
    this.#key = Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), LABEL, KEY_BYTES));
    this.#nonce = nonce;
  }

  /** Keeps the end of a text of `bytes` bytes, durable; one that was there is replaced. */
  async keep({ bytes, text }: KeptText): Promise<void> {
    const fresh = join(this.#dir, `${TEXT}.new`);
    await rm(fresh, { force: true });
    const nonce = this.#nonce();
    const plain = Buffer.concat([Buffer.alloc(HEAD), text]);
    plain.writeBigUInt64BE(BigInt(bytes));
    const file = await openFile(fresh, 'wx', 0o600);
    try {
      await file.writeFile(Buffer.concat([nonce, sealWith(this.#key, nonce, LABEL, plain)]));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(fresh, join(this.#dir, TEXT));
  }

  /** What was kept; null when nothing was. Throws ArtefactFault `damaged` where it is not what was sealed. */
  async text(): Promise<KeptText | null> {
    let sealed: Buffer;
    try {
      sealed = await readFile(join(this.#dir, TEXT));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
    const plain = open(this.#key, sealed.subarray(0, NONCE), LABEL, sealed.subarray(NONCE));
    if (plain === null) throw new ArtefactFault('damaged', 'the dmesg is not what was kept');
    return { bytes: Number(plain.readBigUInt64BE()), text: plain.subarray(HEAD) };
  }

  /** Notes that all is done that can be. */
  async done(record: ExtractRecord): Promise<void> {
    await putJson(this.#dir, DONE, record);
  }

  /** What was noted; null when it is not done. */
  async record(): Promise<ExtractRecord | null> {
    return readJson<ExtractRecord>(this.#dir, DONE);
  }
}
