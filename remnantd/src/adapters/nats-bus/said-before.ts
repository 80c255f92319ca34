// What is said again and again in the same bytes is read once: ten thousand hosts beat once a second, each with the words of its
// last beat. A message that is given out again is the same object: whoever takes it changes nothing of it.

import type { Msg } from '@nats-io/transport-node';
import type { JsonValue } from '../../lib/json.ts';

interface Said {
  readonly subject: string;
  readonly bytes: Uint8Array;
  readonly message: JsonValue;
}

/** More subjects than this are not remembered, nor longer messages: what strangers say must not fill the memory. */
const MOST_SUBJECTS = 20_000;
const LONGEST_BYTES = 1_024;

/** What was said last on each subject of one subscription. */
export class SaidBefore {
  readonly #last = new Map<string, Said>();
  readonly #prefixLength: number;

  /** `prefix` stands before each subject, with a dot. */
  constructor(prefix: string) {
    this.#prefixLength = prefix.length + 1;
  }

  /** The subject without its prefix, and the message. Throws SyntaxError for what is no JSON. */
  read(raw: Msg): Pick<Said, 'subject' | 'message'> {
    const bytes = raw.data;
    const last = this.#last.get(raw.subject);
    if (last !== undefined && Buffer.compare(last.bytes, bytes) === 0) return last;
    const subject = last?.subject ?? raw.subject.slice(this.#prefixLength);
    const message = raw.json<JsonValue>();
    if (bytes.length <= LONGEST_BYTES && (last !== undefined || this.#last.size < MOST_SUBJECTS)) {
      // A copy: the bytes are part of all that was read from the connection at once.
      this.#last.set(raw.subject, { subject, bytes: Uint8Array.from(bytes), message });
    }
    return { subject, message };
  }
}
