// How a simulated hypervisor writes a guest's memory: a small file of a valid format, piece by piece as it is read, with the
// guest paused. What may go wrong is the guest's to say (`sim_memory`), and how long it takes (`sim_memory_ms`).

import { Readable } from 'node:stream';
import type { ServerId } from '../../model/ids.ts';
import { POWER_STATE } from '../../model/power-state.ts';
import { DriverFault, type DumpMemory, type GuestSpec, type MemoryAsk, type MemoryProgress } from '../driver.ts';
import { simOption } from './behaviours.ts';
import type { SimClock } from './clock.ts';
import { elfLength, elfPart } from './elf-core.ts';
import { flatLength, flatPart } from './flat-dump.ts';
import type { SimHost } from './sim-host.ts';
import type { SimGuest } from './world-record.ts';

/** What writing memory needs of its driver. */
export interface SimMemoryDeps {
  readonly clock: SimClock;
  readonly host: SimHost;
  /** The guest, reached over the connection. Throws DriverFault. */
  readonly find: (id: ServerId) => SimGuest;
}

const PIECE = 16_384;

/** The ability; `fail` ends all dumps under way: the connection is gone. */
export function simMemory(deps: SimMemoryDeps): DumpMemory & { fail(fault: DriverFault): void } {
  const running = new Set<Readable>();
  let turn: Promise<void> = Promise.resolve();
  return {
    formats: ['kdump', 'elf'],
    async start(id, ask) {
      refuseUnfit(deps.find(id));
      const before = turn;
      const { promise: over, resolve: done } = Promise.withResolvers<void>();
      turn = Promise.all([before, over]).then(() => undefined);
      try {
        await orAborted(before, ask.signal);
        refuseUnfit(deps.find(id));
        await ask.stillGood?.();
        const guest = deps.find(id);
        const writing = new MemoryWriting(deps, guest, ask);
        running.add(writing.bytes);
        writing.bytes.once('close', () => {
          running.delete(writing.bytes);
          done();
        });
        return { bytes: writing.bytes, over, progress: async () => writing.progress() };
      } catch (error) {
        done();
        throw error;
      }
    },
    fail(fault) {
      for (const bytes of running) bytes.destroy(fault);
    },
  };
}

function refuseUnfit({ spec, powerState }: SimGuest): void {
  if (powerState === POWER_STATE.shutdown) {
    throw new DriverFault('not-running', `Instance ${spec.id} is not running.`, { novaClass: 'InstanceNotRunning' });
  }
  if (simOption(spec, 'sim_memory') === 'confidential') {
    const message = `Instance ${spec.id} is confidential (sev): its memory is not for its host to write.`;
    throw new DriverFault('not-supported', message);
  }
}

async function orAborted(before: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = () => reject(new DriverFault('failed', 'the dump of the memory was cancelled'));
  signal?.addEventListener('abort', abort, { once: true });
  if (signal?.aborted === true) abort();
  await Promise.race([before, promise]).finally(() => signal?.removeEventListener('abort', abort));
}

/** One dump under way. */
class MemoryWriting {
  readonly bytes: Readable;
  readonly #deps: SimMemoryDeps;
  readonly #part: (from: number, to: number) => Buffer;
  readonly #length: number;
  readonly #total: number;
  readonly #pieceMs: number;
  readonly #trouble: string | undefined;
  #at = 0;
  #cancel = () => {};

  constructor(deps: SimMemoryDeps, { spec }: SimGuest, { format, boundMs, signal }: MemoryAsk) {
    this.#deps = deps;
    const content = { bytes: memoryBytesOf(spec), mark: `memory of ${spec.id}` };
    this.#length = format === 'elf' ? elfLength(content) : flatLength(content);
    this.#total = content.bytes;
    this.#part = (from, to) => (format === 'elf' ? elfPart : flatPart)(content, from, to);
    this.#pieceMs = (Number(simOption(spec, 'sim_memory_ms') ?? 0) * PIECE) / this.#length;
    this.#trouble = simOption(spec, 'sim_memory');
    this.bytes = new Readable({ highWaterMark: PIECE, read: () => this.#read() });
    const end = (why: string) => this.bytes.destroy(new DriverFault('failed', why));
    const cancelBound = deps.clock.defer(boundMs, () => end(`the memory was not written within ${boundMs} ms`));
    const abort = () => void end('the dump of the memory was cancelled');
    signal?.addEventListener('abort', abort, { once: true });
    const lift = deps.host.holdForDump(spec.id, () => end('operation failed: domain is no longer running'));
    this.bytes.on('error', () => undefined);
    this.bytes.once('close', () => {
      this.#cancel();
      cancelBound();
      signal?.removeEventListener('abort', abort);
      lift();
    });
  }

  progress(): MemoryProgress | null {
    return this.bytes.closed ? null : { done: Math.min(this.#at, this.#total), total: this.#total };
  }

  #read(): void {
    if (this.#pieceMs === 0) this.#give();
    else this.#cancel = this.#deps.clock.defer(this.#pieceMs, () => this.#give());
  }

  #give(): void {
    const half = this.#at >= this.#length / 2;
    if (half && this.#trouble === 'stuck') return;
    if (half && this.#trouble === 'fails') {
      this.bytes.destroy(new DriverFault('failed', 'internal error: dump: failed to save memory'));
      return;
    }
    const piece = this.#part(this.#at, this.#at + PIECE);
    this.#at += piece.length;
    this.bytes.push(piece.length === 0 ? null : piece);
  }
}

/** How many bytes of memory a guest has for its dump: `sim_memory_bytes`, or 256 KiB. */
function memoryBytesOf(spec: GuestSpec): number {
  const wanted = Number(simOption(spec, 'sim_memory_bytes') ?? Number.NaN);
  return Number.isSafeInteger(wanted) && wanted > 0 ? wanted : 262_144;
}
