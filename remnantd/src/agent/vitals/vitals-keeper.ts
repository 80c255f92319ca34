// Keeps the vitals of guests: what was seen goes into the evidence journal before the NMI, and the picture of the screen is
// sealed behind it, so that no disk holds an NMI up for a picture.

import type { Driver } from '../../drivers/driver.ts';
import type { Picture } from '../../drivers/guest-view.ts';
import type { CommandId, ServerId } from '../../model/ids.ts';
import type { Evidence } from '../../model/wire.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ArtefactStore } from '../capture/artefact-store.ts';
import { takeVitals } from './take-vitals.ts';

/** What keeping needs. */
export interface VitalsDeps {
  readonly driver: Driver;
  readonly clock: Clock;
  readonly store: Pick<ArtefactStore, 'keep'>;
  /** Puts something seen into the journal; resolves when it is durable. */
  readonly append: (entry: Omit<Evidence, 'seq'>) => Promise<unknown>;
  /** Tells what was seen; never throws. */
  readonly see: (entry: Omit<Evidence, 'seq'>) => void;
  readonly onError: (what: string, error: unknown) => void;
}

/** The vitals of a host's guests. */
export class VitalsKeeper {
  readonly #deps: VitalsDeps;
  readonly #pictures = new Map<CommandId, Picture>();
  readonly #keeping = new Set<Promise<void>>();

  constructor(deps: VitalsDeps) {
    this.#deps = deps;
  }

  /** Looks at a guest that is about to get an NMI, and notes what was seen. Never rejects. */
  async note(server: ServerId, command: CommandId): Promise<void> {
    const { driver, clock, append, onError } = this.#deps;
    const { vitals, picture } = await takeVitals(driver, clock, server);
    if (picture !== null) this.#pictures.set(command, picture);
    const detail = `the guest was looked at for ${vitals.tookMs} ms`;
    await append({ server, command, kind: 'vitals', detail, at: clock.wall(), facts: { vitals } }).catch(
      (error: unknown) => onError('keeping vitals', error),
    );
  }

  /** The NMI is out, or will not go out: the picture is kept now, if there is one. Returns at once. */
  ended(server: ServerId, command: CommandId): void {
    const picture = this.#pictures.get(command);
    this.#pictures.delete(command);
    if (picture === undefined) return;
    const keeping = this.#keep(server, command, picture)
      .catch((error: unknown) => this.#deps.onError('keeping a picture', error))
      .finally(() => this.#keeping.delete(keeping));
    this.#keeping.add(keeping);
  }

  /** Resolves when every picture that there was is kept and told of. */
  async idle(): Promise<void> {
    await Promise.all(this.#keeping);
  }

  async #keep(server: ServerId, command: CommandId, { format, bytes }: Picture): Promise<void> {
    const { store, clock, see } = this.#deps;
    const { id, size, source, sha256 } = await store.keep(
      { server, source: 'hypervisor', format, command },
      one(bytes),
    );
    const artefact = { id, bytes: size, format, source, sha256 };
    see({ server, command, kind: 'picture', detail: `${size} bytes`, at: clock.wall(), facts: { artefact } });
  }
}

async function* one(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
