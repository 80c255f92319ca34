// What is said again and again in the same bytes is read once: ten thousand hosts beat once a second, each with the words of its
// last beat. A message that is given out again is the same object: whoever takes it changes nothing of it. Who listens is kept
// beside it, so that a message costs one look-up, whatever else is known of its subject.

import type { Msg } from '@nats-io/transport-node';
import type { JsonValue } from '../../lib/json.ts';
import type { Bus, Ear } from '../../ports/bus.ts';
import { MOST_EARS } from '../../ports/each-subject.ts';

interface Said {
  readonly ear: Ear;
  /** Null where it was too long to be kept. */
  bytes: Uint8Array | null;
  message: JsonValue;
}

/** Longer messages are not kept. */
const LONGEST_BYTES = 1_024;

/** The ears of one subscription, and what each heard last. */
export class SaidBefore {
  readonly #said = new Map<string, Said>();
  readonly #prefixLength: number;
  readonly #open: Parameters<Bus['subscribeEach']>[1];

  /** `prefix` stands before each subject, with a dot; `open` makes the ear of a subject without it. */
  constructor(prefix: string, open: Parameters<Bus['subscribeEach']>[1]) {
    this.#prefixLength = prefix.length + 1;
    this.#open = open;
  }

  /** Gives the message to the ear of its subject. Throws SyntaxError for what is no JSON, and what the ear throws. */
  hear(raw: Msg): void {
    const said = this.#said.get(raw.subject);
    if (said?.bytes != null && Buffer.compare(said.bytes, raw.data) === 0) said.ear(said.message);
    else this.#anew(raw, said);
  }

  #anew(raw: Msg, known: Said | undefined): void {
    const message = raw.json<JsonValue>();
    const said = known ?? { ear: this.#open(raw.subject.slice(this.#prefixLength)), bytes: null, message: null };
    const keeps = raw.data.length <= LONGEST_BYTES;
    // A copy: the bytes are part of all that was read from the connection at once.
    said.bytes = keeps ? Uint8Array.from(raw.data) : null;
    said.message = keeps ? message : null;
    if (known === undefined && this.#said.size < MOST_EARS) this.#said.set(raw.subject, said);
    said.ear(message);
  }
}
