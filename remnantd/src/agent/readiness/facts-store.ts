// What was learnt of guests, in a file each: it outlives the agent, so that a guest that is stalled when a new agent starts is
// still known. Only the owner of the daemon reads them. Losing one costs a look, so nothing waits for the disk.

import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isObject } from '../../lib/json.ts';
import type { GuestFacts } from '../../model/guest-facts.ts';
import { asId, isUuid, type ServerId } from '../../model/ids.ts';

/** What was learnt of one guest. */
export interface Learnt {
  readonly facts: GuestFacts;
  /** Wall clock, ms. */
  readonly at: number;
  /** True once the guest has booted since. */
  readonly stale: boolean;
}

/** The version of the files; one of another is as good as none. */
const VERSION = 1;

/** The folder of facts. */
export class FactsStore {
  readonly #dir: string;
  readonly #onError: (what: string, error: unknown) => void;
  /** Writes follow one another. */
  #work: Promise<void> = Promise.resolve();

  constructor(dir: string, onError: (what: string, error: unknown) => void) {
    this.#dir = dir;
    this.#onError = onError;
  }

  /** All that is known; the folder is made if it is missing. What cannot be read is left out. Throws the system's error. */
  async load(): Promise<Map<ServerId, Learnt>> {
    await mkdir(this.#dir, { recursive: true, mode: 0o700 });
    const known = new Map<ServerId, Learnt>();
    for (const name of await readdir(this.#dir)) {
      const [, id = ''] = /^(.+)\.json$/.exec(name) ?? [];
      const learnt = isUuid(id) ? await this.#read(name) : null;
      if (learnt !== null) known.set(asId<ServerId>(id), learnt);
    }
    return known;
  }

  /** Keeps what was learnt of a guest. */
  put(server: ServerId, learnt: Learnt): void {
    if (!isUuid(server)) return;
    const path = join(this.#dir, `${server}.json`);
    this.#do(async () => {
      await writeFile(`${path}.new`, JSON.stringify({ version: VERSION, ...learnt }), { mode: 0o600 });
      await rename(`${path}.new`, path);
    });
  }

  /** Forgets a guest. */
  forget(server: ServerId): void {
    if (isUuid(server)) this.#do(() => rm(join(this.#dir, `${server}.json`), { force: true }));
  }

  /** Resolves when all is on its way to the disk. */
  async settled(): Promise<void> {
    await this.#work;
  }

  #do(work: () => Promise<void>): void {
    this.#work = this.#work
      .then(work)
      .catch((error: unknown) => this.#onError('keeping what was learnt of a guest', error));
  }

  async #read(name: string): Promise<Learnt | null> {
    try {
      const found: unknown = JSON.parse(await readFile(join(this.#dir, name), 'utf8'));
      if (!isObject(found) || found['version'] !== VERSION || !isObject(found['facts'])) return null;
      const { facts, at, stale } = found as unknown as Learnt;
      return typeof at === 'number' ? { facts, at, stale } : null;
    } catch {
      return null;
    }
  }
}
