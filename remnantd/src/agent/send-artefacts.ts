// Sends artefacts to the API process that asked, over the lane. The answer to the question says only that the bytes are on
// their way; that they broke off, whoever reads them sees by the lane.

import type { Readable } from 'node:stream';
import type { SendArtefactQuery } from '../model/wire.ts';
import type { ArtefactLane } from '../ports/artefact-lane.ts';
import { LaneFault } from '../ports/artefact-lane.ts';
import type { ArtefactStore } from './capture/artefact-store.ts';

/** Sends artefacts, and can stop. */
export class ArtefactSender {
  readonly #store: Pick<ArtefactStore, 'read'>;
  readonly #lane: Pick<ArtefactLane, 'send'>;
  readonly #onError: (what: string, error: unknown) => void;
  readonly #open = new Set<Readable>();
  #stopped = false;

  constructor(
    store: Pick<ArtefactStore, 'read'>,
    lane: Pick<ArtefactLane, 'send'>,
    onError: (what: string, error: unknown) => void,
  ) {
    this.#store = store;
    this.#lane = lane;
    this.#onError = onError;
  }

  /** Begins to send; it goes on in the background. Throws ArtefactFault `not-found`, `range` or `damaged`. */
  async send({ artefact, range, ticket }: SendArtefactQuery): Promise<void> {
    const bytes = await this.#store.read(artefact, range);
    if (this.#stopped) bytes.destroy();
    this.#open.add(bytes);
    this.#lane
      .send(ticket, bytes)
      // A reader that went away, or was too slow, is no trouble of this host.
      .catch((error: unknown) => {
        if (!(error instanceof LaneFault)) this.#onError(`sending artefact ${artefact}`, error);
      })
      .finally(() => this.#open.delete(bytes));
  }

  /** Stops in the middle of whatever it sends: each reader notices. */
  stop(): void {
    this.#stopped = true;
    for (const bytes of this.#open) bytes.destroy();
  }
}
