// The two ports through which a crash kernel hands something over, each carried by a pair of FIFOs that QEMU writes to and
// reads from: `<path>.out` has what the guest wrote, `<path>.in` stays empty. With one FIFO QEMU would read its own output
// back; a socket without a peer would hang the guest, and a file on a full disk would lose bytes.
// Invariant: each power-on gets new FIFOs, so that no byte of one boot of QEMU ever gets behind those of another.

import { execFile } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { isUuid, type ServerId } from '../../model/ids.ts';
import type { GuestPort } from '../driver.ts';
import { FifoReader } from './fifo-reader.ts';
import { letPass } from './pass-through.ts';

/** All ports, by the name a guest finds them under. */
export const PORT_NAMES: Readonly<Record<GuestPort, string>> = { status: 'remnant.status', dump: 'remnant.dump' };

const all: readonly GuestPort[] = ['status', 'dump'];
const run = promisify(execFile);

/** The FIFOs in `stateDir`/ports, and who reads them. Methods reject with the system's error. */
export class GuestPorts {
  readonly #folder: string;
  readonly #root: string;
  /** By path; a reader that was once made stays, since with it the FIFO's content would go. */
  readonly #readers = new Map<string, FifoReader>();
  /** Readers of FIFOs that are no more in the folder, until they are through. */
  readonly #detached = new Set<FifoReader>();

  /** `stateRoot`: the folder that nobody else can look into; QEMU is let through from there on. */
  constructor(stateDir: string, stateRoot: string) {
    this.#root = stateRoot;
    this.#folder = join(stateDir, 'ports');
  }

  /** The path libvirt is given, which adds `.in` and `.out`. Throws TypeError for what is no UUID. */
  path(id: ServerId, port: GuestPort): string {
    return join(this.#home(id), port);
  }

  /** Makes new FIFOs, mode 0600, for a QEMU that is about to start. Who still reads the old ones reads on to their end. */
  async prepare(id: ServerId): Promise<void> {
    const home = this.#home(id);
    this.#release(id);
    await rm(home, { recursive: true, force: true });
    await mkdir(home, { recursive: true, mode: 0o711 });
    await letPass(this.#root, home);
    const paths = all.flatMap((port) => [`${this.path(id, port)}.in`, `${this.path(id, port)}.out`]);
    await run('mkfifo', ['-m', '600', ...paths]);
  }

  /** Removes the FIFOs; none is fine. */
  async remove(id: ServerId): Promise<void> {
    this.#release(id);
    await rm(this.#home(id), { recursive: true, force: true });
  }

  /**
   * What the guest writes to `port`, from where the last reader stopped; null if there is no such port. One reader at a
   * time: throws Error for a second one.
   */
  open(id: ServerId, port: GuestPort): Readable | null {
    const path = this.path(id, port);
    const reader = this.#readers.get(path) ?? openFifo(`${path}.out`);
    if (reader === null) return null;
    this.#readers.set(path, reader);
    const stream = reader.stream();
    stream.once('close', () => {
      if (!reader.drained) return;
      this.#detached.delete(reader);
      if (this.#readers.get(path) === reader) this.#readers.delete(path);
    });
    return stream;
  }

  /** The guest's QEMU is gone: keeps what it has left for the next reader, apart from what another QEMU may write. */
  stopped(id: ServerId): void {
    for (const port of all) {
      const path = this.path(id, port);
      const reader = this.#readers.get(path);
      reader?.writerGone();
      if (reader?.drained === true && !reader.busy) this.#readers.delete(path);
    }
  }

  /** Lets go of all FIFOs; streams that are open are destroyed. */
  close(): void {
    for (const reader of [...this.#readers.values(), ...this.#detached]) reader.close();
    this.#readers.clear();
    this.#detached.clear();
  }

  #home(id: ServerId): string {
    if (!isUuid(id)) throw new TypeError('ports are named by a UUID');
    return join(this.#folder, id);
  }

  #release(id: ServerId): void {
    for (const port of all) {
      const path = this.path(id, port);
      const reader = this.#readers.get(path);
      this.#readers.delete(path);
      reader?.writerGone();
      if (reader?.busy === true) this.#detached.add(reader);
      else reader?.close();
    }
  }
}

function openFifo(path: string): FifoReader | null {
  try {
    return new FifoReader(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
