// Has a guest's memory written by its hypervisor and keeps it: from the driver's stream through the repair into the store,
// sealed on the way, so that no byte of it is ever on a disk in plain. One at a time; the guest stands still meanwhile.
// Invariants: what is told as `memory-dump` is whole and kept, and of the very boot that it was asked for; of everything else
// nothing is left.

import type { Driver, Order as DriverOrder, GuestEvent, MemoryDump, MemoryFormat } from '../../drivers/driver.ts';
import { ability, DriverFault } from '../../drivers/driver.ts';
import type { Outcome } from '../../model/command.ts';
import type { CommandId, ServerId } from '../../model/ids.ts';
import type { ArtefactFormat, EvidenceFacts, EvidenceKind } from '../../model/wire.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ArtefactStore } from '../capture/artefact-store.ts';
import type { Manifest } from '../capture/capture-files.ts';
import { ArtefactFault } from '../capture/read-artefact.ts';
import type { LedgerEntry } from '../ledger.ts';
import { MemoryFault } from './memory-fault.ts';
import { repairElf } from './repair-elf.ts';
import { repairFlat } from './repair-flat.ts';

/** How memory is written on a host. */
export interface MemorySettings {
  readonly format: MemoryFormat;
  /** All of it must be written within this, ms; the guest stands still so long at most. */
  readonly withinMs: number;
}

/** Compressed, within half an hour. */
export const MEMORY_SETTINGS: MemorySettings = { format: 'kdump', withinMs: 1_800_000 };

/** What dumping memory needs. */
export interface MemoryDumperDeps {
  readonly driver: Driver;
  readonly store: ArtefactStore;
  readonly clock: Clock;
  readonly settings: MemorySettings;
  /** Tells what was seen of a guest, on behalf of a command; resolves when it is noted for good. */
  readonly tell: (seen: MemorySeen) => Promise<void>;
}

/** Something to tell of a dump of memory. */
export interface MemorySeen {
  readonly server: ServerId;
  readonly command: CommandId;
  readonly kind: Extract<EvidenceKind, `memory-${string}`>;
  readonly detail: string;
  readonly facts?: EvidenceFacts;
}

/** A dump that was claimed, and what became of its guest since, if it is not the one any more that it was claimed of. */
interface Claim {
  readonly server: ServerId;
  readonly order: DriverOrder;
  anotherNow: string | null;
}

/** After these, a guest's memory is not what it was. */
const ANOTHER: Partial<Record<GuestEvent['kind'], string>> = {
  rebooted: 'rebooted',
  stopped: 'stopped',
  started: 'was started anew',
  undefined: 'was removed',
};

const PROGRESS_MS = 1_000;
const STOPPED = 'the agent was stopped while the memory was being written';
/** How long a hypervisor may take to let the guest go on after a dump that failed. */
const OVER_MS = 10_000;
const KEPT_AS: Readonly<Record<MemoryFormat, ArtefactFormat>> = { kdump: 'flattened', elf: 'elf' };

/** Dumps memory on one host. */
export class MemoryDumper {
  readonly #deps: MemoryDumperDeps;
  readonly #stop = new AbortController();
  readonly #running = new Set<Promise<void>>();
  readonly #claims = new Set<Claim>();

  constructor(deps: MemoryDumperDeps) {
    this.#deps = deps;
  }

  /**
   * Does it; `stillGood` is asked last thing before the driver is, which may yet have others before this one. Throws DriverFault,
   * of which nothing is left.
   */
  async run(server: ServerId, order: DriverOrder, stillGood: () => void): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const claim: Claim = { server, order, anotherNow: null };
    this.#running.add(promise);
    this.#claims.add(claim);
    try {
      await this.#fits(server);
      stillGood();
      await this.#dump(claim);
    } catch (error) {
      const fault = this.#stop.signal.aborted ? new DriverFault('failed', STOPPED) : faultOf(error);
      await this.#tell(server, order, 'memory-failed', fault.message).catch(() => {});
      throw fault;
    } finally {
      resolve();
      this.#running.delete(promise);
      this.#claims.delete(claim);
    }
  }

  /** Takes what a guest did, at once. */
  event({ guest, kind }: GuestEvent): void {
    const did = ANOTHER[kind];
    if (did !== undefined) this.#changed(did, guest);
  }

  /** Guests cannot be watched for a while. */
  lost(): void {
    this.#changed('could not be watched all the time');
  }

  #changed(did: string, guest?: ServerId): void {
    for (const claim of this.#claims) {
      if (guest === undefined || claim.server === guest) claim.anotherNow ??= `the guest ${did}`;
    }
  }

  /** What became of a dump that an earlier life of the agent began: it was kept, or nothing of it is left. */
  async takeUp({ server, command }: LedgerEntry): Promise<Outcome> {
    const kept = this.#deps.store.list().find((manifest) => manifest.command === command);
    if (kept !== undefined) {
      // One that is not among these was told of, and that is on the disk.
      if (this.#deps.store.untold().includes(kept)) await this.#kept(server, { command }, kept);
      return { result: 'success' };
    }
    const reason = "the agent restarted while the guest's memory was being written; nothing of it is left";
    await this.#tell(server, { command }, 'memory-failed', reason);
    return { result: 'error', reason, details: reason, faultCode: 500 };
  }

  /** Cancels what goes on, and everything after; resolves when nothing does. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#running);
  }

  /** Refuses, before the guest is paused, what could not be kept. */
  async #fits(server: ServerId): Promise<void> {
    const { driver, store } = this.#deps;
    const memory = ability(driver, 'dumpMemory');
    const { format } = this.#deps.settings;
    if (!memory.formats.includes(format)) {
      throw new DriverFault('not-supported', `the ${driver.type} driver cannot write memory as ${format}`);
    }
    const bytes = (await driver.guest(server)).memoryMb * 2 ** 20;
    const room = await store.room();
    if (room.bytes < bytes) {
      const message = `the host has no room for the guest's ${bytes} bytes of memory: ${room.cap}, ${Math.max(0, room.bytes)} left`;
      throw new DriverFault('failed', message);
    }
  }

  /** Its turn has come, maybe long after it was claimed: by then its memory may be that of another boot. */
  async #lastLook(claim: Claim): Promise<void> {
    const detail = `about to ask for the memory (${this.#deps.settings.format})`;
    await this.#tell(claim.server, claim.order, 'memory-asked', detail);
    if (claim.anotherNow === null) return;
    throw new DriverFault('failed', `${claim.anotherNow} before its memory was asked for: it is not what it was`);
  }

  async #dump(claim: Claim): Promise<void> {
    const { driver, store, settings } = this.#deps;
    const { format, withinMs: boundMs } = settings;
    const { server, order } = claim;
    const ask = { format, boundMs, signal: this.#stop.signal, stillGood: () => this.#lastLook(claim) };
    const dump = await ability(driver, 'dumpMemory').start(server, ask, order);
    const stopTelling = this.#tellProgress(server, order, dump);
    try {
      const repaired = format === 'elf' ? repairElf(dump.bytes) : repairFlat(dump.bytes);
      const what = { server, source: 'hypervisor', format: KEPT_AS[format], command: order.command } as const;
      const manifest = await store.keep(what, repaired);
      stopTelling();
      await this.#kept(server, order, manifest).catch(async (error: unknown) => {
        // Nobody would know of it.
        await store.delete(manifest.id);
        throw error;
      });
    } finally {
      stopTelling();
      dump.bytes.destroy();
      await this.#orLater(dump.over);
    }
  }

  async #kept(server: ServerId, order: DriverOrder, manifest: Manifest): Promise<void> {
    const { id, size: bytes, format, source, sha256 } = manifest;
    const facts = { artefact: { id, bytes, format, source, sha256 } };
    await this.#tell(server, order, 'memory-dump', `${bytes} bytes, SHA-256 ${sha256}`, facts);
  }

  #tellProgress(server: ServerId, order: DriverOrder, dump: MemoryDump): () => void {
    let cancel: () => void;
    let over = false;
    const tell = async () => {
      const memory = await dump.progress();
      if (over) return;
      if (memory !== null) {
        const detail = `${memory.done} of ${memory.total} bytes`;
        await this.#tell(server, order, 'memory-bytes', detail, { memory }).catch(() => {});
      }
      if (!over) cancel = this.#deps.clock.after(PROGRESS_MS, () => void tell());
    };
    cancel = this.#deps.clock.after(PROGRESS_MS, () => void tell());
    return () => {
      over = true;
      cancel();
    };
  }

  async #tell(
    server: ServerId,
    { command }: DriverOrder,
    kind: MemorySeen['kind'],
    detail: string,
    facts?: EvidenceFacts,
  ): Promise<void> {
    await this.#deps.tell({ server, command, kind, detail, ...(facts === undefined ? {} : { facts }) });
  }

  async #orLater(over: Promise<void>): Promise<void> {
    let cancel = () => {};
    const later = new Promise<void>((resolve) => {
      cancel = this.#deps.clock.after(OVER_MS, resolve);
    });
    await Promise.race([over, later]).finally(() => cancel());
  }
}

/** What went wrong, in words for people. Nothing was kept, so there is nothing that may have been done all the same. */
function faultOf(error: unknown): DriverFault {
  if (error instanceof DriverFault && error.asked === 'no') return error;
  if (error instanceof DriverFault) {
    return new DriverFault(error.code, error.message, { novaClass: error.novaClass, cause: error });
  }
  const known = error instanceof ArtefactFault || error instanceof MemoryFault;
  const message = known
    ? error.message
    : `the agent failed: ${error instanceof Error ? error.name : 'an unknown error'}`;
  return new DriverFault('failed', message, { cause: error });
}
