// The keys of a host's artefacts, one file each, apart from what they open: whoever has only the artefacts has nothing.
// To forget a key is to erase its artefact, wherever copies of it lie.

import { mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtefactId } from '../../model/ids.ts';
import { KEY_BYTES } from './sealing.ts';

/** The keys of one host. */
export interface Keyring {
  /** Keeps a fresh key for `id` and gives it. */
  make(id: ArtefactId): Promise<Buffer>;
  /** The key of `id`; null when there is none. */
  keyOf(id: ArtefactId): Promise<Buffer | null>;
  /** Overwrites the key of `id` and removes it; none is success. */
  forget(id: ArtefactId): Promise<void>;
  /** The artefacts there are keys for. */
  ids(): Promise<ArtefactId[]>;
}

/** A keyring in the folder `dir`; `random` gives so many secret bytes. */
export async function openKeyring(dir: string, random: (bytes: number) => Buffer): Promise<Keyring> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const path = (id: ArtefactId) => join(dir, id);
  const keyOf = async (id: ArtefactId) => {
    try {
      const key = await readFile(path(id));
      return key.length === KEY_BYTES ? key : null;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  };
  return {
    keyOf,
    async make(id) {
      const key = random(KEY_BYTES);
      const file = await open(path(id), 'wx', 0o600);
      try {
        await file.writeFile(key);
        await file.sync();
      } finally {
        await file.close();
      }
      return key;
    },
    async forget(id) {
      try {
        // In place: a new file would leave the old bytes where they were.
        const file = await open(path(id), 'r+');
        try {
          await file.write(Buffer.alloc(KEY_BYTES), 0, KEY_BYTES, 0);
          await file.sync();
        } finally {
          await file.close();
        }
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      }
      await rm(path(id), { force: true });
    },
    async ids() {
      return (await readdir(dir)) as ArtefactId[];
    },
  };
}
