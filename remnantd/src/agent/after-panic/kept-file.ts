// What is on record of guests after their panics: one small file a guest, so that a new life of the agent knows how far the
// old one came, and which paused guest is really a crashed one.

import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { AfterPanic } from '../../model/dump-wishes.ts';
import type { CommandId, ServerId } from '../../model/ids.ts';
import { asId, isUuid } from '../../model/ids.ts';
import { putJson, readJson } from '../capture/capture-files.ts';

/** How far it came: its text is being let out; what its owner wants is being done; it stays, paused again. */
export type Stage = 'text' | 'act' | 'kept';

/** One guest after its panic. */
export interface AfterRecord {
  readonly command: CommandId;
  readonly wanted: AfterPanic;
  readonly stage: Stage;
}

/** The records of a host. */
export class KeptFiles {
  readonly #dir: string;

  private constructor(dir: string) {
    this.#dir = dir;
  }

  /** Opens the folder and reads what is in it. */
  static async open(dir: string): Promise<{ files: KeptFiles; records: Map<ServerId, AfterRecord> }> {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    const records = new Map<ServerId, AfterRecord>();
    for (const name of await readdir(dir)) {
      const id = name.replace(/\.json$/, '');
      if (!isUuid(id)) continue;
      const record = await readJson<AfterRecord>(dir, name);
      if (record !== null) records.set(asId(id), record);
    }
    return { files: new KeptFiles(dir), records };
  }

  /** Puts a record down, durably. */
  put(server: ServerId, record: AfterRecord): Promise<void> {
    return putJson(this.#dir, `${server}.json`, record);
  }

  /** Forgets a guest. */
  async drop(server: ServerId): Promise<void> {
    await rm(join(this.#dir, `${server}.json`), { force: true });
  }
}
