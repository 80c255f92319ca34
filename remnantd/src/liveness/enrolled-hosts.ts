// Which hosts are enrolled, in memory: read anew each second, as far as something changed, and as soon as somebody says that
// something did. Until it was read for the first time no host is.

import { enrollmentsSince } from '../db/enrollments.ts';
import { readHeads } from '../db/heads.ts';
import type { Store } from '../db/store.ts';
import type { HostName } from '../model/ids.ts';
import { asId } from '../model/ids.ts';

/** The hosts. One per process. */
export class EnrolledHosts {
  readonly #store: Store;
  readonly #onRevoked: (host: HostName) => void;
  /** The key of each that is in force. */
  readonly #keys = new Map<HostName, string>();
  #upTo = 0;
  #changes = 0;
  #reading: Promise<void> = Promise.resolve();

  /** `onRevoked` is told of each that is enrolled no more. */
  constructor(store: Store, onRevoked: (host: HostName) => void) {
    this.#store = store;
    this.#onRevoked = onRevoked;
  }

  /** True while `host` may speak. */
  has(host: HostName): boolean {
    return this.#keys.has(host);
  }

  /** How often it has become other hosts. */
  get changes(): number {
    return this.#changes;
  }

  /** Reads what changed since it was read last. One read at a time: an older answer never follows a newer one. */
  refresh(): Promise<void> {
    const read = this.#reading.then(() => this.#read());
    this.#reading = read.catch(() => {});
    return read;
  }

  async #read(): Promise<void> {
    const { enrollments } = await readHeads(this.#store.read);
    if (enrollments === this.#upTo) return;
    const { rows, upTo } = await enrollmentsSince(this.#store.read, this.#upTo);
    const before = new Set(rows.map(({ name }) => asId<HostName>(name)).filter((host) => this.#keys.has(host)));
    for (const { kind, name, publicKey, revokedAt } of rows) {
      if (kind !== 'host') continue;
      const host = asId<HostName>(name);
      if (revokedAt === null) this.#keys.set(host, publicKey);
      else if (this.#keys.get(host) === publicKey) this.#keys.delete(host);
    }
    this.#upTo = upTo;
    this.#changes += 1;
    for (const host of before) if (!this.#keys.has(host)) this.#onRevoked(host);
  }
}
