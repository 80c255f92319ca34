// Takes dmesg and the last words of the kernel out of every whole dump of a host, one after the other, when no dump comes in.
// What was not done when the agent died is done by its next life; what the host lacked is tried again then.
// Invariant: of each dump it is told at least once, with the same words.

import type { ArtefactId, ServerId } from '../../model/ids.ts';
import type { PanicFacts } from '../../model/panic-facts.ts';
import { panicFacts } from '../../model/panic-facts.ts';
import type { ExtractFacts } from '../../model/wire.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ArtefactStore } from '../capture/artefact-store.ts';
import { mayHoldDmesg, type TakeDmesg } from './take-dmesg.ts';

/** What extracting needs. */
export interface ExtractorDeps {
  readonly store: Pick<ArtefactStore, 'list' | 'read' | 'busy' | 'beside'>;
  readonly take: TakeDmesg;
  readonly clock: Clock;
  /** Tells what came of it; resolves when that is on the disk. */
  readonly tell: (server: ServerId, detail: string, facts: ExtractFacts) => Promise<void>;
  readonly onError: (what: string, error: unknown) => void;
}

/** How often it is looked whether a dump still comes in, ms. */
const LOOK = 1_000;

/** The extractor of one host. */
export class Extractor {
  readonly #deps: ExtractorDeps;
  readonly #stop = new AbortController();
  #queue: ArtefactId[] = [];
  #work: Promise<void> | null = null;

  constructor(deps: ExtractorDeps) {
    this.#deps = deps;
  }

  /** Takes up what an earlier life left undone, in the background. */
  start(): void {
    for (const { id } of this.#deps.store.list()) this.add(id);
  }

  /** A dump is whole: what is in it is taken out in its turn. */
  add(id: ArtefactId): void {
    this.#queue.push(id);
    this.#work ??= this.#run().finally(() => {
      this.#work = null;
    });
  }

  /** Resolves when there is nothing more to do for now. */
  async idle(): Promise<void> {
    while (this.#work !== null) await this.#work;
  }

  /** Stops in the middle of whatever it does, and lets go of it. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.idle();
  }

  async #run(): Promise<void> {
    for (let id = this.#queue.shift(); id !== undefined; id = this.#queue.shift()) {
      if (this.#stop.signal.aborted) return;
      try {
        await this.#extract(id);
      } catch (error) {
        this.#deps.onError(`taking dmesg out of artefact ${id}`, error);
      }
    }
  }

  async #extract(id: ArtefactId): Promise<void> {
    const { store, take, tell } = this.#deps;
    const find = () => store.list().find((one) => one.id === id);
    const manifest = find();
    if (manifest === undefined || !mayHoldDmesg(manifest.format)) return;
    const beside = await store.beside(id);
    if (beside === null || (await beside.record()) !== null) return;
    await this.#quiet();
    if (this.#stop.signal.aborted) return;
    const taken = await take(
      { format: manifest.format, size: manifest.size, open: () => store.read(id) },
      this.#stop.signal,
    );
    // Erased meanwhile: nothing of it may be left.
    if (find() === undefined) return;
    if (this.#stop.signal.aborted || (!taken.ok && taken.fault === 'stopped')) return;
    if (!taken.ok) {
      await tell(manifest.server, taken.reason, { artefact: id, bytes: null, panic: null, error: taken.reason });
      // Another life of the agent may find a host that has what this one lacks.
      if (taken.fault === 'dump') await beside.done({ bytes: null, error: taken.reason });
      return;
    }
    const panic = panicFacts(taken.text.toString('utf8'));
    await beside.keep(taken);
    await tell(manifest.server, words(taken.bytes, panic), { artefact: id, bytes: taken.bytes, panic, error: null });
    await beside.done({ bytes: taken.bytes, error: null });
  }

  /** Waits until no dump comes in: its guest is stopped for as long as we take. */
  async #quiet(): Promise<void> {
    const { store, clock } = this.#deps;
    const { signal } = this.#stop;
    while (store.busy && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const over = () => {
          cancel();
          signal.removeEventListener('abort', over);
          resolve();
        };
        const cancel = clock.after(LOOK, over);
        signal.addEventListener('abort', over);
      });
    }
  }
}

/** For everybody who may see the dump: nothing of the guest's memory is in it. */
function words(bytes: number, panic: PanicFacts | null): string {
  const found = panic === null ? 'no last words of a kernel are in it' : 'the last words of its kernel are in it';
  return `dmesg of ${bytes} bytes was taken out; ${found}`;
}
